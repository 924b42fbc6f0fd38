"""MutatingAdmissionPolicies: how objects are changed on their way in, in CEL."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "admissionregistration.k8s.io",
    "MutatingAdmissionPolicy",
    "mutatingadmissionpolicies",
    versions=("v1", "v1beta1", "v1alpha1"),
    namespaced=False,
    categories=("api-extensions",),
    package=__name__,
    generation=(("spec",),),
)
