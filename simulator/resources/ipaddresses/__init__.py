"""IPAddresses: cluster addresses that are taken."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "networking.k8s.io",
    "IPAddress",
    "ipaddresses",
    versions=("v1", "v1beta1"),
    namespaced=False,
    short_names=("ip",),
    package=__name__,
)
