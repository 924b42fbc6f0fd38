"""StatefulSets: Pods with a name and storage of their own."""

from simulator.resources.resource import Resource, below, scale, status

RESOURCE = Resource(
    "apps",
    "StatefulSet",
    "statefulsets",
    short_names=("sts",),
    categories=("all",),
    subresources=below(scale(), status("StatefulSet")),
    package=__name__,
    generation=(("spec",),),
)
