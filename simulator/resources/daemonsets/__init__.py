"""DaemonSets: one Pod on every node."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "apps",
    "DaemonSet",
    "daemonsets",
    short_names=("ds",),
    categories=("all",),
    subresources=below(status("DaemonSet")),
    package=__name__,
    generation=(("spec",),),
)
