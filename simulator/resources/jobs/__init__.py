"""Jobs: Pods that run to their end."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "batch",
    "Job",
    "jobs",
    categories=("all",),
    subresources=below(status("Job")),
    package=__name__,
    generation=(("spec",),),
    selectable={"status.successful": lambda job: job.get("status", {}).get("succeeded", 0)},
)
