"""ConfigMaps: plain settings for Pods."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "ConfigMap",
    "configmaps",
    short_names=("cm",),
    package=__name__,
)
