"""ReplicaSets: as many Pods as asked for."""

from simulator.resources.resource import Resource, below, scale, status

RESOURCE = Resource(
    "apps",
    "ReplicaSet",
    "replicasets",
    short_names=("rs",),
    categories=("all",),
    subresources=below(scale(), status("ReplicaSet")),
    package=__name__,
    generation=(("spec",),),
    selectable={"status.replicas": lambda replica_set: replica_set.get("status", {}).get("replicas", 0)},
)
