"""StorageVersions: in which version API servers keep a resource."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "internal.apiserver.k8s.io",
    "StorageVersion",
    "storageversions",
    versions=("v1alpha1",),
    namespaced=False,
    subresources=below(status("StorageVersion")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
