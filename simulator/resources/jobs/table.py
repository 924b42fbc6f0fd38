"""The table of Jobs. Upstream: printJob"""

from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    Cells,
    Column,
    Field,
    Printer,
    age,
    condition_status,
    containers,
    moment_of,
    pod_spec,
    selector,
    spec_of,
    status_of,
    wide,
)


def row(job: Object, now: int) -> Cells:
    return [
        job["metadata"]["name"],
        state(job),
        completions(job),
        duration(job, now),
        age(job, now),
        *containers(pod_spec(job)),
        selector(spec_of(job).get("selector")),
    ]


def state(job: Object) -> str:
    for kind, shown in (("Complete", "Complete"), ("Failed", "Failed")):
        if condition_status(job, kind) == "True":
            return shown
    if "deletionTimestamp" in job["metadata"]:
        return "Terminating"
    for kind, shown in (("Suspended", "Suspended"), ("FailureTarget", "FailureTarget")):
        if condition_status(job, kind) == "True":
            return shown
    return "Running"


def completions(job: Object) -> str:
    """How many Pods succeeded of how many; a work queue (no `completions`) needs one."""
    spec, succeeded = spec_of(job), status_of(job).get("succeeded", 0)
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def duration(job: Object, now: int) -> str:
    """How long it took, or has taken so far; empty before the start."""
    status = status_of(job)
    if not status.get("startTime"):
        return ""
    end = moment_of(status["completionTime"]) if status.get("completionTime") else now
    return human_duration(end - moment_of(status["startTime"]))


PRINTER = Printer(
    (
        NAME,
        Column("Status", "Status of the job."),
        Column("Completions", Field("batch.v1.JobStatus", "succeeded")),
        Column("Duration", "Time required to complete the job."),
        AGE,
        CONTAINERS,
        IMAGES,
        wide("Selector", Field("batch.v1.JobSpec", "selector")),
    ),
    row,
)
