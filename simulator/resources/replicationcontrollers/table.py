"""The table of ReplicationControllers. Upstream: printReplicationController"""

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    Cells,
    Column,
    Field,
    Printer,
    age,
    containers,
    labels,
    pod_spec,
    spec_of,
    status_of,
    wide,
)


def row(controller: Object, now: int) -> Cells:
    spec, status = spec_of(controller), status_of(controller)
    return [
        controller["metadata"]["name"],
        spec.get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(controller, now),
        *containers(pod_spec(controller)),
        labels(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Desired", Field("core.v1.ReplicationControllerSpec", "replicas"), "integer"),
        Column("Current", Field("core.v1.ReplicationControllerStatus", "replicas"), "integer"),
        Column("Ready", Field("core.v1.ReplicationControllerStatus", "readyReplicas"), "integer"),
        AGE,
        CONTAINERS,
        IMAGES,
        wide("Selector", Field("core.v1.ReplicationControllerSpec", "selector")),
    ),
    row,
)
