"""The table of Deployments. Upstream: printDeployment"""

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
    selector_text,
    spec_of,
    status_of,
    wide,
)


def row(deployment: Object, now: int) -> Cells:
    spec, status = spec_of(deployment), status_of(deployment)
    return [
        deployment["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(deployment, now),
        *containers(pod_spec(deployment)),
        selector_text(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Ready", "Number of the pod with ready state"),
        Column("Up-to-date", Field("apps.v1.DeploymentStatus", "updatedReplicas")),
        Column("Available", Field("apps.v1.DeploymentStatus", "availableReplicas")),
        AGE,
        CONTAINERS,
        IMAGES,
        wide("Selector", Field("apps.v1.DeploymentSpec", "selector")),
    ),
    row,
)
