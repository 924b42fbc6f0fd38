"""SelfSubjectRulesReviews: what may I do? Answered, never stored."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "authorization.k8s.io",
    "SelfSubjectRulesReview",
    "selfsubjectrulesreviews",
    namespaced=False,
    verbs=("create",),
    package=__name__,
)
