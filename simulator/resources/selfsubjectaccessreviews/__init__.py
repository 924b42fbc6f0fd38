"""SelfSubjectAccessReviews: may I do this? Answered, never stored."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "authorization.k8s.io",
    "SelfSubjectAccessReview",
    "selfsubjectaccessreviews",
    namespaced=False,
    verbs=("create",),
    package=__name__,
)
