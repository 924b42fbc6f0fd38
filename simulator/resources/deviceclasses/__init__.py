"""DeviceClasses: kinds of devices that can be asked for."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "resource.k8s.io",
    "DeviceClass",
    "deviceclasses",
    versions=("v1", "v1beta2", "v1beta1", "v1alpha3"),
    namespaced=False,
    package=__name__,
)
