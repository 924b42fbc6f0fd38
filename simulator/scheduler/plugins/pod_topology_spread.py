"""Spreads Pods over zones, nodes and other topologies. Upstream: pkg/scheduler/framework/plugins/podtopologyspread"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from simulator.machinery.objects import Object
from simulator.scheduler.framework import (
    MAX_NODE_SCORE,
    SKIP,
    SUCCESS,
    Plugin,
    Reader,
    Status,
    unresolvable,
    unschedulable,
)
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo, Shape
from simulator.scheduler.selection import Matcher, NodeMatcher, label_matcher, required_nodes, tolerates
from simulator.scheduler.snapshot import Snapshot

REASON = "node(s) didn't match pod topology spread constraints"
MISSING_LABEL = f"{REASON} (missing required label)"
HOSTNAME = "kubernetes.io/hostname"
SYSTEM_DEFAULTS = (
    {"topologyKey": HOSTNAME, "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 3},
    {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway", "maxSkew": 5},
)
ENDLESS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint, ready to be counted."""

    topology_key: str
    max_skew: int
    matches: Matcher
    min_domains: int
    honours_affinity: bool
    honours_taints: bool
    known: dict[Shape, bool]
    """Which shapes of Pods it selects, as far as it was asked."""

    def selects(self, shape: Shape) -> bool:
        answer = self.known.get(shape)
        if answer is None:
            answer = self.known[shape] = self.matches(shape.labels)
        return answer

    def counts_node(self, node: NodeInfo, wanted: NodeMatcher | None, tolerations: Sequence[Object]) -> bool:
        """Whether Pods on this node count, by the constraint's inclusion policies."""
        if wanted is None and not self.honours_taints:
            return True
        if self.honours_affinity and wanted is not None and not wanted(node.node):
            return False
        if self.honours_taints:
            return all(
                taint.get("effect") not in ("NoSchedule", "NoExecute") or tolerates(tolerations, taint)
                for taint in node.taints
            )
        return True


@dataclass(slots=True)
class Counts:
    """For each hard constraint: how many matching Pods each domain has."""

    constraints: list[Constraint]
    domains: list[dict[str, int]]
    counts_node: Callable[[Constraint, NodeInfo], bool]

    def least(self, index: int) -> int:
        constraint, domains = self.constraints[index], self.domains[index]
        if len(domains) < constraint.min_domains:
            return 0
        return min(domains.values(), default=ENDLESS)

    def has_labels(self, node: NodeInfo) -> bool:
        return all(one.topology_key in node.labels for one in self.constraints)


@dataclass(slots=True)
class Weights:
    """For each soft constraint: how much a Pod more in a domain weighs, and the Pods counted per domain."""

    constraints: list[Constraint]
    weights: list[float]
    domains: list[dict[str, int]]
    ignored: frozenset[str]


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

    def _constraints(self, pod: PodInfo, action: str) -> list[Constraint]:
        own = pod.shape.spec.get("topologySpreadConstraints")
        if own:
            return [_constraint(one, pod.shape, None, {}) for one in own if one.get("whenUnsatisfiable") == action]
        defaults = [one for one in self._defaults if one["whenUnsatisfiable"] == action]
        matcher = default_selector(self.reader, pod.shape) if defaults else None
        known: dict[Shape, bool] = {}
        return [_constraint(one, pod.shape, matcher, known) for one in defaults] if matcher else []

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        constraints = self._constraints(pod, "DoNotSchedule")
        if not constraints:
            return SKIP
        wanted, tolerations = required_nodes(pod.shape.spec), pod.shape.spec.get("tolerations") or ()
        counts = Counts(
            constraints, [{} for _ in constraints], lambda one, node: one.counts_node(node, wanted, tolerations)
        )
        for node in snapshot.nodes.values():
            if counts.has_labels(node):
                for constraint, domains in zip(constraints, counts.domains, strict=True):
                    if counts.counts_node(constraint, node):
                        domain = node.labels[constraint.topology_key]
                        domains[domain] = domains.get(domain, 0) + matching(node, constraint, pod.shape.namespace)
        return counts

    def filter(self, facts: Counts, pod: PodInfo, node: NodeInfo) -> Status:
        for index, constraint in enumerate(facts.constraints):
            domain = node.labels.get(constraint.topology_key)
            if domain is None:
                return unresolvable(MISSING_LABEL)
            itself = 1 if constraint.matches(pod.shape.labels) else 0
            if facts.domains[index].get(domain, 0) + itself - facts.least(index) > constraint.max_skew:
                return unschedulable(REASON)
        return SUCCESS

    def copy_facts(self, facts: Counts) -> Counts:
        return Counts(facts.constraints, [dict(domains) for domains in facts.domains], facts.counts_node)

    def add_pod(self, facts: Counts, pod: PodInfo, added: PodInfo, node: NodeInfo) -> None:
        self._move(facts, pod, added, node, 1)

    def remove_pod(self, facts: Counts, pod: PodInfo, removed: PodInfo, node: NodeInfo) -> None:
        self._move(facts, pod, removed, node, -1)

    def _move(self, facts: Counts, pod: PodInfo, moved: PodInfo, node: NodeInfo, step: int) -> None:
        if moved.shape.namespace != pod.shape.namespace or not facts.has_labels(node):
            return
        for constraint, domains in zip(facts.constraints, facts.domains, strict=True):
            if constraint.matches(moved.shape.labels) and facts.counts_node(constraint, node):
                domain = node.labels[constraint.topology_key]
                domains[domain] = domains.get(domain, 0) + step

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        constraints = self._constraints(pod, "ScheduleAnyway")
        if not constraints:
            return SKIP
        strict = bool(pod.shape.spec.get("topologySpreadConstraints")) or not self._system_defaults
        keys = [one.topology_key for one in constraints]
        ignored = frozenset(n.name for n in feasible if strict and not all(key in n.labels for key in keys))
        domains: list[dict[str, int]] = [{} for _ in constraints]
        for node in feasible:
            if node.name not in ignored:
                for key, counted in zip(keys, domains, strict=True):
                    if key != HOSTNAME and (key in node.labels or not strict):
                        counted.setdefault(node.labels.get(key, ""), 0)
        hosts = len(feasible) - len(ignored)
        weights = [log((hosts if key == HOSTNAME else len(d)) + 2) for key, d in zip(keys, domains, strict=True)]
        self._count(pod, snapshot, constraints, domains, strict=strict)
        return Weights(constraints, weights, domains, ignored)

    def _count(
        self,
        pod: PodInfo,
        snapshot: Snapshot,
        constraints: list[Constraint],
        domains: list[dict[str, int]],
        *,
        strict: bool,
    ) -> None:
        counted = [(c, d) for c, d in zip(constraints, domains, strict=True) if c.topology_key != HOSTNAME]
        if not any(d for _, d in counted):
            return
        wanted, tolerations = required_nodes(pod.shape.spec), pod.shape.spec.get("tolerations") or ()
        namespace = pod.shape.namespace
        for node in snapshot.nodes.values():
            if not node.shapes or (strict and not all(one.topology_key in node.labels for one in constraints)):
                continue
            for constraint, pods in counted:
                domain = node.labels.get(constraint.topology_key, "")
                if domain in pods and constraint.counts_node(node, wanted, tolerations):
                    pods[domain] += matching(node, constraint, namespace)

    def score(self, facts: Weights, pod: PodInfo, node: NodeInfo) -> int:
        if node.name in facts.ignored:
            return 0
        total = 0.0
        for constraint, weight, domains in zip(facts.constraints, facts.weights, facts.domains, strict=True):
            domain = node.labels.get(constraint.topology_key)
            if domain is None:
                continue
            if constraint.topology_key == HOSTNAME:
                pods = matching(node, constraint, pod.shape.namespace)
            else:
                pods = domains.get(domain, 0)
            total += pods * weight + (constraint.max_skew - 1)
        return int(total + 0.5)

    def normalize(self, facts: Weights, scores: Mapping[str, int]) -> dict[str, int]:
        counted = [score for name, score in scores.items() if name not in facts.ignored]
        highest, lowest = max(counted, default=0), min(counted, default=0)
        return {
            name: 0
            if name in facts.ignored
            else MAX_NODE_SCORE
            if highest == 0
            else MAX_NODE_SCORE * (highest + lowest - score) // highest
            for name, score in scores.items()
        }


