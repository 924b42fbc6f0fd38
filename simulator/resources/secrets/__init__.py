"""Secrets: settings that are not for every eye."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "Secret",
    "secrets",
    package=__name__,
    selectable={"type": ("type",)},
)
