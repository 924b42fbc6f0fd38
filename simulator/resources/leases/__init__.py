"""Leases: who holds something, and until when."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "coordination.k8s.io",
    "Lease",
    "leases",
    package=__name__,
)
