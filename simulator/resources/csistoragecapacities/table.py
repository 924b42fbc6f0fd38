"""The table of CSIStorageCapacities. Upstream: printCSIStorageCapacity"""

from simulator.machinery.objects import Object
from simulator.resources.columns import NAME, UNSET, Cells, Column, Field, Printer, quantity

CAPACITY = "storage.v1.CSIStorageCapacity"


def row(room: Object, now: int) -> Cells:
    capacity = room.get("capacity")
    return [
        room["metadata"]["name"],
        room.get("storageClassName", ""),
        UNSET if capacity is None else quantity(capacity),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("StorageClassName", Field(CAPACITY, "storageClassName")),
        Column("Capacity", Field(CAPACITY, "capacity")),
    ),
    row,
)
