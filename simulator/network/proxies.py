"""kube-proxy on every node: its rules follow the API while it runs and stand still while it does not.

Upstream: pkg/proxy/iptables, pkg/proxy/topology.go
"""

from typing import TYPE_CHECKING

import orjson

from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.kernel.state import Table
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.network.parties import Way
from simulator.network.services import SLICES, Backend, Backends, ServiceRules, ports_of
from simulator.runtime.network import HttpResponse, Refused, TimedOut

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

HEALTH_PORT = 10256
"""Where a kube-proxy that runs tells that it does."""
HOP = 250
"""Microseconds that a packet takes between two machines, there and back."""
ZONE = "topology.kubernetes.io/zone"
AFFINITY_SECONDS = 10_800
TABLES = {"services": "services", SLICES: "slices"}


class Proxies:
    """The rules of each node, and how they spread connections.

    Tables: `proxies` (node → nothing while its rules are those of now, else the Services and EndpointSlices as they
    were when its kube-proxy stopped), `affinity` ((node, Service uid, port, client) → backend and moment).
    """

    def __init__(self, network: "ClusterNetwork", rules: ServiceRules) -> None:
        self._network = network
        self._current = rules
        self._rows: Table[str, Object] = network.table("proxies")
        self._affinity: Table[tuple[str, str, str, str], tuple[str, int, int]] = network.table("affinity")
        self._frozen: dict[str, tuple[Object, ServiceRules]] = {}

    def synced(self, node: str) -> None:
        """A node's kube-proxy has written its rules anew."""
        self._rows.put(node, {})

    def lost(self, node: str) -> None:
        """A node has lost power, and its kernel the rules; they are back when its kube-proxy has run again."""
        self._rows.delete(node)

    def observe(self, change: Change) -> None:
        """Keep for nodes without a kube-proxy what was there before the first change that it misses."""
        for node, row in list(self._rows.rows.items()):
            if not row and not self.is_running(node):
                self._rows.put(node, self._before(change))

    def _before(self, change: Change) -> Object:
        client = self._network.client
        rows = {name: dict(client.rows(resource)) for resource, name in TABLES.items()}
        key, changed = key_of(change.object), rows[TABLES[change.resource]]
        if change.old is None:
            changed.pop(key, None)
        else:
            changed[key] = change.old
        return rows

    def is_running(self, node: str) -> bool:
        network = self._network
        return network.machines.listener(network.space_of_node(node), HEALTH_PORT) is not None

    def rules(self, node: str) -> ServiceRules | None:
        """The rules of a node; None where no kube-proxy has ever run. A cluster without any has rules all the same:
        there, the network plugin does a kube-proxy's work."""
        row = self._rows.rows.get(node)
        if not row:
            return None if row is None and len(self._rows) else self._current
        kept = self._frozen.get(node)
        if kept is None or kept[0] is not row:
            kept = self._frozen[node] = row, ServiceRules(lambda: row["services"], lambda: row["slices"])
        return kept[1]

    def health(self, node: str, port: int) -> HttpResponse | None:
        """What a node's proxy tells load balancers on the health port of a Service; None where no Service has it.

        Upstream: pkg/proxy/healthcheck/service_health.go
        """
        rules = self.rules(node) if self.is_running(node) else None
        if rules is None:
            return None
        for service in rules.services():
            if service["spec"].get("healthCheckNodePort") != port:
                continue
            key = key_of(service)
            here = {
                one.ip
                for entry in ports_of(service)
                for one in rules.backends(key, entry.get("name", "")).ready
                if one.node == node
            }
            about = {"namespace": key[0], "name": key[1]}
            body = orjson.dumps({"service": about, "localEndpoints": len(here), "serviceProxyHealthy": True})
            headers = {"content-type": "application/json", "content-length": str(len(body))}
            return HttpResponse(200 if here else 503, headers, body, latency=HOP)
        return None

    def choose(
        self, way: Way, rules: ServiceRules, service: Object, entry: Object, *, node: str, external: bool
    ) -> Backend:
        """A backend for a new connection to a port of a Service, as the rules of a node have it.

        `external` is the way in over a node port, an external or a load balancer's address; callers from within the
        cluster are spared its traffic policy.
        """
        spec, key = service["spec"], key_of(service)
        found = rules.backends(key, entry.get("name", ""))
        policy = "externalTrafficPolicy" if external else "internalTrafficPolicy"
        local = spec.get(policy) == "Local" and not (external and way.source.node)
        usable = self._usable(found, node, local=local)
        label = f"{key[0]}/{key[1]}"
        if not usable:
            if local and (found.ready or found.ending):
                way.hops.append(("dropped", label, node, policy))
                raise TimedOut(address=way.address, port=way.port)
            way.hops.append(("rejected", label, node))
            raise Refused(after=HOP, address=way.address, port=way.port)
        backend = self._pick(way, service, entry, usable, node)
        way.hops.append(("service", label, node, f"{backend.ip}:{backend.port}", f"{len(usable)}"))
        return backend

    def _usable(self, found: Backends, node: str, *, local: bool) -> tuple[Backend, ...]:
        """Ready before ending; nearby ones where hints allow it. Upstream: CategorizeEndpoints"""
        if local:
            for group in found:
                here = tuple(one for one in group if one.node == node)
                if here:
                    return here
            return ()
        return self._near(found.ready, node) or found.ending

    def _near(self, ready: tuple[Backend, ...], node: str) -> tuple[Backend, ...]:
        if ready and all(one.nodes is not None for one in ready):
            same = tuple(one for one in ready if node in (one.nodes or ()))
            if same:
                return same
        if ready and all(one.zones is not None for one in ready):
            obj = self._network.client.get("nodes", "", node)
            zone = at(obj, "metadata", "labels", ZONE, default="")
            return tuple(one for one in ready if zone in (one.zones or ())) or ready
        return ready

    def _pick(self, way: Way, service: Object, entry: Object, usable: tuple[Backend, ...], node: str) -> Backend:
        """At random, or the one that the client had before."""
        random, spec = self._network.random, service["spec"]
        if spec.get("sessionAffinity") != "ClientIP":
            return usable[random.below("kube-proxy", len(usable))] if len(usable) > 1 else usable[0]
        seconds = at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds", default=AFFINITY_SECONDS)
        key = node, service["metadata"]["uid"], entry.get("name", ""), way.source.ip
        kept, now = self._affinity.get(key), self._network.clock.now
        found = None
        if kept is not None and now - kept[2] < seconds * SECOND:
            found = next((one for one in usable if (one.ip, one.port) == kept[:2]), None)
        if found is None:
            found = usable[random.below("kube-proxy", len(usable))]
        self._affinity.put(key, (found.ip, found.port, now))
        return found

    def forget(self, service: Object) -> None:
        """A Service is gone, and with it who went where."""
        uid = service["metadata"]["uid"]
        for key in [key for key in self._affinity if key[1] == uid]:
            self._affinity.delete(key)


def is_behind(rules: ServiceRules, service: Key, port_name: str, node: str) -> bool:
    """Whether a ready endpoint of a Service's port is on a node."""
    return any(one.node == node for one in rules.backends(service, port_name).ready)
