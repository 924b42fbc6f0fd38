"""PersistentVolumes: pieces of storage of a cluster."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "",
    "PersistentVolume",
    "persistentvolumes",
    namespaced=False,
    short_names=("pv",),
    subresources=below(status("PersistentVolume")),
    package=__name__,
)
