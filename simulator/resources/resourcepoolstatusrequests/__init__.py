"""ResourcePoolStatusRequests: how much of a pool of devices is left?"""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "resource.k8s.io",
    "ResourcePoolStatusRequest",
    "resourcepoolstatusrequests",
    versions=("v1alpha3",),
    namespaced=False,
    subresources=below(status("ResourcePoolStatusRequest")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
