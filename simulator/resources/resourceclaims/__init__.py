"""ResourceClaims: devices that a Pod asks for."""

from simulator.resources.devices import convert_claim
from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "resource.k8s.io",
    "ResourceClaim",
    "resourceclaims",
    versions=("v1", "v1beta2", "v1beta1", "v1alpha3"),
    subresources=below(status("ResourceClaim")),
    package=__name__,
    conversion=convert_claim,
)
