"""StorageVersionMigrations: having a resource written anew."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "storagemigration.k8s.io",
    "StorageVersionMigration",
    "storageversionmigrations",
    versions=("v1", "v1beta1", "v1alpha1"),
    namespaced=False,
    subresources=below(status("StorageVersionMigration")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
