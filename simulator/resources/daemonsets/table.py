"""The table of DaemonSets. Upstream: printDaemonSet"""

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
    selector,
    spec_of,
    status_of,
    wide,
)

STATUS = "apps.v1.DaemonSetStatus"
COUNTS = (
    ("Desired", "desiredNumberScheduled"),
    ("Current", "currentNumberScheduled"),
    ("Ready", "numberReady"),
    ("Up-to-date", "updatedNumberScheduled"),
    ("Available", "numberAvailable"),
)


def row(daemon_set: Object, now: int) -> Cells:
    status, template = status_of(daemon_set), pod_spec(daemon_set)
    return [
        daemon_set["metadata"]["name"],
        *(status.get(name, 0) for _, name in COUNTS),
        labels(template.get("nodeSelector")),
        age(daemon_set, now),
        *containers(template),
        selector(spec_of(daemon_set).get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        *(Column(title, Field(STATUS, name), "integer") for title, name in COUNTS),
        Column("Node Selector", Field("core.v1.PodSpec", "nodeSelector")),
        AGE,
        CONTAINERS,
        IMAGES,
        wide("Selector", Field("apps.v1.DaemonSetSpec", "selector")),
    ),
    row,
)
