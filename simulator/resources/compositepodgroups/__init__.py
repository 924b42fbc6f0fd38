"""CompositePodGroups: groups of Pod groups that are scheduled together."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "scheduling.k8s.io",
    "CompositePodGroup",
    "compositepodgroups",
    versions=("v1alpha3",),
    subresources=below(status("CompositePodGroup")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
