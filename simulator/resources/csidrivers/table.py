"""The table of CSIDrivers. Upstream: printCSIDriver"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, UNSET, Cells, Column, Field, Printer, age, spec_of

SPEC = "storage.v1.CSIDriverSpec"


def row(driver: Object, now: int) -> Cells:
    spec = spec_of(driver)
    requests = spec.get("tokenRequests")
    return [
        driver["metadata"]["name"],
        spec.get("attachRequired") is not False,
        bool(spec.get("podInfoOnMount")),
        bool(spec.get("storageCapacity")),
        UNSET if requests is None else ",".join(each.get("audience", "") for each in requests),
        bool(spec.get("requiresRepublish")),
        ",".join(spec.get("volumeLifecycleModes") or ()) or NONE,
        age(driver, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("AttachRequired", Field(SPEC, "attachRequired"), "boolean"),
        Column("PodInfoOnMount", Field(SPEC, "podInfoOnMount"), "boolean"),
        Column("StorageCapacity", Field(SPEC, "storageCapacity"), "boolean"),
        Column("TokenRequests", Field(SPEC, "tokenRequests")),
        Column("RequiresRepublish", Field(SPEC, "requiresRepublish"), "boolean"),
        Column("Modes", Field(SPEC, "volumeLifecycleModes")),
        AGE,
    ),
    row,
)
