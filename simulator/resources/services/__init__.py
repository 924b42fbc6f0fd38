"""Services: one address before many Pods."""

from simulator.resources.resource import PROXY, Resource, Subresource, below, status

RESOURCE = Resource(
    "",
    "Service",
    "services",
    short_names=("svc",),
    categories=("all",),
    subresources=below(Subresource("proxy", "ServiceProxyOptions", PROXY), status("Service")),
    package=__name__,
    selectable={"spec.clusterIP": ("spec", "clusterIP"), "spec.type": ("spec", "type")},
)
