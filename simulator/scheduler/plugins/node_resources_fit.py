"""Whether a node has room for a Pod, and how much is left then. Upstream: plugins/noderesources/fit.go"""

from typing import Any

from simulator.scheduler.framework import MAX_NODE_SCORE, SUCCESS, Plugin, Status
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.resources import Amounts
from simulator.scheduler.snapshot import Snapshot

TOO_MANY_PODS = "Too many pods"
FIRST = ("cpu", "memory", "ephemeral-storage")


class NodeResourcesFit(Plugin):
    """Filters out nodes without the requested resources; by default prefers those with most left.

    Arguments: `ignoredResources`, `ignoredResourceGroups`, and `scoringStrategy` with `type`, `resources` and, for
    RequestedToCapacityRatio, `requestedToCapacityRatio.shape`.
    """

    name = "NodeResourcesFit"

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self._ignored = frozenset(self.arguments.get("ignoredResources") or ())
        self._ignored_groups = frozenset(self.arguments.get("ignoredResourceGroups") or ())
        strategy = self.arguments.get("scoringStrategy") or {}
        resources = strategy.get("resources", [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}])
        self._weights = [(one["name"], one.get("weight") or 1) for one in resources]
        self._strategy = strategy.get("type") or "LeastAllocated"
        points = (strategy.get("requestedToCapacityRatio") or {}).get("shape") or []
        self._curve = [(point["utilization"], point["score"] * MAX_NODE_SCORE // 10) for point in points]

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> list[tuple[str, int]]:
        asked = pod.shape.requests
        others = sorted(name for name in asked if name not in FIRST and not self._ignores(name))
        return [(name, asked[name]) for name in (*FIRST, *others) if asked.get(name)]

    def _ignores(self, resource: str) -> bool:
        if "/" not in resource:
            return False
        return resource in self._ignored or resource.split("/")[0] in self._ignored_groups

    def filter(self, facts: list[tuple[str, int]], pod: PodInfo, node: NodeInfo) -> Status:
        reasons, hopeless = [], False
        allocatable, requested = node.allocatable, node.requested
        if len(node.pods) + 1 > allocatable.get("pods", 0):
            reasons.append(TOO_MANY_PODS)
        for resource, wanted in facts:
            capacity = allocatable.get(resource, 0)
            if wanted > capacity - requested.get(resource, 0):
                reasons.append(f"Insufficient {resource}")
                hopeless = hopeless or (self.handle.minor >= 31 and wanted > capacity)
        if not reasons:
            return SUCCESS
        return Status("UnschedulableAndUnresolvable" if hopeless else "Unschedulable", tuple(reasons))

    def score(self, facts: Any, pod: PodInfo, node: NodeInfo) -> int:
        total, weights = 0, 0
        for resource, weight in self._weights:
            used = _used(resource, pod.shape.scoring, node, node.scoring)
            if used is None:
                continue
            asked, capacity = used
            share = self._share(asked, capacity)
            if self._strategy != "RequestedToCapacityRatio" or share > 0:
                total += share * weight
                weights += weight
        if not weights:
            return 0
        if self._strategy == "RequestedToCapacityRatio":
            return (2 * total + weights) // (2 * weights)
        return total // weights

    def _share(self, requested: int, capacity: int) -> int:
        if self._strategy == "MostAllocated":
            return min(requested, capacity) * MAX_NODE_SCORE // capacity
        if self._strategy == "RequestedToCapacityRatio":
            return on_curve(self._curve, 100 if requested > capacity else requested * 100 // capacity)
        return 0 if requested > capacity else (capacity - requested) * MAX_NODE_SCORE // capacity


def _used(resource: str, asked: Amounts, node: NodeInfo, floor: Amounts) -> tuple[int, int] | None:
    """What of a resource would be taken with this Pod, and of how much; None where it does not count."""
    capacity = node.allocatable.get(resource, 0)
    wanted = asked.get(resource, 0)
    if not capacity or (not wanted and resource not in FIRST):
        return None
    taken = floor[resource] if resource in floor else node.requested.get(resource, 0)
    return taken + wanted, capacity


def on_curve(points: list[tuple[int, int]], at: int) -> int:
    """The value of a line through points, flat beyond its ends. Upstream: plugins/helper/shape_score.go"""
    for index, (x, y) in enumerate(points):
        if at <= x:
            if index == 0:
                return y
            x0, y0 = points[index - 1]
            rise = (y - y0) * (at - x0)
            return y0 + (rise // (x - x0) if rise >= 0 else -(-rise // (x - x0)))
    return points[-1][1] if points else 0
