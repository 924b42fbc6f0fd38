"""ReplicationControllers: what ReplicaSets grew out of."""

from simulator.resources.resource import Resource, below, scale, status

RESOURCE = Resource(
    "",
    "ReplicationController",
    "replicationcontrollers",
    short_names=("rc",),
    categories=("all",),
    subresources=below(scale(), status("ReplicationController")),
    package=__name__,
    generation=(("spec",),),
    selectable={"status.replicas": lambda controller: controller.get("status", {}).get("replicas", 0)},
)
