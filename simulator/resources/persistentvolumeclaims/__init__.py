"""PersistentVolumeClaims: what storage a Pod asks for."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "",
    "PersistentVolumeClaim",
    "persistentvolumeclaims",
    short_names=("pvc",),
    subresources=below(status("PersistentVolumeClaim")),
    package=__name__,
)
