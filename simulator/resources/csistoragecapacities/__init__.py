"""CSIStorageCapacities: how much room a storage driver has, and where."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "storage.k8s.io",
    "CSIStorageCapacity",
    "csistoragecapacities",
    package=__name__,
)
