"""Chooses nodes that a Pod's claims can be bound on. Upstream: pkg/scheduler/framework/plugins/volumebinding"""

from collections.abc import Sequence
from typing import Any

from simulator.machinery.objects import Object, at
from simulator.scheduler.framework import MAX_NODE_SCORE, SKIP, SUCCESS, Plugin, Status, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.plugins.node_resources_fit import on_curve
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.resources import amount
from simulator.scheduler.selection import label_matcher, node_matcher
from simulator.scheduler.snapshot import Snapshot

UNBOUND_IMMEDIATE = "pod has unbound immediate PersistentVolumeClaims"
NODE_CONFLICT = "node(s) had volume node affinity conflict"
BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NO_PROVISIONER = "kubernetes.io/no-provisioner"

type Utilization = dict[str, tuple[int, int]]
"""Requested and capacity by storage class."""


class VolumeBinding(Plugin):
    """Filters by where bound volumes can be reached and where waiting claims could get one. Argument: `shape`."""

    name = "VolumeBinding"
    local = False

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        points = self.arguments.get("shape") or ()
        self._curve = [(point["utilization"], point["score"] * MAX_NODE_SCORE // 10) for point in points]

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        if not pod.shape.claims:
            return SKIP
        bound: list[Object] = []
        waiting: list[Object] = []
        for name in pod.shape.claims:
            claim = self.reader.get("persistentvolumeclaims", pod.shape.namespace, name)
            if claim is None:
                return unresolvable(f'persistentvolumeclaim "{name}" not found')
            if "deletionTimestamp" in claim["metadata"]:
                return unresolvable(f'persistentvolumeclaim "{name}" is being deleted')
            volume_name = claim["spec"].get("volumeName")
            if at(claim, "status", "phase") == "Lost":
                missing = f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume_name}"'
                return unresolvable(missing)
            volume = self.reader.get("persistentvolumes", "", volume_name) if volume_name else None
            if volume is not None and at(claim, "status", "phase") == "Bound":
                bound.append(volume)
            elif self._waits(claim):
                waiting.append(claim)
            else:
                return unresolvable(UNBOUND_IMMEDIATE)
        return bound, waiting

    def _class(self, claim: Object) -> Object | None:
        name = claim["spec"].get("storageClassName")
        return self.reader.get("storageclasses.storage.k8s.io", "", name) if name else None

    def _waits(self, claim: Object) -> bool:
        storage_class = self._class(claim)
        return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"

    def filter(self, facts: tuple[list[Object], list[Object]], pod: PodInfo, node: NodeInfo) -> Status:
        bound, waiting = facts
        reasons = []
        if not all(reaches(volume, node) for volume in bound):
            reasons.append(NODE_CONFLICT)
        taken: list[str] = []
        for claim in waiting:
            volume = self.match(claim, node, taken)
            if volume is not None:
                taken.append(volume["metadata"]["name"])
            elif not self._provides(claim, node):
                reasons.append(BIND_CONFLICT)
                break
        return unresolvable(*reasons) if reasons else SUCCESS

    def match(self, claim: Object, node: NodeInfo, taken: Sequence[str] = ()) -> Object | None:
        """The smallest free volume on this node that a claim could have."""
        selected = at(claim, "metadata", "annotations", SELECTED_NODE)
        if selected and selected != node.name:
            return None
        candidates = [
            volume
            for volume in self.reader.list("persistentvolumes")
            if volume["metadata"]["name"] not in taken and fits(volume, claim) and reaches(volume, node)
        ]
        return min(
            candidates, key=lambda volume: amount("storage", volume["spec"]["capacity"]["storage"]), default=None
        )

    def _provides(self, claim: Object, node: NodeInfo) -> bool:
        storage_class = self._class(claim)
        if storage_class is None or storage_class.get("provisioner") in (None, NO_PROVISIONER):
            return False
        topologies = storage_class.get("allowedTopologies")
        if not topologies:
            return True
        return any(
            all(node.labels.get(one["key"]) in one["values"] for one in term.get("matchLabelExpressions") or ())
            for term in topologies
        )

    def reserve(self, facts: Any, pod: PodInfo, node: NodeInfo) -> list[tuple[Object, Object | None]]:
        """The claims that must be bound before the Pod can go to the node, each with the volume found for it."""
        taken: list[str] = []
        chosen = []
        for claim in facts[1]:
            volume = self.match(claim, node, taken)
            if volume is not None:
                taken.append(volume["metadata"]["name"])
            chosen.append((claim, volume))
        return chosen

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> Any:
        facts = self.pre_filter(pod, snapshot) if self._curve else SKIP
        return facts[1] if isinstance(facts, tuple) and facts[1] else SKIP

    def score(self, facts: list[Object], pod: PodInfo, node: NodeInfo) -> int:
        utilization: Utilization = {}
        for claim in facts:
            volume = self.match(claim, node)
            if volume is not None:
                name = claim["spec"].get("storageClassName") or ""
                requested, capacity = utilization.get(name, (0, 0))
                requested += amount("storage", at(claim, "spec", "resources", "requests", "storage", default="0"))
                utilization[name] = requested, capacity + amount("storage", volume["spec"]["capacity"]["storage"])
        return capacity_score(utilization, self._curve)


def capacity_score(utilization: Utilization, curve: list[tuple[int, int]]) -> int:
    """How well volumes would be used, averaged over their classes. Upstream: volumebinding/scorer.go"""
    if not utilization:
        return 0
    total = sum(
        on_curve(curve, requested * 100 // capacity) for requested, capacity in utilization.values() if capacity
    )
    return (2 * total + len(utilization)) // (2 * len(utilization))


def reaches(volume: Object, node: NodeInfo) -> bool:
    """Whether a volume can be used on a node."""
    required = at(volume, "spec", "nodeAffinity", "required")
    return required is None or node_matcher(required["nodeSelectorTerms"])(node.node)


def fits(volume: Object, claim: Object) -> bool:
    """Whether a free volume would do for a claim. Upstream: component-helpers/storage/volume FindMatchingVolume"""
    offered, wanted = volume["spec"], claim["spec"]
    reference = offered.get("claimRef")
    if reference is not None:
        return bool(
            reference.get("namespace") == claim["metadata"].get("namespace")
            and reference.get("name") == claim["metadata"]["name"]
            and reference.get("uid") in (None, "", claim["metadata"].get("uid"))
        )
    free = at(volume, "status", "phase", default="Available") in ("Available", "Pending")
    if not free or "deletionTimestamp" in volume["metadata"]:
        return False
    if (offered.get("storageClassName") or "") != (wanted.get("storageClassName") or ""):
        return False
    if (offered.get("volumeMode") or "Filesystem") != (wanted.get("volumeMode") or "Filesystem"):
        return False
    if not all(mode in (offered.get("accessModes") or ()) for mode in wanted.get("accessModes") or ()):
        return False
    if "selector" in wanted and not label_matcher(wanted["selector"])(volume["metadata"].get("labels") or {}):
        return False
    asked = amount("storage", at(wanted, "resources", "requests", "storage", default="0"))
    return amount("storage", at(offered, "capacity", "storage", default="0")) >= asked
