"""TokenReviews: whose token is this? Answered, never stored."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "authentication.k8s.io",
    "TokenReview",
    "tokenreviews",
    namespaced=False,
    verbs=("create",),
    package=__name__,
)
