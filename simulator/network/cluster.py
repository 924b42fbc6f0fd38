"""One cluster's network: addresses of Pods, virtual addresses of Services, node ports.

Upstream: pkg/proxy/iptables, CNI host-local
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.api.client import Client
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change, Component, Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Key, Object, at
from simulator.network import outside
from simulator.network.dns import DOMAIN, NODE_RESOLVER, ClusterDNS
from simulator.runtime.machines import Machines
from simulator.runtime.network import (
    HttpRequest,
    HttpResponse,
    NetworkFailure,
    NoAnswer,
    Record,
    Refused,
    ResolverTimedOut,
    TimedOut,
    Unreachable,
)

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

FIRST_HOST = 2
LAST_HOST = 254
HOP = 250
"""Microseconds that a packet takes between two machines, there and back."""
ECHO = 0
"""As a port: an ICMP echo request."""
NO_NEIGHBOUR = 3 * SECOND
"""How long a host looks for a neighbour that does not answer before it says that there is no route to it."""
DNS_PORT = 53
RESOLVER_PATIENCE = 10 * SECOND
"""Two tries of five seconds, as resolv.conf has it by default."""
POD_RANGE = "10.244."
AFFINITY_SECONDS = 10_800
SERVICE_NAME = "kubernetes.io/service-name"
SLICES = "endpointslices.discovery.k8s.io"

type Backend = tuple[str, int, str]
"""Address, port and node of one endpoint."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who calls: a Pod, a node, or somebody outside the cluster."""

    ip: str
    node: str = ""
    pod: Object | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection arrives in the end."""

    ip: str
    port: int
    source_ip: str


class ClusterNetwork(Component):
    """Who has which address, and where a connection to an address ends.

    Tables: `addresses` (Pod IP → uid), `next-address` by node, `affinity` ((Service uid, client) → backend and moment).
    """

    name = "network"
    watches = ("services", SLICES)

    def __init__(self, kernel: Kernel, client: Client, machines: Machines) -> None:
        super().__init__(kernel)
        self.client = client
        self._machines = machines
        self._owners: Table[str, str] = self.table("addresses")
        self._next: Table[str, int] = self.table("next-address")
        self._affinity: Table[tuple[str, str], tuple[str, int, int]] = self.table("affinity")
        self.dns = ClusterDNS(client)
        self.kubelet: Kubelet | None = None
        self._by_address: dict[str, Key] | None = None
        self._by_node_port: dict[tuple[int, str], tuple[Key, Object]] = {}
        self._backends: dict[tuple[Key, str], list[Backend]] = {}

    def observe(self, change: Change) -> None:
        """What was worked out from Services and their endpoints no longer holds."""
        if change.resource == "services":
            self._by_address = None
        self._backends.clear()

    # Addresses.

    def join(self, pod: Object) -> str:
        """Give a Pod an address of its node's range."""
        node = pod["spec"]["nodeName"]
        number = self.kubelet.nodes.number(node) if self.kubelet is not None else 0
        host = self._next.get(node) or FIRST_HOST
        for _ in range(LAST_HOST):
            address = f"{POD_RANGE}{number}.{host}"
            host = host + 1 if host < LAST_HOST else FIRST_HOST
            if address not in self._owners:
                break
        self._next.put(node, host)
        self._owners.put(address, pod["metadata"]["uid"])
        return address

    def leave(self, ip: str, uid: str) -> None:
        """A Pod is gone; its address may be given again."""
        if self._owners.get(ip) == uid:
            self._owners.delete(ip)

    def owner(self, ip: str) -> str | None:
        """The uid of the Pod that has an address."""
        return self._owners.get(ip)

    def resolver_file(self, pod: Object) -> str:
        """`/etc/resolv.conf` of a Pod. Upstream: pkg/kubelet/network/dns"""
        return self.dns.resolver_file(pod)

    # Connections.

    def request(self, source: Source, request: HttpRequest, address: str, port: int) -> HttpResponse:
        """Send an HTTP request to an address; raises `NetworkFailure`."""
        target = self.route(source, address, port)
        network = self._network_at(target, request.timeout)
        response = self.deliver(network, target, request)
        if request.timeout and response.latency + HOP > request.timeout:
            raise NoAnswer(after=request.timeout, address=target.ip, port=target.port)
        return replace(response, latency=response.latency + HOP, address=address, server=network)

    def deliver(self, network: str, target: Target, request: HttpRequest) -> HttpResponse:
        """Hand a request to whoever listens behind an address."""
        try:
            return self._machines.serve(network, target.port, replace(request, source=target.source_ip))
        except Refused:
            raise Refused(after=HOP, address=target.ip, port=target.port) from None

    def connect(self, source: Source, address: str, port: int, timeout: int = 0) -> tuple[str, int]:
        """Open a TCP connection and close it again: who answered and how long it took."""
        if port == ECHO:
            return self._echo(address)
        target = self.route(source, address, port)
        network = self._network_at(target, timeout)
        if self._machines.listener(network, target.port) is None:
            raise Refused(after=HOP, address=address, port=target.port)
        return address, HOP

    def exchange(
        self, source: Source, address: str, port: int, connection: bytes, payload: bytes
    ) -> tuple[bytes, bytes | None, int]:
        """Speak another protocol than HTTP with whoever listens there."""
        target = self.route(source, address, port)
        network = self._network_at(target, 0)
        try:
            reply, left = self._machines.exchange(network, target.port, connection, payload)
        except Refused:
            raise Refused(after=HOP, address=address, port=port) from None
        return reply, left, HOP

    def _echo(self, address: str) -> tuple[str, int]:
        """Pods and nodes answer; a Service's address is only a rule for TCP and UDP."""
        self._network_at(Target(address, ECHO, ""), 0)
        return address, HOP // 4

    def route(self, source: Source, address: str, port: int, protocol: str = "TCP") -> Target:
        """Follow a Service's rules to a Pod; any other address stays as it is.

        The place where a NetworkPolicy drops packets is here, once the real destination is known.
        """
        key = self._services().get(address)
        if key is not None:
            service = self.client.get("services", *key)
            entry = next((p for p in at(service, "spec", "ports", default=()) if p["port"] == port), None)
            if service is None or entry is None:
                raise TimedOut(address=address, port=port)
            outside = address not in (service["spec"].get("clusterIP"),)
            return self._balance(source, service, entry, address, external=outside)
        if self._is_node(address):
            found = self._by_node_port.get((port, protocol))
            if found is not None:
                service = self.client.get("services", *found[0])
                if service is not None:
                    return self._balance(source, service, found[1], address, external=True, via=address)
        return Target(address, port, source.ip)

    def _balance(
        self, source: Source, service: Object, port: Object, address: str, *, external: bool, via: str = ""
    ) -> Target:
        """Choose a backend as kube-proxy's rules do: at random, or the one the client had before."""
        spec = service["spec"]
        endpoints = self.endpoints(service, port)
        local = external and spec.get("externalTrafficPolicy") == "Local"
        if local and via:
            endpoints = [one for one in endpoints if self._node_ip(one[2]) == via]
        elif not external and spec.get("internalTrafficPolicy") == "Local":
            endpoints = [one for one in endpoints if one[2] == source.node]
        if not endpoints:
            if local or spec.get("internalTrafficPolicy") == "Local":
                raise TimedOut(address=address, port=port["port"])
            raise Refused(after=HOP, address=address, port=port["port"])
        ip, number, _ = self._chosen(source, service, endpoints)
        masqueraded = external and not local and bool(via)
        return Target(ip, number, via if masqueraded else source.ip)

    def _chosen(self, source: Source, service: Object, endpoints: list[Backend]) -> Backend:
        if service["spec"].get("sessionAffinity") != "ClientIP":
            return endpoints[self.random.below("kube-proxy", len(endpoints))] if len(endpoints) > 1 else endpoints[0]
        seconds = at(service, "spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds", default=AFFINITY_SECONDS)
        key = service["metadata"]["uid"], source.ip
        kept = self._affinity.get(key)
        found = None
        if kept is not None and self.clock.now - kept[2] < seconds * SECOND:
            found = next((one for one in endpoints if one[0] == kept[0]), None)
        if found is None:
            found = endpoints[self.random.below("kube-proxy", len(endpoints))]
        self._affinity.put(key, (found[0], found[1], self.clock.now))
        return found

    def endpoints(self, service: Object, port: Object) -> list[Backend]:
        """The ready addresses behind a Service's port; those that still serve while they end, when none is ready."""
        metadata = service["metadata"]
        key = (metadata["namespace"], metadata["name"]), port.get("name", "")
        found = self._backends.get(key)
        if found is None:
            found = self._backends[key] = self._find_endpoints(*key)
        return found

    def _find_endpoints(self, service: Key, port_name: str) -> list[Backend]:
        serving: list[Backend] = []
        terminating: list[Backend] = []
        for piece in self.client.list(SLICES, service[0]):
            if (piece["metadata"].get("labels") or {}).get(SERVICE_NAME) != service[1]:
                continue
            number = next((p["port"] for p in piece.get("ports") or () if (p.get("name") or "") == port_name), None)
            if number is None:
                continue
            for endpoint in piece.get("endpoints") or ():
                conditions = endpoint.get("conditions") or {}
                rows = [(ip, number, endpoint.get("nodeName", "")) for ip in endpoint["addresses"]]
                if conditions.get("ready", True):
                    serving += rows
                elif conditions.get("serving") and conditions.get("terminating"):
                    terminating += rows
        return serving or terminating

    def _services(self) -> dict[str, Key]:
        """Every address that is a Service's: cluster, external and load balancer addresses."""
        found = self._by_address
        if found is None:
            found, self._by_node_port = {}, {}
            for key, service in self.client.rows("services").items():
                spec = service["spec"]
                ingress = [entry.get("ip") for entry in at(service, "status", "loadBalancer", "ingress", default=())]
                for address in (
                    *(spec.get("clusterIPs") or [spec.get("clusterIP")]),
                    *(spec.get("externalIPs") or ()),
                    *ingress,
                ):
                    if address and address != "None":
                        found[address] = key
                for entry in spec.get("ports") or ():
                    if entry.get("nodePort"):
                        self._by_node_port[entry["nodePort"], entry.get("protocol", "TCP")] = key, entry
            self._by_address = found
        return found

    def _network_at(self, target: Target, timeout: int) -> str:
        """The port space behind an address; raises where packets get lost."""
        uid = self._owners.get(target.ip)
        kubelet = self.kubelet
        if uid is not None:
            row = kubelet.pods.get(uid) if kubelet is not None else None
            if row is not None and kubelet is not None and not kubelet.nodes.is_running(row["node"]):
                raise TimedOut(after=timeout, address=target.ip, port=target.port)
            return f"{self.kernel.scope}pod/{uid}"
        node = self._node_at(target.ip)
        if node:
            if kubelet is not None and not kubelet.nodes.is_running(node):
                raise TimedOut(after=timeout, address=target.ip, port=target.port)
            return f"{self.kernel.scope}node/{node}"
        if target.ip.startswith(POD_RANGE):
            raise Unreachable(after=NO_NEIGHBOUR, address=target.ip, port=target.port)
        raise TimedOut(after=timeout, address=target.ip, port=target.port)

    def _node_at(self, address: str) -> str:
        return self.kubelet.nodes.named(address) if self.kubelet is not None else ""

    def _is_node(self, address: str) -> bool:
        self._services()
        return bool(self._node_at(address))

    def _node_ip(self, name: str) -> str:
        return self.kubelet.nodes.address(name) if self.kubelet is not None else ""

    # Names.

    def ask(self, source: Source, server: str, name: str, kind: str) -> list[Record]:
        """Ask a name server; raises `NameNotFound`, and `ResolverTimedOut` when no CoreDNS Pod answers there."""
        if server != NODE_RESOLVER:
            try:
                target = self.route(source, server, DNS_PORT, "UDP")
                if self._machines.listener(self._network_at(target, 0), target.port) is None:
                    raise Refused()
            except NetworkFailure:
                raise ResolverTimedOut(name, after=RESOLVER_PATIENCE) from None
            if name == DOMAIN or name.endswith(f".{DOMAIN}"):
                return self.dns.answer(name, kind)
            if kind == "PTR":
                return self.dns.reverse(name)
        return outside.answer(name, kind)

    # The kubelet's own calls.

    def probe_http(self, node: str, uid: str, host: str, port: int, request: HttpRequest) -> HttpResponse:
        """An HTTP request of a node's kubelet: straight into the Pod, unless the probe names another host."""
        if self._owners.rows.get(host) != uid:
            return self.request(Source(self._node_ip(node), node), request, host, port)
        response = self._machines.serve(f"{self.kernel.scope}pod/{uid}", port, request)
        if response.latency + HOP > request.timeout:
            raise NoAnswer(after=request.timeout, address=host, port=port)
        return response

    def probe_connect(self, node: str, host: str, port: int, timeout: int) -> None:
        """A TCP connection of a node's kubelet."""
        self.connect(Source(self._node_ip(node), node), host, port, timeout)
