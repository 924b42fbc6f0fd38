"""The table of ReplicaSets. Upstream: printReplicaSet"""

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
    pod_spec,
    selector,
    spec_of,
    status_of,
    wide,
)


def row(replica_set: Object, now: int) -> Cells:
    spec, status = spec_of(replica_set), status_of(replica_set)
    return [
        replica_set["metadata"]["name"],
        spec.get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(replica_set, now),
        *containers(pod_spec(replica_set)),
        selector(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Desired", Field("apps.v1.ReplicaSetSpec", "replicas"), "integer"),
        Column("Current", Field("apps.v1.ReplicaSetStatus", "replicas"), "integer"),
        Column("Ready", Field("apps.v1.ReplicaSetStatus", "readyReplicas"), "integer"),
        AGE,
        CONTAINERS,
        IMAGES,
        wide("Selector", Field("apps.v1.ReplicaSetSpec", "selector")),
    ),
    row,
)
