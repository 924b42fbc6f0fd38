"""SubjectAccessReviews: may somebody do this? Answered, never stored."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "authorization.k8s.io",
    "SubjectAccessReview",
    "subjectaccessreviews",
    namespaced=False,
    verbs=("create",),
    package=__name__,
)
