"""Keeps Pods in the zones of their volumes. Upstream: pkg/scheduler/framework/plugins/volumezone"""

from typing import Any

from simulator.machinery.objects import Object, at
from simulator.scheduler.framework import SKIP, SUCCESS, Plugin, Status, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.snapshot import Snapshot

REASON = "node(s) had no available volume zone"
UNBOUND = "PersistentVolumeClaim had no pv name and storageClass name"
SUCCESSORS = {
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone": "failure-domain.beta.kubernetes.io/zone",
    "topology.kubernetes.io/region": "failure-domain.beta.kubernetes.io/region",
}
"""The labels that tell zone and region, each with the name it has besides."""

type Demand = tuple[str, list[str]]
"""A label and the values that will do."""


class VolumeZone(Plugin):
    """Filters by the zone and region labels of bound PersistentVolumes."""

    name = "VolumeZone"
    local = False

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        demands: list[Demand] = []
        for name in pod.shape.claims:
            claim = self.reader.get("persistentvolumeclaims", pod.shape.namespace, name)
            if claim is None:
                return unresolvable(f'persistentvolumeclaim "{name}" not found')
            volume_name = claim["spec"].get("volumeName")
            if not volume_name:
                if not claim["spec"].get("storageClassName"):
                    return unresolvable(UNBOUND)
                continue
            demands += _demands(self.reader.get("persistentvolumes", "", volume_name))
        return demands or SKIP

    def filter(self, facts: list[Demand], pod: PodInfo, node: NodeInfo) -> Status:
        if not any(label in node.labels for label in SUCCESSORS):
            return SUCCESS
        for label, values in facts:
            value = node.labels.get(label, node.labels.get(SUCCESSORS[label]))
            if value is None or value not in values:
                return unresolvable(REASON)
        return SUCCESS


def _demands(volume: Object | None) -> list[Demand]:
    labels = at(volume, "metadata", "labels", default={})
    return [(label, labels[label].split("__")) for label in SUCCESSORS if label in labels]
