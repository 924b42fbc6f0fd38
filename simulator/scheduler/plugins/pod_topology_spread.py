"""Spreads Pods over zones, nodes and other topologies. Upstream: pkg/scheduler/framework/plugins/podtopologyspread"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

from simulator.machinery.objects import Object
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
from simulator.scheduler.pod_info import PodInfo, Shape
from simulator.scheduler.snapshot import Snapshot
from simulator.scheduler.spreading import (
    HOSTNAME,
    Census,
    Constraint,
    constraint_of,
    default_selectors,
    own_constraints,
    together,
)

REASON = "node(s) didn't match pod topology spread constraints"
MISSING_LABEL = f"{REASON} (missing required label)"
SYSTEM_DEFAULTS = (
    {"topologyKey": HOSTNAME, "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 3},
    {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 5},
)
ENDLESS = 2**31 - 1
KEPT = 256


@dataclass(slots=True)
class Counts:
    """For each hard constraint: how many matching Pods each domain has."""

    census: Census
    domains: list[dict[str, int]]
    fewest: dict[int, int] = field(default_factory=dict)
    """The answers of `least` so far."""

    @property
    def constraints(self) -> list[Constraint]:
        return self.census.constraints

    def least(self, index: int) -> int:
        """How many Pods the emptiest domain of a constraint has."""
        found = self.fewest.get(index)
        if found is None:
            domains = self.domains[index]
            short = len(domains) < self.constraints[index].min_domains
            found = self.fewest[index] = 0 if short else min(domains.values(), default=ENDLESS)
        return found


@dataclass(slots=True)
class Weights:
    """For each soft constraint: how much a Pod more in a domain weighs."""

    census: Census
    weights: list[float]
    ignored: frozenset[str]
    scores: dict[str, int] = field(default_factory=dict)
    """What is said of each node that can be chosen, kept up to date as the Pods of its domains come and go."""


@dataclass(slots=True)
class Known:
    """What is kept for Pods of one shape: their census, by what constraints, and the last weights."""

    selectors: list[Object]
    census: Census | None
    feasible: list[NodeInfo] = field(default_factory=list)
    weights: Weights | None = None


class PodTopologySpread(Plugin):
    """Filters by constraints that must hold, scores by those that should.

    Arguments: `defaultingType` (`System`, the default, or `List`) and `defaultConstraints`.
    """

    name = "PodTopologySpread"
    local = False

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self._system_defaults = (self.arguments.get("defaultingType") or "System") == "System"
        listed = self.arguments.get("defaultConstraints") or []
        self._defaults: Sequence[Object] = SYSTEM_DEFAULTS if self._system_defaults else listed
        self._known: dict[tuple[Shape, str], Known] = {}

    def _of(self, shape: Shape, action: str) -> Known:
        """What is known for a shape of Pods; the default constraints follow the Services and controllers there are."""
        defaults = [one for one in self._defaults if one["whenUnsatisfiable"] == action]
        own = bool(shape.spec.get("topologySpreadConstraints"))
        selectors = default_selectors(self.reader, shape) if defaults and not own else []
        known = self._known.get((shape, action))
        if known is not None and known.selectors == selectors:
            return known
        if len(self._known) >= KEPT:
            self._known.clear()
        constraints = own_constraints(shape, action)
        if selectors:
            matcher, answers = together(selectors), dict[Shape, bool]()
            constraints = [constraint_of(one, matcher, answers) for one in defaults]
        strict = own or not self._system_defaults or action == "DoNotSchedule"
        census = Census(shape, constraints, strict=strict) if constraints else None
        known = self._known[shape, action] = Known(selectors, census)
        return known

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        census = self._of(pod.shape, "DoNotSchedule").census
        if census is None:
            return SKIP
        census.bring_up_to_date(snapshot)
        return Counts(census, census.domains)

    def filter(self, facts: Counts, pod: PodInfo, node: NodeInfo) -> Status:
        for index, constraint in enumerate(facts.constraints):
            domain = node.labels.get(constraint.topology_key)
            if domain is None:
                return unresolvable(MISSING_LABEL)
            itself = 1 if constraint.selects(pod.shape) else 0
            if facts.domains[index].get(domain, 0) + itself - facts.least(index) > constraint.max_skew:
                return unschedulable(REASON)
        return SUCCESS

    def copy_facts(self, facts: Counts) -> Counts:
        return Counts(facts.census, [dict(domains) for domains in facts.domains])

    def add_pod(self, facts: Counts, pod: PodInfo, added: PodInfo, node: NodeInfo) -> Status:
        self._move(facts, pod, added, node, 1)
        return SUCCESS

    def remove_pod(self, facts: Counts, pod: PodInfo, removed: PodInfo, node: NodeInfo) -> Status:
        self._move(facts, pod, removed, node, -1)
        return SUCCESS

    def _move(self, facts: Counts, pod: PodInfo, moved: PodInfo, node: NodeInfo, step: int) -> None:
        if moved.shape.namespace != pod.shape.namespace or not facts.census.has_labels(node):
            return
        for constraint, domains in zip(facts.constraints, facts.domains, strict=True):
            if constraint.selects(moved.shape) and facts.census.counts_node(constraint, node):
                domain = node.labels[constraint.topology_key]
                domains[domain] = domains.get(domain, 0) + step
        facts.fewest.clear()

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        known = self._of(pod.shape, "ScheduleAnyway")
        if known.census is None:
            return SKIP
        moved = known.census.bring_up_to_date(snapshot)
        if moved is None or known.weights is None or known.feasible != feasible:
            known.feasible = list(feasible)
            known.weights = self._weigh(pod.shape, known.census, feasible)
            known.weights.scores = {node.name: self._rate(known.weights, node) for node in feasible}
        else:
            scores = known.weights.scores
            scores.update({name: self._rate(known.weights, snapshot.nodes[name]) for name in moved if name in scores})
        return known.weights

    def _weigh(self, shape: Shape, census: Census, feasible: Sequence[NodeInfo]) -> Weights:
        strict = bool(shape.spec.get("topologySpreadConstraints")) or not self._system_defaults
        ignored = frozenset(node.name for node in feasible if strict and not census.has_labels(node))
        counted = [node for node in feasible if node.name not in ignored]
        weights = []
        for constraint in census.constraints:
            key, size = constraint.topology_key, len(counted)
            if key != HOSTNAME:
                size = len({node.labels.get(key, "") for node in counted if key in node.labels or not strict})
            weights.append(log(size + 2))
        return Weights(census, weights, ignored)

    def score(self, facts: Weights, pod: PodInfo, node: NodeInfo) -> int:
        return facts.scores[node.name]

    def _rate(self, facts: Weights, node: NodeInfo) -> int:
        name, census = node.name, facts.census
        if name in facts.ignored:
            return 0
        total = 0.0
        for index, constraint in enumerate(census.constraints):
            key = constraint.topology_key
            domain = node.labels.get(key)
            if domain is not None:
                pods = census.on_node[name][index] if key == HOSTNAME else census.domains[index].get(domain, 0)
                total += pods * facts.weights[index] + (constraint.max_skew - 1)
        return int(total + 0.5)

    def score_all(self, facts: Weights, pod: PodInfo, nodes: Sequence[NodeInfo]) -> dict[str, int]:
        return facts.scores if len(nodes) == len(facts.scores) else super().score_all(facts, pod, nodes)

    def normalize(self, facts: Weights, scores: Mapping[str, int]) -> dict[str, int]:
        ignored = facts.ignored
        counted = [score for name, score in scores.items() if name not in ignored] if ignored else scores.values()
        highest, lowest = max(counted, default=0), min(counted, default=0)
        worth = {
            score: MAX_NODE_SCORE * (highest + lowest - score) // highest if highest else MAX_NODE_SCORE
            for score in dict.fromkeys(counted)
        }
        return {name: 0 if name in ignored else worth[score] for name, score in scores.items()}
