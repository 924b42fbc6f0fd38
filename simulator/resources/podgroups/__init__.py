"""PodGroups: Pods that are scheduled together."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "scheduling.k8s.io",
    "PodGroup",
    "podgroups",
    versions=("v1beta1", "v1alpha3", "v1alpha2"),
    subresources=below(status("PodGroup")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
