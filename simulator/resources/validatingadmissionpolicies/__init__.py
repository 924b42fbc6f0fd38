"""ValidatingAdmissionPolicies: which objects are let in, in CEL."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "admissionregistration.k8s.io",
    "ValidatingAdmissionPolicy",
    "validatingadmissionpolicies",
    versions=("v1", "v1beta1", "v1alpha1"),
    namespaced=False,
    categories=("api-extensions",),
    subresources=below(status("ValidatingAdmissionPolicy")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
    generation=(("spec",),),
)
