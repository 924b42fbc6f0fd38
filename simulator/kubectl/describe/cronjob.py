"""A CronJob. Upstream: kubectl/pkg/describe/describe.go"""

from typing import Any

from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page, date, titled
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object
from simulator.machinery.selectors import from_object


def describe(kubectl: Kubectl, page: Page, cron_job: Object) -> None:
    spec, status = cron_job["spec"], cron_job.get("status") or {}
    page.head(cron_job)
    page.field(0, "Schedule", spec["schedule"])
    page.field(0, "Concurrency Policy", spec.get("concurrencyPolicy", ""))
    page.field(0, "Suspend", titled(spec.get("suspend")))
    page.field(0, "Time Zone", or_unset(spec.get("timeZone")))
    page.field(0, "Successful Job History Limit", or_unset(spec.get("successfulJobsHistoryLimit")))
    page.field(0, "Failed Job History Limit", or_unset(spec.get("failedJobsHistoryLimit")))
    deadline = spec.get("startingDeadlineSeconds")
    page.field(0, "Starting Deadline Seconds", "<unset>" if deadline is None else f"{deadline}s")
    describe_job_template(page, spec["jobTemplate"]["spec"])
    last = status.get("lastScheduleTime")
    page.field(0, "Last Schedule Time", date(last) if last else "<unset>")
    page.field(0, "Active Jobs", ", ".join(job["name"] for job in status.get("active") or ()) or "<none>")


def describe_job_template(page: Page, spec: Object) -> None:
    page.field(0, "Selector", from_object(spec["selector"]) if spec.get("selector") else "<unset>")
    page.field(0, "Parallelism", or_unset(spec.get("parallelism")))
    page.field(0, "Completions", or_unset(spec.get("completions")))
    if spec.get("activeDeadlineSeconds") is not None:
        page.field(0, "Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")
    describe_template(page, spec["template"])


def or_unset(value: Any) -> Any:
    return "<unset>" if value is None else value
