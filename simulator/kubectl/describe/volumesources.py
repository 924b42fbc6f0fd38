"""Sources of volumes that nodes here cannot mount, but that objects may name: what `describe` says of each.

Upstream: kubectl/pkg/describe/describe.go (print…VolumeSource)
"""

from typing import Any, Final

from simulator.machinery.objects import Object
from simulator.machinery.patches.values import go_text

type Rows = list[tuple[str, Any]]

FS_TYPE: Final = ("FSType", "fsType", "")
READ_ONLY: Final = ("ReadOnly", "readOnly", False)
SECRET: Final = ("SecretRef", "secretRef", None)
OTHERS: Final[dict[str, tuple[str, tuple[tuple[str, str, Any], ...]]]] = {
    # By their field: what they are, and of each row the title, the field below, and what it is where it is not set.
    "gcePersistentDisk": (
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (("PDName", "pdName", ""), FS_TYPE, ("Partition", "partition", 0), READ_ONLY),
    ),
    "gitRepo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository", "repository", ""), ("Revision", "revision", "")),
    ),
    "glusterfs": (
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (("EndpointsName", "endpoints", ""), ("Path", "path", ""), READ_ONLY),
    ),
    "rbd": (
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        (
            ("CephMonitors", "monitors", []),
            ("RBDImage", "image", ""),
            FS_TYPE,
            ("RBDPool", "pool", ""),
            ("RadosUser", "user", ""),
            ("Keyring", "keyring", ""),
            SECRET,
            READ_ONLY,
        ),
    ),
    "azureDisk": (
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        (
            ("DiskName", "diskName", ""),
            ("DiskURI", "diskURI", ""),
            ("Kind", "kind", "Shared"),
            ("FSType", "fsType", "ext4"),
            ("CachingMode", "cachingMode", "ReadWrite"),
            READ_ONLY,
        ),
    ),
    "azureFile": (
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (("SecretName", "secretName", ""), ("ShareName", "shareName", ""), READ_ONLY),
    ),
    "vsphereVolume": (
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (("VolumePath", "volumePath", ""), FS_TYPE, ("StoragePolicyName", "storagePolicyName", "")),
    ),
    "cinder": (
        "Cinder (a Persistent Disk resource in OpenStack)",
        (("VolumeID", "volumeID", ""), FS_TYPE, READ_ONLY, SECRET),
    ),
    "cephfs": (
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        (
            ("Monitors", "monitors", []),
            ("Path", "path", ""),
            ("User", "user", ""),
            ("SecretFile", "secretFile", ""),
            SECRET,
            READ_ONLY,
        ),
    ),
    "portworxVolume": ("PortworxVolume (a Portworx Volume resource)", (("VolumeID", "volumeID", ""),)),
    "flexVolume": (
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        (("Driver", "driver", ""), FS_TYPE, SECRET, READ_ONLY, ("Options", "options", {})),
    ),
    "fc": (
        "FC (a Fibre Channel disk)",
        (("TargetWWNs", "targetWWNs", []), ("LUN", "lun", "<none>"), FS_TYPE, READ_ONLY),
    ),
}


def rows_of(field: str, source: Object, *, persistent: bool) -> Rows:
    """The rows of one source, of a PersistentVolume's or a Pod's."""
    nothing = "nil" if persistent else "<nil>"
    rows = [(title, text(source.get(below, unset), nothing)) for title, below, unset in OTHERS[field][1]]
    if field == "fc":
        rows[0] = ("TargetWWNs", ", ".join(source.get("targetWWNs") or ()))
    if field == "azureFile" and persistent:
        rows.insert(1, ("SecretNamespace", source.get("secretNamespace", "")))
    return rows


def text(value: Any, nothing: str) -> str:
    """A value as Go's `%v` writes it, a reference to a Secret as its type does."""
    if value is None:
        return nothing
    if isinstance(value, dict) and "name" in value:
        name, namespace = value["name"], value.get("namespace")
        if namespace is None:
            return f"&LocalObjectReference{{Name:{name},}}"
        return f"&SecretReference{{Name:{name},Namespace:{namespace},}}"
    return go_text(value)
