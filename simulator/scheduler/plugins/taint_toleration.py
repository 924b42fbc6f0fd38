"""Keeps Pods off nodes whose taints they do not tolerate. Upstream: pkg/scheduler/framework/plugins/tainttoleration"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.machinery.objects import Object
from simulator.scheduler.framework import SUCCESS, Plugin, Status, default_normalize, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.selection import tolerates
from simulator.scheduler.snapshot import Snapshot

REASON = "node(s) had untolerated taint(s)"


class TaintToleration(Plugin):
    """Filters by NoSchedule and NoExecute taints; prefers nodes with fewer PreferNoSchedule taints to put up with."""

    name = "TaintToleration"

    def filter(self, facts: Any, pod: PodInfo, node: NodeInfo) -> Status:
        if not node.taints:
            return SUCCESS
        tolerations = pod.shape.spec.get("tolerations") or ()
        for taint in node.taints:
            if taint.get("effect") in ("NoSchedule", "NoExecute") and not tolerates(tolerations, taint):
                return unresolvable(self._reason(taint))
        return SUCCESS

    def _reason(self, taint: Object) -> str:
        """Since 1.35 (and 1.34.2) the message no longer tells which taint it was."""
        if self.handle.minor >= 35:
            return REASON
        return f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value') or ''}}}"

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> list[Object]:
        tolerations = pod.shape.spec.get("tolerations") or ()
        return [one for one in tolerations if not one.get("effect") or one["effect"] == "PreferNoSchedule"]

    def score(self, facts: list[Object], pod: PodInfo, node: NodeInfo) -> int:
        return sum(
            1 for taint in node.taints if taint.get("effect") == "PreferNoSchedule" and not tolerates(facts, taint)
        )

    def normalize(self, facts: Any, scores: Mapping[str, int]) -> dict[str, int]:
        return default_normalize(scores, reverse=True)
