"""FlowSchemas: which requests belong together."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "flowcontrol.apiserver.k8s.io",
    "FlowSchema",
    "flowschemas",
    versions=("v1", "v1beta3"),
    namespaced=False,
    subresources=below(status("FlowSchema")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
    generation=(("spec",),),
)
