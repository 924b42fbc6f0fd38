"""Node selectors and node affinity. Upstream: pkg/scheduler/framework/plugins/nodeaffinity"""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.machinery.objects import Object
from simulator.scheduler.framework import SKIP, SUCCESS, Handle, Plugin, Status, default_normalize, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.selection import NodeMatcher, node_matcher, required_nodes
from simulator.scheduler.snapshot import Snapshot

REASON = "node(s) didn't match Pod's node affinity/selector"
CONFLICT = "pod affinity terms conflict"


class NodeAffinity(Plugin):
    """Filters by nodeSelector and required terms; scores by the weights of the preferred terms that hold.

    Argument: `addedAffinity`, a node affinity that holds for all Pods of the profile besides their own.
    """

    name = "NodeAffinity"

    def __init__(self, handle: Handle) -> None:
        super().__init__(handle)
        self._added: Object = self.arguments.get("addedAffinity") or {}

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        own = required_nodes(pod.shape.spec)
        added = required_nodes({"affinity": {"nodeAffinity": self._added}}) if self._added else None
        if own is None and added is None:
            return SKIP
        matcher = [one for one in (own, added) if one is not None]
        named = named_nodes(pod.shape.spec)
        return unresolvable(CONFLICT) if named is not None and not named else matcher

    def filter(self, facts: list[NodeMatcher], pod: PodInfo, node: NodeInfo) -> Status:
        return SUCCESS if all(holds(node.node) for holds in facts) else unresolvable(REASON)

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        affinity = (pod.shape.spec.get("affinity") or {}).get("nodeAffinity") or {}
        field = "preferredDuringSchedulingIgnoredDuringExecution"
        terms = [*(affinity.get(field) or ()), *(self._added.get(field) or ())]
        if not terms:
            return SKIP
        return [(term["weight"], node_matcher([term["preference"]])) for term in terms]

    def score(self, facts: list[tuple[int, NodeMatcher]], pod: PodInfo, node: NodeInfo) -> int:
        return sum(weight for weight, holds in facts if holds(node.node))

    def normalize(self, facts: Any, scores: Mapping[str, int]) -> dict[str, int]:
        return default_normalize(scores)


def named_nodes(spec: Object) -> list[str] | None:
    """The nodes that required terms name by field, as a DaemonSet's Pods do; None where other nodes are possible."""
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    named: list[str] = []
    for term in required.get("nodeSelectorTerms") or ():
        allowed: list[str] | None = None
        for field in term.get("matchFields") or ():
            if field.get("key") == "metadata.name" and field.get("operator") == "In":
                values = field.get("values") or []
                allowed = values if allowed is None else [name for name in allowed if name in values]
        if allowed is None:
            return None
        named += [name for name in allowed if name not in named]
    return named if required.get("nodeSelectorTerms") else None
