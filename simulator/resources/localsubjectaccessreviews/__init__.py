"""LocalSubjectAccessReviews: may somebody do this in this namespace? Answered, never stored."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "authorization.k8s.io",
    "LocalSubjectAccessReview",
    "localsubjectaccessreviews",
    verbs=("create",),
    package=__name__,
)
