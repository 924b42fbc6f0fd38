"""PriorityLevelConfigurations: how many requests of a kind are served at once."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "flowcontrol.apiserver.k8s.io",
    "PriorityLevelConfiguration",
    "prioritylevelconfigurations",
    versions=("v1", "v1beta3"),
    namespaced=False,
    subresources=below(status("PriorityLevelConfiguration")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
    generation=(("spec",),),
)
