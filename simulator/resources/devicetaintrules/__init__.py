"""DeviceTaintRules: devices to keep away from."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "resource.k8s.io",
    "DeviceTaintRule",
    "devicetaintrules",
    versions=("v1", "v1beta2", "v1alpha3"),
    namespaced=False,
    subresources=below(status("DeviceTaintRule")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
    generation=(("spec",),),
)
