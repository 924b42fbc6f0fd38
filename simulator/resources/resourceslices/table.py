"""The table of ResourceSlices. Upstream: printResourceSlice"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, spec_of

SPEC = "resource.v1.ResourceSliceSpec"


def row(resource_slice: Object, now: int) -> Cells:
    spec = spec_of(resource_slice)
    return [
        resource_slice["metadata"]["name"],
        spec.get("nodeName") or "",
        spec.get("driver", ""),
        (spec.get("pool") or {}).get("name", ""),
        age(resource_slice, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Node", Field(SPEC, "nodeName")),
        Column("Driver", Field(SPEC, "driver")),
        Column("Pool", Field("resource.v1.ResourcePool", "name")),
        AGE,
    ),
    row,
)
