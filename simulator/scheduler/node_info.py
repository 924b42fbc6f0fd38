"""A node as the scheduler sees it: what it has, what its Pods took, kept up to date Pod by Pod.

Upstream: pkg/scheduler/framework/types.go (NodeInfo)
"""

from collections.abc import Mapping

from simulator.machinery.objects import Key, Object
from simulator.scheduler.pod_info import PodInfo, Port, Shape
from simulator.scheduler.resources import Amounts, amounts

ANY_ADDRESS = "0.0.0.0"


class NodeInfo:
    """One node with the Pods bound to it."""

    __slots__ = (
        "allocatable",
        "images",
        "labels",
        "leaving",
        "name",
        "node",
        "pods",
        "ports",
        "requested",
        "scoring",
        "shapes",
        "taints",
    )

    def __init__(self, node: Object) -> None:
        self.pods: dict[Key, PodInfo] = {}
        self.shapes: dict[Shape, int] = {}
        self.leaving: dict[Shape, int] = {}
        self.ports: dict[Port, int] = {}
        self.requested: Amounts = {}
        self.scoring: Amounts = {"cpu": 0, "memory": 0}
        self.update(node)

    def update(self, node: Object) -> None:
        """Take over a new state of the Node object."""
        metadata, spec, status = node.get("metadata") or {}, node.get("spec") or {}, node.get("status") or {}
        self.node = node
        self.name: str = metadata.get("name") or ""
        self.labels: Mapping[str, str] = metadata.get("labels") or {}
        self.taints: list[Object] = spec.get("taints") or []
        self.allocatable: Amounts = amounts(status.get("allocatable"))
        self.images: dict[str, int] = {}
        for image in status.get("images") or ():
            for name in image.get("names") or ():
                self.images[name] = image.get("sizeBytes") or 0

    def add(self, info: PodInfo) -> None:
        self.pods[info.key] = info
        self._count(info, 1)

    def remove(self, key: Key) -> PodInfo | None:
        info = self.pods.pop(key, None)
        if info is not None:
            self._count(info, -1)
        return info

    def _count(self, info: PodInfo, sign: int) -> None:
        shape = info.shape
        tallies = [self.shapes, self.leaving] if info.terminating else [self.shapes]
        for tally in tallies:
            number = tally.get(shape, 0) + sign
            if number:
                tally[shape] = number
            else:
                del tally[shape]
        for resource, amount in shape.requests.items():
            self.requested[resource] = self.requested.get(resource, 0) + sign * amount
        self.scoring["cpu"] += sign * shape.scoring.get("cpu", 0)
        self.scoring["memory"] += sign * shape.scoring.get("memory", 0)
        for port in shape.ports:
            self.ports[port] = self.ports.get(port, 0) + sign
            if not self.ports[port]:
                del self.ports[port]

    def takes_port(self, wanted: Port) -> bool:
        """Whether a host port is free; an unspecified address stands for all."""
        if not self.ports:
            return True
        address, protocol, number = wanted
        for taken_address, taken_protocol, taken_number in self.ports:
            if (taken_protocol, taken_number) == (protocol, number) and (
                ANY_ADDRESS in (address, taken_address) or address == taken_address
            ):
                return False
        return True

    def copy(self) -> "NodeInfo":
        """A node to imagine Pods on, or off."""
        twin = NodeInfo.__new__(NodeInfo)
        for slot in NodeInfo.__slots__:
            setattr(twin, slot, getattr(self, slot))
        twin.pods = dict(self.pods)
        twin.shapes, twin.leaving = dict(self.shapes), dict(self.leaving)
        twin.ports, twin.requested, twin.scoring = dict(self.ports), dict(self.requested), dict(self.scoring)
        return twin
