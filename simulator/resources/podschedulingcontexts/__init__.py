"""PodSchedulingContexts: how a scheduler and a driver once agreed on a node."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "resource.k8s.io",
    "PodSchedulingContext",
    "podschedulingcontexts",
    versions=("v1alpha3",),
    subresources=below(status("PodSchedulingContext")),
    package=__name__,
)
