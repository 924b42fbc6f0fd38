"""A Job. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kernel.clock import moment
from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page, boolean, date
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object, controller_of
from simulator.machinery.selectors import from_object

INDEXES_SHOWN = 50


def describe(kubectl: Kubectl, page: Page, job: Object) -> None:
    metadata, spec, status = job["metadata"], job["spec"], job.get("status") or {}
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "Selector", from_object(spec.get("selector")))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    if (parent := controller_of(job)) is not None:
        page.field(0, "Controlled By", f"{parent['kind']}/{parent['name']}")
    describe_wishes(page, spec)
    describe_times(page, status)
    if spec.get("activeDeadlineSeconds") is not None:
        page.field(0, "Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")
    active, succeeded, failed = (status.get(field, 0) for field in ("active", "succeeded", "failed"))
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    page.field(0, "Pods Statuses", f"{active} Active{ready} / {succeeded} Succeeded / {failed} Failed")
    if spec.get("completionMode") == "Indexed":
        page.field(0, "Completed Indexes", indexes(status.get("completedIndexes", "")))
    describe_template(page, spec["template"])


def describe_wishes(page: Page, spec: Object) -> None:
    if spec.get("parallelism") is not None:
        page.field(0, "Parallelism", spec["parallelism"])
    page.field(0, "Completions", "<unset>" if spec.get("completions") is None else spec["completions"])
    if spec.get("completionMode"):
        page.field(0, "Completion Mode", spec["completionMode"])
    if spec.get("suspend") is not None:
        page.field(0, "Suspend", boolean(spec["suspend"]))
    for title, field in (("Backoff Limit", "backoffLimit"), ("TTL Seconds After Finished", "ttlSecondsAfterFinished")):
        if spec.get(field) is not None:
            page.field(0, title, spec[field])


def describe_times(page: Page, status: Object) -> None:
    started, completed = status.get("startTime"), status.get("completionTime")
    if started:
        page.field(0, "Start Time", date(started))
    if completed:
        page.field(0, "Completed At", date(completed))
    if started and completed:
        page.field(0, "Duration", human_duration(moment(completed) - moment(started)))


def indexes(text: str) -> str:
    """Completed indexes, cut at a comma where there are many."""
    if not text:
        return "<none>"
    cut = text.find(",", INDEXES_SHOWN)
    return text if cut < 0 else text[: cut + 1] + "..."
