"""Component statuses: an old, read-only look at the health of the control plane."""

from simulator.resources.resource import Resource

RESOURCE = Resource(
    "",
    "ComponentStatus",
    "componentstatuses",
    namespaced=False,
    short_names=("cs",),
    verbs=("get", "list"),
    package=__name__,
)
