"""CSINodes: the storage drivers a node has."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "storage.k8s.io",
    "CSINode",
    "csinodes",
    namespaced=False,
    subresources=below(status("CSINode")),
    package=__name__,
)
