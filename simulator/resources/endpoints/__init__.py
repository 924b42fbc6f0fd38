"""Endpoints: the older list of the addresses behind a Service."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "Endpoints",
    "endpoints",
    short_names=("ep",),
    package=__name__,
)
