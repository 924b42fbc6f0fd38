"""Ingresses: HTTP from outside, by host and path."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "networking.k8s.io",
    "Ingress",
    "ingresses",
    short_names=("ing",),
    subresources=below(status("Ingress")),
    package=__name__,
    generation=(("spec",),),
)
