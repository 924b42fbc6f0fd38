"""RuntimeClasses: how containers are run."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "node.k8s.io",
    "RuntimeClass",
    "runtimeclasses",
    namespaced=False,
    package=__name__,
)
