"""The table of PersistentVolumes. Upstream: printPersistentVolume"""

from collections.abc import Iterable

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    NAME,
    UNSET,
    Cells,
    Column,
    Field,
    Printer,
    age,
    quantity,
    spec_of,
    status_of,
    wide,
)

SPEC, STATUS = "core.v1.PersistentVolumeSpec", "core.v1.PersistentVolumeStatus"
CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
MODES = (
    ("ReadWriteOnce", "RWO"),
    ("ReadOnlyMany", "ROX"),
    ("ReadWriteMany", "RWX"),
    ("ReadWriteOncePod", "RWOP"),
)


def row(volume: Object, now: int) -> Cells:
    metadata, spec, status = volume["metadata"], spec_of(volume), status_of(volume)
    claim = spec.get("claimRef")
    return [
        metadata["name"],
        quantity((spec.get("capacity") or {}).get("storage")),
        access_modes(spec.get("accessModes") or ()),
        spec.get("persistentVolumeReclaimPolicy", ""),
        phase(volume),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        storage_class(volume),
        UNSET if spec.get("volumeAttributesClassName") is None else spec["volumeAttributesClassName"],
        status.get("reason", ""),
        age(volume, now),
        spec.get("volumeMode") or UNSET,
    ]


def access_modes(modes: Iterable[str]) -> str:
    """Access modes in short: `RWO,ROX`."""
    asked = set(modes)
    return ",".join(short for mode, short in MODES if mode in asked)


def phase(obj: Object) -> str:
    """The phase of a volume or claim, `Terminating` while it is being deleted."""
    shown: str = "Terminating" if "deletionTimestamp" in obj["metadata"] else status_of(obj).get("phase", "")
    return shown


def storage_class(obj: Object) -> str:
    """The class of a volume or claim: that of the old annotation, or of the field."""
    name: str | None = (obj["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    return name if name is not None else spec_of(obj).get("storageClassName") or ""


PRINTER = Printer(
    (
        NAME,
        Column("Capacity", Field(SPEC, "capacity")),
        Column("Access Modes", Field(SPEC, "accessModes")),
        Column("Reclaim Policy", Field(SPEC, "persistentVolumeReclaimPolicy")),
        Column("Status", Field(STATUS, "phase")),
        Column("Claim", Field(SPEC, "claimRef")),
        Column("StorageClass", "StorageClass of the pv"),
        Column("VolumeAttributesClass", "VolumeAttributesClass of the pv"),
        Column("Reason", Field(STATUS, "reason")),
        AGE,
        wide("VolumeMode", Field(SPEC, "volumeMode")),
    ),
    row,
)
