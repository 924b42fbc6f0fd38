"""Keeps a node from more disks of a kind once built in than it can attach, where no CSI driver took them over.

Upstream (until 1.31): plugins/nodevolumelimits/non_csi.go
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import value
from simulator.scheduler.framework import SKIP, SUCCESS, Plugin, Status, unschedulable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.plugins.node_volume_limits import REASON
from simulator.scheduler.pod_info import PodInfo, Shape
from simulator.scheduler.snapshot import Snapshot

MOST = "KUBE_MAX_PD_VOLS"
"""The scheduler's environment variable for the limit."""
MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins"
"""The annotation of a CSINode that lists what CSI drivers took over."""
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
INSTANCE = "node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type"
NITRO = re.compile(r"^[cmr]5.*|t3|z1d")
"""Types of instances that take fewer disks."""
NITRO_MOST = 25


def most_from(environment: Mapping[str, str]) -> int:
    """The limit that the scheduler's environment sets; -1 where it sets none that makes sense."""
    given = environment.get(MOST, "")
    found = int(given) if WHOLE.fullmatch(given) else -1
    return found if found > 0 else -1


class NonCSILimits(Plugin):
    """Filters by what the environment, the node or the kind of disk allows; a disk mounted twice counts once."""

    local = False
    source: ClassVar[str]
    """The field of a volume of this kind."""
    identity: ClassVar[str]
    """The field therein that names the disk."""
    built_in: ClassVar[str]
    """The name of what was built in, which StorageClasses have as their provisioner."""
    resource: ClassVar[str]
    """Under which a node says how many it takes."""
    most: ClassVar[int]

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        wanted = self._disks(pod.shape) if pod.shape.spec.get("volumes") else {}
        return wanted or SKIP

    def filter(self, facts: dict[str, None], pod: PodInfo, node: NodeInfo) -> Status:
        csi_node = self.reader.get("csinodes.storage.k8s.io", "", node.name)
        if self.built_in in at(csi_node, "metadata", "annotations", MIGRATED, default="").split(","):
            return SUCCESS
        attached: dict[str, None] = {}
        for shape in node.shapes:
            attached.update(self._disks(shape))
        return unschedulable(REASON) if len(attached | facts) > self._limit(node.node) else SUCCESS

    def _limit(self, node: Object) -> int:
        told = at(node, "status", "allocatable", self.resource)
        if told is not None:
            return value(told)
        found = most_from(self.handle.environment)
        return found if found > 0 else self.default_of(node)

    def default_of(self, node: Object) -> int:
        return self.most

    def _disks(self, shape: Shape) -> dict[str, None]:
        """The disks of this kind that a Pod mounts, by name; what a claim will be is known by the claim."""
        found: dict[str, None] = {}
        for volume in shape.spec.get("volumes") or ():
            if self.source in volume:
                found[volume[self.source].get(self.identity) or ""] = None
        for name in shape.claims:
            claim = self.reader.get("persistentvolumeclaims", shape.namespace, name)
            if claim is not None:
                found |= self._of_claim(claim)
        return found

    def _of_claim(self, claim: Object) -> dict[str, None]:
        name = claim["spec"].get("volumeName")
        volume = self.reader.get("persistentvolumes", "", name) if name else None
        if volume is not None:
            source = volume["spec"].get(self.source)
            return {} if source is None else {source.get(self.identity) or "": None}
        class_name = claim["spec"].get("storageClassName")
        storage_class = self.reader.get("storageclasses.storage.k8s.io", "", class_name) if class_name else None
        if storage_class is None or storage_class["provisioner"] != self.built_in:
            return {}
        return {f"{claim['metadata'].get('namespace')}/{claim['metadata']['name']}": None}


class EBSLimits(NonCSILimits):
    """Disks of Amazon EC2."""

    name = "EBSLimits"
    source, identity = "awsElasticBlockStore", "volumeID"
    built_in, resource, most = "kubernetes.io/aws-ebs", "attachable-volumes-aws-ebs", 39

    def default_of(self, node: Object) -> int:
        labels = at(node, "metadata", "labels", default={})
        kind = next((labels[name] for name in INSTANCE if name in labels), "")
        return NITRO_MOST if NITRO.search(kind) else self.most


class GCEPDLimits(NonCSILimits):
    """Disks of Google Compute Engine."""

    name = "GCEPDLimits"
    source, identity = "gcePersistentDisk", "pdName"
    built_in, resource, most = "kubernetes.io/gce-pd", "attachable-volumes-gce-pd", 16


class AzureDiskLimits(NonCSILimits):
    """Disks of Azure."""

    name = "AzureDiskLimits"
    source, identity = "azureDisk", "diskName"
    built_in, resource, most = "kubernetes.io/azure-disk", "attachable-volumes-azure-disk", 16


class CinderLimits(NonCSILimits):
    """Disks of OpenStack."""

    name = "CinderLimits"
    source, identity = "cinder", "volumeID"
    built_in, resource, most = "kubernetes.io/cinder", "attachable-volumes-cinder", 256
