"""ResourceClaimTemplates: a claim made for every Pod."""

from simulator.resources.devices import convert_template
from simulator.resources.resource import Resource

RESOURCE = Resource(
    "resource.k8s.io",
    "ResourceClaimTemplate",
    "resourceclaimtemplates",
    versions=("v1", "v1beta2", "v1beta1", "v1alpha3"),
    package=__name__,
    conversion=convert_template,
)
