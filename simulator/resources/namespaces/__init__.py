"""Namespaces: where names are unique."""

from simulator.resources.resource import Resource, Subresource, below, status

RESOURCE = Resource(
    "",
    "Namespace",
    "namespaces",
    namespaced=False,
    short_names=("ns",),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    subresources=below(Subresource("finalize", "Namespace", ("update",)), status("Namespace")),
    package=__name__,
    resets={"finalize": (("status",),)},
    selectable={"status.phase": ("status", "phase")},
)
