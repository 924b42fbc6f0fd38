"""ResourceQuotas: bounds for what a whole namespace may ask for."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "",
    "ResourceQuota",
    "resourcequotas",
    short_names=("quota",),
    subresources=below(status("ResourceQuota")),
    package=__name__,
)
