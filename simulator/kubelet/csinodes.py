"""What a kubelet says of the storage drivers on its node. Upstream: pkg/volume/csi/nodeinfomanager"""

from simulator.machinery.objects import Object, owner_reference

CSI_NODES = "csinodes.storage.k8s.io"
PORTWORX = "kubernetes.io/portworx-volume"
PORTWORX_SINCE = 31
MIGRATED = (
    "kubernetes.io/aws-ebs", "kubernetes.io/azure-disk", "kubernetes.io/azure-file", "kubernetes.io/cinder",
    "kubernetes.io/gce-pd", PORTWORX, "kubernetes.io/vsphere-volume",
)  # fmt: skip
"""What was built in once, and is left to CSI drivers now."""


def csi_node(node: Object, minor: int) -> Object:
    """The CSINode that belongs to a Node."""
    name, own = node["metadata"]["name"], owner_reference(node, controller=False)
    migrated = [one for one in MIGRATED if one != PORTWORX or minor >= PORTWORX_SINCE]
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "CSINode",
        "metadata": {
            "name": name,
            "annotations": {"storage.alpha.kubernetes.io/migrated-plugins": ",".join(migrated)},
            "ownerReferences": [{field: own[field] for field in ("apiVersion", "kind", "name", "uid")}],
        },
        "spec": {
            "drivers": [{"name": "disk.csi.lab", "nodeID": name, "topologyKeys": ["topology.kubernetes.io/zone"]}]
        },
    }
