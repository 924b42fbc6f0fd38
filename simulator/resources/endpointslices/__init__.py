"""EndpointSlices: the addresses behind a Service, in pieces."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "discovery.k8s.io",
    "EndpointSlice",
    "endpointslices",
    package=__name__,
    generation=(("addressType",), ("endpoints",), ("ports",), ("metadata", "labels")),
)
