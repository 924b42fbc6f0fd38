"""The table of StorageClasses. Upstream: printStorageClass"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age

CLASS = "storage.v1.StorageClass"
DEFAULT_ANNOTATIONS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def row(storage_class: Object, now: int) -> Cells:
    annotations = storage_class["metadata"].get("annotations") or {}
    is_default = any(annotations.get(each) == "true" for each in DEFAULT_ANNOTATIONS)
    return [
        storage_class["metadata"]["name"] + (" (default)" if is_default else ""),
        storage_class.get("provisioner", ""),
        storage_class.get("reclaimPolicy") or "Delete",
        storage_class.get("volumeBindingMode") or "Immediate",
        bool(storage_class.get("allowVolumeExpansion")),
        age(storage_class, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Provisioner", Field(CLASS, "provisioner")),
        Column("ReclaimPolicy", Field(CLASS, "reclaimPolicy")),
        Column("VolumeBindingMode", Field(CLASS, "volumeBindingMode")),
        Column("AllowVolumeExpansion", Field(CLASS, "allowVolumeExpansion")),
        AGE,
    ),
    row,
)
