"""LeaseCandidates: who would like to lead."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "coordination.k8s.io",
    "LeaseCandidate",
    "leasecandidates",
    versions=("v1beta1", "v1alpha2", "v1alpha1"),
    package=__name__,
)
