"""Prefers nodes whose resources would be used evenly. Upstream: plugins/noderesources/balanced_allocation.go"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

from simulator.scheduler.framework import MAX_NODE_SCORE, SKIP, Plugin
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.resources import Amounts
from simulator.scheduler.snapshot import Snapshot


class NodeResourcesBalancedAllocation(Plugin):
    """Scores by how little the used shares of the resources differ from each other. Argument: `resources`."""

    name = "NodeResourcesBalancedAllocation"

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        resources = self.arguments.get("resources") or [{"name": "cpu"}, {"name": "memory"}]
        self._resources = [one["name"] for one in resources]

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        asked = pod.shape.requests
        return asked if any(asked.get(name) for name in self._resources) else SKIP

    def score(self, facts: Amounts, pod: PodInfo, node: NodeInfo) -> int:
        shares = []
        for resource in self._resources:
            capacity = node.allocatable.get(resource, 0)
            wanted = facts.get(resource, 0)
            if not capacity or (not wanted and "/" in resource):
                continue
            shares.append(min((node.requested.get(resource, 0) + wanted) / capacity, 1.0))
        return int((1 - _spread(shares)) * MAX_NODE_SCORE)


def _spread(shares: list[float]) -> float:
    if len(shares) < 2:
        return 0.0
    if len(shares) == 2:
        return abs((shares[0] - shares[1]) / 2)
    mean = sum(shares) / len(shares)
    return sqrt(sum((share - mean) ** 2 for share in shares) / len(shares))
