"""ServiceAccounts: who a Pod is to the API."""

from simulator.resources.resource import CREATE, Resource, Subresource, below

RESOURCE = Resource(
    "",
    "ServiceAccount",
    "serviceaccounts",
    short_names=("sa",),
    subresources=below(Subresource("token", "TokenRequest", CREATE, "authentication.k8s.io", "v1")),
    package=__name__,
)
