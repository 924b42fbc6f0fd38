"""LimitRanges: bounds and defaults for what one object of a namespace may ask for."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "LimitRange",
    "limitranges",
    short_names=("limits",),
    package=__name__,
)
