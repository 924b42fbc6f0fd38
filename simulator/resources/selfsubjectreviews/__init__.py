"""SelfSubjectReviews: who am I? Answered, never stored."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "authentication.k8s.io",
    "SelfSubjectReview",
    "selfsubjectreviews",
    versions=("v1", "v1beta1", "v1alpha1"),
    namespaced=False,
    verbs=("create",),
    package=__name__,
)
