"""VolumeAttributesClasses: traits of a volume that can change later."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "storage.k8s.io",
    "VolumeAttributesClass",
    "volumeattributesclasses",
    versions=("v1", "v1beta1", "v1alpha1"),
    namespaced=False,
    short_names=("vac",),
    package=__name__,
)
