"""Keeps a node from more volumes of a driver than it can attach. Upstream: plugins/nodevolumelimits"""

from typing import Any

from simulator.machinery.objects import Object, at
from simulator.scheduler.framework import SKIP, SUCCESS, Plugin, Status, unschedulable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo, Shape
from simulator.scheduler.snapshot import Snapshot

REASON = "node(s) exceed max volume count"
MIGRATED = {
    "gcePersistentDisk": ("pd.csi.storage.gke.io", "pdName"),
    "azureDisk": ("disk.csi.azure.com", "diskName"),
    "awsElasticBlockStore": ("ebs.csi.aws.com", "volumeID"),
}
"""Volumes once built in count for the driver that took them over: the driver, and the field that names the disk."""

type Attached = dict[str, str]
"""Driver by the unique name of a volume."""


class NodeVolumeLimits(Plugin):
    """Filters by the limits in CSINode; a volume mounted by several Pods of a node counts once."""

    name = "NodeVolumeLimits"
    local = False

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        volumes = pod.shape.spec.get("volumes") or ()
        return None if any("persistentVolumeClaim" in v or "ephemeral" in v or _migrated(v) for v in volumes) else SKIP

    def filter(self, facts: Any, pod: PodInfo, node: NodeInfo) -> Status:
        csi_node = self.reader.get("csinodes.storage.k8s.io", "", node.name)
        limits = {
            driver["name"]: driver["allocatable"]["count"]
            for driver in at(csi_node, "spec", "drivers", default=())
            if at(driver, "allocatable", "count") is not None
        }
        if not limits:
            return SUCCESS
        attached: Attached = {}
        for shape in node.shapes:
            attached.update(self._volumes(shape))
        new = {volume: driver for volume, driver in self._volumes(pod.shape).items() if volume not in attached}
        for driver, limit in limits.items():
            wanted = sum(1 for one in new.values() if one == driver)
            if wanted and wanted + sum(1 for one in attached.values() if one == driver) > limit:
                return unschedulable(REASON)
        return SUCCESS

    def _volumes(self, shape: Shape) -> Attached:
        attached: Attached = {}
        for volume in shape.spec.get("volumes") or ():
            migrated = _migrated(volume)
            if migrated:
                attached[f"{migrated[0]}/{migrated[1]}"] = migrated[0]
        for name in shape.claims:
            claim = self.reader.get("persistentvolumeclaims", shape.namespace, name)
            if claim is not None:
                driver, handle = self._of_claim(claim)
                if driver:
                    attached[f"{driver}/{handle}"] = driver
        return attached

    def _of_claim(self, claim: Object) -> tuple[str, str]:
        """The driver of a claim's volume, or of the class that will provide one, and the volume's unique name."""
        name = claim["spec"].get("volumeName")
        volume = self.reader.get("persistentvolumes", "", name) if name else None
        if volume is not None:
            source = volume["spec"].get("csi")
            return (source["driver"], source["volumeHandle"]) if source else (_migrated(volume["spec"]) or ("", ""))
        class_name = claim["spec"].get("storageClassName")
        storage_class = self.reader.get("storageclasses.storage.k8s.io", "", class_name) if class_name else None
        unique = f"{claim['metadata'].get('namespace')}/{claim['metadata']['name']}"
        return (storage_class["provisioner"], unique) if storage_class else ("", "")


def _migrated(volume: Object) -> tuple[str, str] | None:
    for source, (driver, field) in MIGRATED.items():
        if source in volume:
            return driver, volume[source].get(field) or ""
    return None
