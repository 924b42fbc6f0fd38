"""Keeps apart Pods whose volumes cannot be mounted twice. Upstream: plugins/volumerestrictions"""

from collections.abc import Callable
from typing import Any

from simulator.machinery.objects import Object
from simulator.scheduler.framework import SKIP, SUCCESS, Plugin, Status, unresolvable, unschedulable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.snapshot import Snapshot

DISK_CONFLICT = "node(s) had no available disk"
CLAIM_CONFLICT = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"


def _both_read_only(one: Object, other: Object) -> bool:
    return bool(one.get("readOnly") and other.get("readOnly"))


CONFLICTS: dict[str, Callable[[Object, Object], bool]] = {
    "gcePersistentDisk": lambda a, b: a.get("pdName") == b.get("pdName") and not _both_read_only(a, b),
    "awsElasticBlockStore": lambda a, b: bool(a.get("volumeID") == b.get("volumeID")),
    "iscsi": lambda a, b: a.get("iqn") == b.get("iqn") and not _both_read_only(a, b),
    "rbd": lambda a, b: (
        any(monitor in (b.get("monitors") or ()) for monitor in a.get("monitors") or ())
        and (a.get("pool") or "rbd", a.get("image")) == (b.get("pool") or "rbd", b.get("image"))
        and not _both_read_only(a, b)
    ),
}
"""When two volumes of the same source cannot be on one node together."""


class VolumeRestrictions(Plugin):
    """Filters out nodes where a disk is taken, and all nodes while another Pod uses a ReadWriteOncePod claim."""

    name = "VolumeRestrictions"
    local = False

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        disks = disks_of(pod.shape.spec)
        exclusive: list[str] = []
        for name in pod.shape.claims:
            claim = self.reader.get("persistentvolumeclaims", pod.shape.namespace, name)
            if claim is None:
                return unresolvable(f'persistentvolumeclaim "{name}" not found')
            if "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ()):
                exclusive.append(name)
        users = self._users(pod, snapshot, exclusive)
        return (disks, users) if disks or users else SKIP

    def _users(self, pod: PodInfo, snapshot: Snapshot, claims: list[str]) -> int:
        if not claims:
            return 0
        return sum(
            number
            for node in snapshot.nodes.values()
            for shape, number in node.shapes.items()
            if shape.namespace == pod.shape.namespace
            for name in shape.claims
            if name in claims
        )

    def filter(self, facts: tuple[list[tuple[str, Object]], int], pod: PodInfo, node: NodeInfo) -> Status:
        disks, users = facts
        for shape in node.shapes if disks else ():
            for source, taken in disks_of(shape.spec):
                if any(source == ours and CONFLICTS[source](disk, taken) for ours, disk in disks):
                    return unschedulable(DISK_CONFLICT)
        return unschedulable(CLAIM_CONFLICT) if users else SUCCESS


def disks_of(spec: Object) -> list[tuple[str, Object]]:
    return [
        (source, volume[source]) for volume in spec.get("volumes") or () for source in CONFLICTS if source in volume
    ]
