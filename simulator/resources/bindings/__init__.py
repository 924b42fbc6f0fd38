"""Bindings: how a scheduler once told which node a Pod goes to."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "Binding",
    "bindings",
    verbs=("create",),
    package=__name__,
)
