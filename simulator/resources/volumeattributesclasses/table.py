"""The table of VolumeAttributesClasses. Upstream: printVolumeAttributesClass"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age


def row(attributes_class: Object, now: int) -> Cells:
    name = attributes_class["metadata"]["name"]
    annotations = attributes_class["metadata"].get("annotations") or {}
    if annotations.get("storageclass.kubernetes.io/is-default-class") == "true":
        name += " (default)"
    return [name, attributes_class.get("driverName", ""), age(attributes_class, now)]


PRINTER = Printer((NAME, Column("DriverName", Field("storage.v1.VolumeAttributesClass", "driverName")), AGE), row)
