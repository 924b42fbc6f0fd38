"""EvictionRequests: asking that a Pod goes."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "lifecycle.k8s.io",
    "EvictionRequest",
    "evictionrequests",
    versions=("v1alpha1",),
    subresources=below(status("EvictionRequest")),
    package=__name__,
)
