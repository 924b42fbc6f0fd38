"""The table of PersistentVolumeClaims. Upstream: printPersistentVolumeClaim"""

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
from simulator.resources.persistentvolumes.table import access_modes, phase, storage_class

SPEC, STATUS = "core.v1.PersistentVolumeClaimSpec", "core.v1.PersistentVolumeClaimStatus"


def row(claim: Object, now: int) -> Cells:
    spec, status = spec_of(claim), status_of(claim)
    bound = bool(spec.get("volumeName"))
    return [
        claim["metadata"]["name"],
        phase(claim),
        spec.get("volumeName", ""),
        quantity((status.get("capacity") or {}).get("storage")) if bound else "",
        access_modes(status.get("accessModes") or ()) if bound else "",
        storage_class(claim),
        UNSET if spec.get("volumeAttributesClassName") is None else spec["volumeAttributesClassName"],
        age(claim, now),
        spec.get("volumeMode") or UNSET,
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Status", Field(STATUS, "phase")),
        Column("Volume", Field(SPEC, "volumeName")),
        Column("Capacity", Field(STATUS, "capacity")),
        Column("Access Modes", Field(STATUS, "accessModes")),
        Column("StorageClass", "StorageClass of the pvc"),
        Column("VolumeAttributesClass", "VolumeAttributesClass of the pvc"),
        AGE,
        wide("VolumeMode", Field(SPEC, "volumeMode")),
    ),
    row,
)
