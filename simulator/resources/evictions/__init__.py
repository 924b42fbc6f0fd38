"""Evictions: a Pod on its way out."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "lifecycle.k8s.io",
    "Eviction",
    "evictions",
    versions=("v1alpha1",),
    subresources=below(status("Eviction")),
    package=__name__,
)
