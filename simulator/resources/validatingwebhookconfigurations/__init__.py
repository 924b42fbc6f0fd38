"""ValidatingWebhookConfigurations: servers that are asked which objects to let in."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration",
    "validatingwebhookconfigurations",
    namespaced=False,
    categories=("api-extensions",),
    package=__name__,
    generation=(("webhooks",),),
)
