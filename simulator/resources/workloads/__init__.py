"""Workloads: how the groups of an application are scheduled."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "scheduling.k8s.io",
    "Workload",
    "workloads",
    versions=("v1beta1", "v1alpha3", "v1alpha2", "v1alpha1"),
    package=__name__,
)
