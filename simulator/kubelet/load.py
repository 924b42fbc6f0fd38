"""Load from outside: so many requests a second towards a Service, each of which costs CPU where it is answered.

No request is really made: what the requests cost is spread over the Service's ready Pods, and spread anew when these
change. What it does to the Pods is what requests would do: they use CPU, are throttled and answer late.
"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import MILLISECOND
from simulator.kernel.component import Change, Component
from simulator.kernel.state import Table
from simulator.machinery.objects import Key, Object, at

if TYPE_CHECKING:
    from simulator.cluster import Cluster

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
LATENCY = 100 * MILLISECOND

type Load = tuple[int, int]
"""Requests a second, and the microseconds of CPU that one costs."""


class LoadGenerator(Component):
    """Keeps Services busy.

    State, as tables: `loads` by the Service's key, `busy` the machines that each of them keeps busy now.
    """

    name = "load"
    watches = (SLICES,)

    def __init__(self, cluster: "Cluster") -> None:
        super().__init__(cluster.kernel)
        self.cluster = cluster
        self.client = cluster.client("load")
        self.loads: Table[Key, Load] = self.table("loads")
        self.busy: Table[Key, tuple[str, ...]] = self.table("busy")

    def on(self, service: Key, requests: int, cost: int) -> None:
        """Send requests to a Service from now on: so many a second, each of so many microseconds."""
        self.loads.put(service, (requests, cost))
        self.spread(service)

    def off(self, service: Key) -> None:
        """Send no more."""
        self.loads.delete(service)
        self.spread(service)

    def observe(self, change: Change) -> None:
        if not len(self.loads):
            return
        metadata = change.object["metadata"]
        key = metadata["namespace"], (metadata.get("labels") or {}).get(SERVICE_NAME, "")
        if key in self.loads:
            self.later(LATENCY, "spread", key)

    def spread(self, service: Key) -> None:
        """Share the requests among the Pods that are ready."""
        load = self.loads.get(service)
        machines = self._machines(service) if load is not None else []
        cgroups, name = self.cluster.machines.cgroups, "/".join(service)
        for machine in self.busy.get(service) or ():
            if machine not in machines:
                cgroups.load(machine, name, 0)
        if load is None or not machines:
            self.busy.delete(service)
            return
        share = load[0] * load[1] // 1000 // len(machines)
        for machine in machines:
            cgroups.load(machine, name, share)
        self.busy.put(service, tuple(machines))

    def _machines(self, service: Key) -> list[str]:
        """The containers that answer for a Service."""
        found = []
        for piece in self.client.list(SLICES, service[0]):
            if (piece["metadata"].get("labels") or {}).get(SERVICE_NAME) == service[1]:
                port = at(piece, "ports", 0, "port", default=0)
                found += [
                    self._listener(endpoint, port) for endpoint in piece.get("endpoints") or () if ready(endpoint)
                ]
        return [machine for machine in dict.fromkeys(found) if machine]

    def _listener(self, endpoint: Object, port: int) -> str:
        uid = at(endpoint, "targetRef", "uid", default="")
        found = self.cluster.machines.listener(f"{self.kernel.scope}pod/{uid}", port)
        return found[0] if found is not None else ""


def ready(endpoint: Object) -> bool:
    return bool(at(endpoint, "conditions", "ready", default=False))
