"""PriorityClasses: how much a Pod matters."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "scheduling.k8s.io",
    "PriorityClass",
    "priorityclasses",
    namespaced=False,
    short_names=("pc",),
    package=__name__,
    generation=(),
)
