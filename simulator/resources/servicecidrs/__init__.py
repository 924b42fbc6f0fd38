"""ServiceCIDRs: where cluster addresses come from."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "networking.k8s.io",
    "ServiceCIDR",
    "servicecidrs",
    versions=("v1", "v1beta1"),
    namespaced=False,
    subresources=below(status("ServiceCIDR")),
    package=__name__,
    resets={"": (), "status": ()},  # upstream declares them for a group that is not: networking/v1
)
