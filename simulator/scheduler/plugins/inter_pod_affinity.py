"""Brings Pods together and keeps them apart. Upstream: pkg/scheduler/framework/plugins/interpodaffinity"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.scheduler.framework import (
    MAX_NODE_SCORE,
    SKIP,
    SUCCESS,
    Plugin,
    Status,
    unresolvable,
    unschedulable,
)
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo, Shape, Term
from simulator.scheduler.snapshot import Snapshot

EXISTING_REASON = "node(s) didn't satisfy existing pods anti-affinity rules"
AFFINITY_REASON = "node(s) didn't match pod affinity rules"
ANTI_AFFINITY_REASON = "node(s) didn't match pod anti-affinity rules"

type Pairs = dict[tuple[str, str], int]
"""How many matches there are per topology key and value."""


@dataclass(slots=True)
class Matches:
    """Where Pods that matter are: those the Pod wants near, those it avoids, and those that avoid it."""

    affinity: Pairs
    anti_affinity: Pairs
    existing_anti_affinity: Pairs


class InterPodAffinity(Plugin):
    """Filters by required terms of both sides, scores by preferred ones.

    Arguments: `hardPodAffinityWeight` (1), what a required term of a Pod that runs already is worth to the Pod it
    matches; `ignorePreferredTermsOfExistingPods`.
    """

    name = "InterPodAffinity"
    local = False

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self._hard_weight: int = self.arguments.get("hardPodAffinityWeight", 1)
        self._ignores_existing = bool(self.arguments.get("ignorePreferredTermsOfExistingPods"))

    def _namespace_labels(self, name: str) -> Mapping[str, str]:
        namespace = self.reader.get("namespaces", "", name)
        return (namespace or {"metadata": {}})["metadata"].get("labels") or {}

    def _matches(self, term: Term, shape: Shape) -> bool:
        return term.matches(shape, self._namespace_labels)

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        cares = pod.shape.affinity or pod.shape.anti_affinity
        if not cares and not any(shape.anti_affinity for shape in snapshot.shapes):
            return SKIP
        facts = Matches({}, {}, {})
        for node in snapshot.nodes.values():
            for shape, number in node.shapes.items():
                self._count(facts, pod.shape, shape, node, number)
        shape = pod.shape
        if not facts.existing_anti_affinity and not shape.affinity and not shape.anti_affinity:
            return SKIP
        return facts

    def _count(self, facts: Matches, pod: Shape, existing: Shape, node: NodeInfo, number: int) -> None:
        for term in existing.anti_affinity:
            if self._matches(term, pod):
                _tally(facts.existing_anti_affinity, node, term, number)
        if pod.affinity and all(self._matches(term, existing) for term in pod.affinity):
            for term in pod.affinity:
                _tally(facts.affinity, node, term, number)
        for term in pod.anti_affinity:
            if self._matches(term, existing):
                _tally(facts.anti_affinity, node, term, number)

    def add_pod(self, facts: Matches, pod: PodInfo, added: PodInfo, node: NodeInfo) -> Status:
        self._count(facts, pod.shape, added.shape, node, 1)
        return SUCCESS

    def remove_pod(self, facts: Matches, pod: PodInfo, removed: PodInfo, node: NodeInfo) -> Status:
        self._count(facts, pod.shape, removed.shape, node, -1)
        return SUCCESS

    def copy_facts(self, facts: Matches) -> Matches:
        return Matches(dict(facts.affinity), dict(facts.anti_affinity), dict(facts.existing_anti_affinity))

    def filter(self, facts: Matches, pod: PodInfo, node: NodeInfo) -> Status:
        if not self._near_enough(facts, pod.shape, node):
            return unresolvable(AFFINITY_REASON)
        for term in pod.shape.anti_affinity:
            value = node.labels.get(term.topology_key)
            if value is not None and facts.anti_affinity.get((term.topology_key, value), 0) > 0:
                return unschedulable(ANTI_AFFINITY_REASON)
        for (key, value), number in facts.existing_anti_affinity.items():
            if number > 0 and node.labels.get(key) == value:
                return unschedulable(EXISTING_REASON)
        return SUCCESS

    def _near_enough(self, facts: Matches, pod: Shape, node: NodeInfo) -> bool:
        together = True
        for term in pod.affinity:
            value = node.labels.get(term.topology_key)
            if value is None:
                return False
            together = together and facts.affinity.get((term.topology_key, value), 0) > 0
        # The first of a group that wants to be with its own kind has nobody to join yet.
        return together or (not facts.affinity and all(self._matches(term, pod) for term in pod.affinity))

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        scores: Pairs = {}
        listening = bool(pod.shape.preferred)
        if not listening and not any(shape.has_affinity for shape in snapshot.shapes):
            return SKIP
        for node in snapshot.nodes.values():
            for shape, number in node.shapes.items():
                if listening or shape.has_affinity:
                    self._weigh(scores, pod.shape, shape, node, number)
        return scores or SKIP

    def _weigh(self, scores: Pairs, pod: Shape, existing: Shape, node: NodeInfo, number: int) -> None:
        for term in pod.preferred:
            if self._matches(term, existing):
                _tally(scores, node, term, term.weight * number)
        if self._hard_weight > 0:
            for term in existing.affinity:
                if self._matches(term, pod):
                    _tally(scores, node, term, self._hard_weight * number)
        if not (self._ignores_existing and not pod.preferred):
            for term in existing.preferred:
                if self._matches(term, pod):
                    _tally(scores, node, term, term.weight * number)

    def score(self, facts: Pairs, pod: PodInfo, node: NodeInfo) -> int:
        return sum(weight for (key, value), weight in facts.items() if node.labels.get(key) == value)

    def normalize(self, facts: Any, scores: Mapping[str, int]) -> dict[str, int]:
        lowest, highest = min(scores.values(), default=0), max(scores.values(), default=0)
        if highest == lowest:
            return dict.fromkeys(scores, 0)
        return {name: int(MAX_NODE_SCORE * ((s - lowest) / (highest - lowest))) for name, s in scores.items()}


def _tally(pairs: Pairs, node: NodeInfo, term: Term, number: int) -> None:
    value = node.labels.get(term.topology_key)
    if value is None:
        return
    pair = term.topology_key, value
    total = pairs.get(pair, 0) + number
    if total:
        pairs[pair] = total
    else:
        pairs.pop(pair, None)
