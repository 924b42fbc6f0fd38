"""APIServices: who serves a group and version."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "apiregistration.k8s.io",
    "APIService",
    "apiservices",
    namespaced=False,
    categories=("api-extensions",),
    subresources=below(status("APIService")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