def _constraint(
    declared: Mapping[str, Any], shape: Shape, matcher: Matcher | None, known: dict[Shape, bool]
) -> Constraint:
    if matcher is None:
        matcher = label_matcher(_selector(declared, shape))
    return Constraint(
        topology_key=declared["topologyKey"],
        max_skew=declared.get("maxSkew") or 1,
        matches=matcher,
        min_domains=declared.get("minDomains") or 1,
        honours_affinity=declared.get("nodeAffinityPolicy") != "Ignore",
        honours_taints=declared.get("nodeTaintsPolicy") == "Honor",
        known=known,
    )


def _selector(declared: Mapping[str, Any], shape: Shape) -> Object | None:
    """The constraint's selector, narrowed to the Pod's own values of `matchLabelKeys`."""
    selector: Object | None = declared.get("labelSelector")
    keys = declared.get("matchLabelKeys")
    if not keys:
        return selector
    own = [{"key": key, "operator": "In", "values": [shape.labels[key]]} for key in keys if key in shape.labels]
    expressions = [*((selector or {}).get("matchExpressions") or ()), *own]
    return {**(selector or {}), "matchExpressions": expressions}


def matching(node: NodeInfo, constraint: Constraint, namespace: str) -> int:
    """How many Pods of a node a constraint selects; Pods on their way out do not count."""
    total = 0
    leaving = node.leaving
    for shape, number in node.shapes.items():
        if shape.namespace == namespace and constraint.selects(shape):
            total += number - leaving.get(shape, 0) if leaving else number
    return total


def default_selector(reader: Reader, shape: Shape) -> Matcher | None:
    """Which Pods belong together with this one: those of its Services and of its controller; None if there are none.

    Upstream: plugins/helper/spread.go DefaultSelector
    """
    parts: list[Matcher] = []
    for service in reader.list("services", shape.namespace):
        selector = service["spec"].get("selector")
        if selector and all(shape.labels.get(key) == value for key, value in selector.items()):
            parts.append(label_matcher({"matchLabels": selector}))
    if shape.owner is not None:
        owner = _controller(reader, shape)
        if owner is not None:
            parts.append(owner)
    return (lambda labels: all(part(labels) for part in parts)) if parts else None


def _controller(reader: Reader, shape: Shape) -> Matcher | None:
    assert shape.owner is not None
    resources = {
        "ReplicaSet": "replicasets.apps",
        "StatefulSet": "statefulsets.apps",
        "ReplicationController": "replicationcontrollers",
    }
    resource = resources.get(shape.owner["kind"])
    owner = reader.get(resource, shape.namespace, shape.owner["name"]) if resource else None
    if owner is None:
        return None
    selector = owner["spec"].get("selector") or {}
    return label_matcher({"matchLabels": selector} if resource == "replicationcontrollers" else selector)
