"""The table of CronJobs. Upstream: printCronJob"""

from simulator.machinery.objects import Object
from simulator.resources.columns import (
    AGE,
    CONTAINERS,
    IMAGES,
    NAME,
    NONE,
    UNSET,
    Cells,
    Column,
    Field,
    Printer,
    age,
    containers,
    pod_spec,
    selector,
    since,
    spec_of,
    status_of,
    wide,
)

SPEC, STATUS = "batch.v1.CronJobSpec", "batch.v1.CronJobStatus"
SUSPENDED = {True: "True", False: "False", None: UNSET}


def row(cron_job: Object, now: int) -> Cells:
    spec, status = spec_of(cron_job), status_of(cron_job)
    template = spec.get("jobTemplate") or {}
    last = status.get("lastScheduleTime")
    return [
        cron_job["metadata"]["name"],
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        SUSPENDED[spec.get("suspend")],
        len(status.get("active") or ()),
        since(last, now) if last else NONE,
        age(cron_job, now),
        *containers(pod_spec(template)),
        selector(spec_of(template).get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Schedule", Field(SPEC, "schedule")),
        Column("Timezone", Field(SPEC, "timeZone")),
        Column("Suspend", Field(SPEC, "suspend"), "boolean"),
        Column("Active", Field(STATUS, "active"), "integer"),
        Column("Last Schedule", Field(STATUS, "lastScheduleTime")),
        AGE,
        CONTAINERS,
        IMAGES,
        wide("Selector", Field("batch.v1.JobSpec", "selector")),
    ),
    row,
)
