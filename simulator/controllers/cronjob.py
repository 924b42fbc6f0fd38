"""Creates Jobs on a schedule. Upstream: pkg/controller/cronjob"""

from collections.abc import Sequence
from datetime import tzinfo

from simulator.api.errors import AlreadyExists, APIError
from simulator.controllers import cron
from simulator.controllers.base import Controller
from simulator.controllers.job.controller import is_finished
from simulator.controllers.pods import is_deleted
from simulator.kernel.clock import MILLISECOND, MINUTE, SECOND, moment, timestamp
from simulator.kernel.state import thaw
from simulator.machinery.objects import Key, Object, at, key_of, owner_reference
from simulator.resources.jobs.defaults import default

JOBS = "jobs.batch"
SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"
LATE = 100 * MILLISECOND
MANY_MISSED = 100


class CronJobController(Controller):
    """Starts a Job at each time of the schedule, and clears old ones away."""

    name = "cronjob-controller"
    source = "cronjob-controller"
    resource = "cronjobs.batch"
    kind = "CronJob"
    watches = ("cronjobs.batch", JOBS)
    owns = (JOBS,)

    def reconcile(self, key: Key) -> None:
        cron_job = self.get(key)
        if cron_job is None or is_deleted(cron_job):
            return
        jobs = self.client.owned(JOBS, cron_job)
        self._clean_up(cron_job, jobs)
        cron_job = self._note_finished(cron_job, jobs)
        if cron_job["spec"].get("suspend"):
            return
        try:
            schedule = cron.parse(cron_job["spec"]["schedule"])
            zone = cron.zone(cron_job["spec"].get("timeZone"))
        except cron.ScheduleError as error:
            unknown_zone = "time zone" in str(error)
            reason = "UnknownTimeZone" if unknown_zone else "UnparseableSchedule"
            text = f"invalid timeZone: {error}" if unknown_zone else f"unparseable schedule: {error}"
            self.events.warning(cron_job, reason, text)
            return
        coming = schedule.after(self.clock.now, zone)
        if coming is None:  # such as on 31 February
            why = "time difference between two schedules is less than 1 second"
            text = f"invalid schedule: {cron_job['spec']['schedule']} : {why}"
            self.events.warning(cron_job, "InvalidSchedule", text)
            return
        due = self._due(cron_job, schedule, zone)
        if due is not None:
            self._start(cron_job, due)
        self.look_again(key, coming + LATE - self.clock.now)

    def _due(self, cron_job: Object, schedule: cron.Schedule, zone: tzinfo) -> int | None:
        """The latest time of the schedule that has come and was not served. Upstream: mostRecentScheduleTime"""
        last = at(cron_job, "status", "lastScheduleTime")
        since = moment(last or cron_job["metadata"]["creationTimestamp"])
        deadline = cron_job["spec"].get("startingDeadlineSeconds")
        if deadline is not None:
            since = max(since, self.clock.now - deadline * SECOND)
        due, missed = None, 0
        when = schedule.after(since, zone)
        while when is not None and when <= self.clock.now:
            due, missed = when, missed + 1
            when = schedule.after(when, zone)
        if missed > MANY_MISSED:
            text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self.events.warning(cron_job, "TooManyMissedTimes", text)
        return due

    def _start(self, cron_job: Object, due: int) -> None:
        active = [job for job in self.client.owned(JOBS, cron_job) if not is_finished(job)]
        rule = cron_job["spec"].get("concurrencyPolicy", "Allow")
        if rule == "Forbid" and active:
            text = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self.events.normal(cron_job, "JobAlreadyActive", text)
            return
        if rule == "Replace":
            for job in active:
                self._delete(cron_job, job)
        job = self._job(cron_job, due)
        try:
            job = self.client.create(JOBS, job)
        except AlreadyExists:
            return
        except APIError as error:
            self.events.warning(cron_job, "FailedCreate", f"Error creating job: {error.message}")
            raise
        self.events.normal(cron_job, "SuccessfulCreate", f"Created job {job['metadata']['name']}")
        self._report(cron_job, lastScheduleTime=timestamp(due))

    def _job(self, cron_job: Object, due: int) -> Object:
        """The Job of one time."""
        template = cron_job["spec"]["jobTemplate"]
        declared = template.get("metadata") or {}
        name = f"{cron_job['metadata']['name']}-{due // MINUTE}"
        annotations = {**declared.get("annotations", {}), SCHEDULED_AT: timestamp(due)}
        metadata: Object = {"name": name, "namespace": cron_job["metadata"]["namespace"], "annotations": annotations}
        if declared.get("labels"):
            metadata["labels"] = declared["labels"]
        metadata["ownerReferences"] = [owner_reference(cron_job)]
        made = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"], "status": {}}
        job = thaw(made)
        default(job)  # a template knows no defaults of a Job's own
        return job

    def _report(self, cron_job: Object, **fields: object) -> None:
        current = self.get(key_of(cron_job))
        if current is None:
            return
        active = [reference(job) for job in self.client.owned(JOBS, current) if not is_finished(job)]
        self.client.update_status(self.resource, current, active=active or None, **fields)

    def _note_finished(self, cron_job: Object, jobs: Sequence[Object]) -> Object:
        """Take finished Jobs off the list of active ones."""
        listed = [one["uid"] for one in at(cron_job, "status", "active", default=())]
        last = at(cron_job, "status", "lastSuccessfulTime")
        for job in jobs:
            if is_finished(job) and job["metadata"]["uid"] in listed:
                how = next(one["type"] for one in job["status"]["conditions"] if one["type"] in ("Complete", "Failed"))
                text = f"Saw completed job: {job['metadata']['name']}, condition: {how}"
                self.events.normal(cron_job, "SawCompletedJob", text)
                done = at(job, "status", "completionTime")
                if done and (last is None or moment(done) > moment(last)):
                    last = done
        known = [job["metadata"]["uid"] for job in jobs]
        if any(uid not in known for uid in listed) or any(
            is_finished(j) and j["metadata"]["uid"] in listed for j in jobs
        ):
            self._report(cron_job, **({"lastSuccessfulTime": last} if last else {}))
        return self.get(key_of(cron_job)) or cron_job

    def _clean_up(self, cron_job: Object, jobs: Sequence[Object]) -> None:
        for kind, limit in (
            ("Complete", cron_job["spec"].get("successfulJobsHistoryLimit", 3)),
            ("Failed", cron_job["spec"].get("failedJobsHistoryLimit", 1)),
        ):
            ended = [job for job in jobs if _ended_as(job, kind)]
            ended.sort(key=lambda job: (at(job, "status", "startTime", default=""), key_of(job)))
            for job in ended[: max(len(ended) - limit, 0)]:
                self._delete(cron_job, job)

    def _delete(self, cron_job: Object, job: Object) -> None:
        self.client.delete(JOBS, job)
        self.events.normal(cron_job, "SuccessfulDelete", f"Deleted job {job['metadata']['name']}")


def _ended_as(job: Object, kind: str) -> bool:
    conditions = at(job, "status", "conditions", default=())
    return any(one["type"] == kind and one["status"] == "True" for one in conditions)


def reference(job: Object) -> Object:
    metadata = job["metadata"]
    return {
        "kind": "Job",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "apiVersion": "batch/v1",
        "resourceVersion": metadata["resourceVersion"],
    }
