"""CronJobs: Jobs by the clock."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "batch",
    "CronJob",
    "cronjobs",
    short_names=("cj",),
    categories=("all",),
    subresources=below(status("CronJob")),
    package=__name__,
    generation=(("spec",),),
)
