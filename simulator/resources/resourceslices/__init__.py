"""ResourceSlices: devices that a driver offers."""

from simulator.resources.devices import convert_slice
from simulator.resources.resource import Resource

RESOURCE = Resource(
    "resource.k8s.io",
    "ResourceSlice",
    "resourceslices",
    versions=("v1", "v1beta2", "v1beta1", "v1alpha3"),
    namespaced=False,
    package=__name__,
    selectable={"spec.nodeName": ("spec", "nodeName"), "spec.driver": ("spec", "driver")},
    conversion=convert_slice,
)
