"""Topology spread constraints, and how many Pods they select in each domain, kept between cycles.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/common.go
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.machinery.objects import Object
from simulator.scheduler.framework import Reader
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import Shape
from simulator.scheduler.selection import Matcher, NodeMatcher, label_matcher, required_nodes, tolerates
from simulator.scheduler.snapshot import Snapshot

HOSTNAME = "kubernetes.io/hostname"
CONTROLLERS = {
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}
"""Whose selectors say which Pods belong together, where a Pod has no constraints of its own."""


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


class Census:
    """The Pods that constraints select, by node and by domain; only nodes that changed are counted anew (a cache).

    With `strict`, a node without the topology keys of all constraints does not count.
    """

    __slots__ = (
        "_namespace",
        "_revision",
        "_snapshot",
        "_strict",
        "_tolerations",
        "_touches",
        "_wanted",
        "constraints",
        "domains",
        "on_node",
    )

    def __init__(self, pod: Shape, constraints: list[Constraint], *, strict: bool) -> None:
        self.constraints = constraints
        self.domains: list[dict[str, int]] = []
        """For each constraint, how many Pods each domain has."""
        self.on_node: dict[str, list[int]] = {}
        """For each node, how many Pods each constraint selects there, whether the node counts or not."""
        self._namespace = pod.namespace
        self._wanted = required_nodes(pod.spec)
        self._tolerations: Sequence[Object] = pod.spec.get("tolerations") or ()
        self._strict = strict
        self._snapshot: Snapshot | None = None
        self._revision = -1
        self._touches = 0

    def bring_up_to_date(self, snapshot: Snapshot) -> dict[str, None] | None:
        """Count the nodes that changed; returns those of whose domains a number moved, or None where the nodes
        themselves changed, so that everything was counted anew."""
        if snapshot is not self._snapshot or snapshot.revision != self._revision:
            self._snapshot, self._revision = snapshot, snapshot.revision
            self.domains = [{} for _ in self.constraints]
            self.on_node = {}
            for node in snapshot.nodes.values():
                self._count(node)
            self._touches = snapshot.touches
            return None
        moved = dict.fromkeys(snapshot.touched(self._touches))
        domains = dict[tuple[str, str], None]()
        for name in moved:
            if name in snapshot.nodes:
                domains.update(self._count(snapshot.nodes[name]))
        self._touches = snapshot.touches
        for key, domain in domains:
            if key != HOSTNAME:
                moved |= {name: None for name, node in snapshot.nodes.items() if node.labels.get(key) == domain}
        return moved

    def _count(self, node: NodeInfo) -> dict[tuple[str, str], None]:
        """Count a node; returns the topology keys and domains of which the number moved."""
        before = self.on_node.get(node.name)
        now = self.on_node[node.name] = [matching(node, one, self._namespace) for one in self.constraints]
        moved: dict[tuple[str, str], None] = {}
        for index, constraint in enumerate(self.constraints):
            if self.counts_node(constraint, node):
                domains = self.domains[index]
                key, more = constraint.topology_key, now[index] - (before[index] if before else 0)
                domain = node.labels.get(key, "")
                domains[domain] = domains.get(domain, 0) + more
                if more and key in node.labels:
                    moved[key, domain] = None
        return moved

    def counts_node(self, constraint: Constraint, node: NodeInfo) -> bool:
        if self._strict and not self.has_labels(node):
            return False
        return constraint.counts_node(node, self._wanted, self._tolerations)

    def has_labels(self, node: NodeInfo) -> bool:
        """Whether a node is in a domain of every constraint."""
        return all(one.topology_key in node.labels for one in self.constraints)


def matching(node: NodeInfo, constraint: Constraint, namespace: str) -> int:
    """How many Pods of a node a constraint selects; Pods on their way out do not count."""
    total = 0
    leaving = node.leaving
    for shape, number in node.shapes.items():
        if shape.namespace == namespace and constraint.selects(shape):
            total += number - leaving.get(shape, 0) if leaving else number
    return total


def own_constraints(shape: Shape, action: str) -> list[Constraint]:
    """The constraints a Pod itself brings, of those with this `whenUnsatisfiable`."""
    declared = shape.spec.get("topologySpreadConstraints") or ()
    return [
        constraint_of(one, label_matcher(_selector(one, shape)), {})
        for one in declared
        if one.get("whenUnsatisfiable") == action
    ]


def constraint_of(declared: Mapping[str, Any], matcher: Matcher, known: dict[Shape, bool]) -> Constraint:
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


def default_selectors(reader: Reader, shape: Shape) -> list[Object]:
    """What selects the Pods that belong together with one: its Services and its controller, as label selectors.

    Upstream: plugins/helper/spread.go DefaultSelector
    """
    found = []
    for service in reader.list("services", shape.namespace):
        selector = service["spec"].get("selector")
        if selector and all(shape.labels.get(key) == value for key, value in selector.items()):
            found.append({"matchLabels": selector})
    resource = CONTROLLERS.get(shape.owner["kind"]) if shape.owner is not None else None
    if shape.owner is not None and resource is not None:
        owner = reader.get(resource, shape.namespace, shape.owner["name"])
        if owner is not None:
            selector = owner["spec"].get("selector") or {}
            found.append({"matchLabels": selector} if resource == CONTROLLERS["ReplicationController"] else selector)
    return found


def together(selectors: Sequence[Object]) -> Matcher:
    """A predicate over the labels of Pods that all of these label selectors select."""
    parts = [label_matcher(one) for one in selectors]
    return lambda labels: all(part(labels) for part in parts)
