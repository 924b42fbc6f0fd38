"""StorageClasses: kinds of storage that can be asked for."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "storage.k8s.io",
    "StorageClass",
    "storageclasses",
    namespaced=False,
    short_names=("sc",),
    package=__name__,
)
