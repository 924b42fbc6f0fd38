"""The table of StatefulSets. Upstream: printStatefulSet"""

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    Cells,
    Column,
    Printer,
    age,
    containers,
    pod_spec,
    spec_of,
    status_of,
)


def row(stateful_set: Object, now: int) -> Cells:
    return [
        stateful_set["metadata"]["name"],
        f"{status_of(stateful_set).get('readyReplicas', 0)}/{spec_of(stateful_set).get('replicas', 0)}",
        age(stateful_set, now),
        *containers(pod_spec(stateful_set)),
    ]


PRINTER = Printer((NAME, Column("Ready", "Number of the pod with ready state"), AGE, CONTAINERS, IMAGES), row)
