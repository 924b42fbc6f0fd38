"""MutatingWebhookConfigurations: servers that may change objects on their way in."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "admissionregistration.k8s.io",
    "MutatingWebhookConfiguration",
    "mutatingwebhookconfigurations",
    namespaced=False,
    categories=("api-extensions",),
    package=__name__,
    generation=(("webhooks",),),
)
