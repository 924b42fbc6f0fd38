"""Creates a Job's Pods, counts how they end, and finishes the Job. Upstream: pkg/controller/job/job_controller.go"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from simulator.api.client import Client
from simulator.api.errors import APIError
from simulator.controllers.base import Controller
from simulator.controllers.job import indexes, policy
from simulator.controllers.ownership import claim
from simulator.controllers.pods import (
    PodControl,
    condition,
    is_deleted,
    is_ready,
    phase,
    pod_from_template,
)
from simulator.kernel.clock import MINUTE, SECOND, moment, timestamp
from simulator.kernel.component import Kernel
from simulator.machinery.objects import Key, Object, at, changed, controller_of, key_of
from simulator.machinery.selectors import from_object

TRACKING = "batch.kubernetes.io/job-tracking"
INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count"
FIRST_BACKOFF = 10 * SECOND
LONGEST_BACKOFF = 10 * MINUTE
MOST_AT_ONCE = 100
REACHED = "CompletionsReached", "Reached expected number of succeeded pods"
SUCCESS_POLICY = "SuccessPolicy", "Matched rules at index 0"
TOO_MANY_FAILURES = "BackoffLimitExceeded", "Job has reached the specified backoff limit"
TOO_LATE = "DeadlineExceeded", "Job was active longer than specified deadline"
FAILED_INDEXES = "FailedIndexes", "Job has failed indexes"
TOO_MANY_INDEXES = "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"


@dataclass(slots=True)
class Tally:
    """Where a Job stands in one look at it."""

    job: Object
    active: list[Object] = field(default_factory=list)
    leaving: list[Object] = field(default_factory=list)
    succeeded: int = 0
    failed: int = 0
    completed: set[int] = field(default_factory=set)
    failed_indexes: set[int] = field(default_factory=set)
    last_failure: int = 0
    pods: Sequence[Object] = ()
    ended: list[Object] = field(default_factory=list)
    """Pods counted in this look, which are let go after the status is written."""
    verdict: tuple[str, str] | None = None
    """Why the Job fails, if a rule says so."""


class JobController(Controller):
    """Keeps as many Pods active as the Job may have at once, until it is complete or failed.

    A Pod carries a finalizer until its end is counted, so that none is counted twice or never.
    """

    name = "job-controller"
    source = "job-controller"
    resource = "jobs.batch"
    kind = "Job"
    watches = ("jobs.batch", "pods")
    owns = ("pods",)

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel, client, minor=minor)
        self.pods = PodControl(client, self.events)

    def reconcile(self, key: Key) -> None:
        job = self.get(key)
        if job is None:
            self._let_go(self._left_behind(key))
            return
        if at(job, "spec", "managedBy", default="kubernetes.io/job-controller") != "kubernetes.io/job-controller":
            return
        if is_finished(job) or is_deleted(job):
            self._let_go(self.client.owned("pods", job))
            return
        job = self._started(job)
        pods = claim(self.client, "pods", job, from_object(job["spec"].get("selector")))
        tally = self._count(job, pods)
        end = self._end(tally)
        failure = None
        if end is not None:
            for pod in tally.active:
                self.pods.delete(job, pod)
            tally.leaving, tally.active = [*tally.leaving, *tally.active], []
        elif job["spec"].get("suspend"):
            self._suspend(tally)
        else:
            failure = self._manage(tally)
        self._report(tally, end)
        if failure is not None:
            raise failure

    def _left_behind(self, key: Key) -> list[Object]:
        """The Pods of a Job that is gone, still waiting to be counted."""
        pods = self.client.list("pods", key[0])
        return [pod for pod in pods if self._is_tracked(pod) and (controller_of(pod) or {}).get("name") == key[1]]

    @staticmethod
    def _is_tracked(pod: Object) -> bool:
        return TRACKING in (pod["metadata"].get("finalizers") or ())

    def _started(self, job: Object) -> Object:
        """Note the start, and the end of a suspension."""
        suspended = condition(job, "Suspended")
        paused = suspended is not None and suspended["status"] == "True"
        if job["spec"].get("suspend"):
            return job
        if paused:
            conditions = self._with(job, "Suspended", "False", "JobResumed", "Job resumed")
            job = self.client.update_status(
                self.resource, job, conditions=conditions, startTime=timestamp(self.clock.now)
            )
            self.events.normal(job, "Resumed", "Job resumed")
        if not at(job, "status", "startTime"):
            job = changed(job, ("status", "startTime"), timestamp(self.clock.now))  # written with the first counts
        return job

    # Counting.

    def _count(self, job: Object, pods: Sequence[Object]) -> Tally:
        tally = Tally(
            job,
            succeeded=at(job, "status", "succeeded", default=0),
            failed=at(job, "status", "failed", default=0),
            pods=pods,
        )
        tally.completed = indexes.parse(at(job, "status", "completedIndexes", default=""))
        tally.failed_indexes = indexes.parse(at(job, "status", "failedIndexes", default=""))
        for pod in pods:
            if phase(pod) in ("Succeeded", "Failed"):
                self._count_end(tally, pod)
            elif is_deleted(pod):
                tally.leaving.append(pod)
                if not at(pod, "spec", "nodeName") or "podReplacementPolicy" not in job["spec"]:
                    self._note_deletion(tally, pod)
            else:
                tally.active.append(pod)
        if indexes.is_indexed(job):
            tally.succeeded = len(tally.completed)
        return tally

    def _note_deletion(self, tally: Tally, pod: Object) -> None:
        """A Pod that somebody deleted counts as failed when it is gone; its finalizer is lifted then."""
        if self._is_tracked(pod) and not pod["metadata"].get("deletionGracePeriodSeconds"):
            tally.failed += 1
            tally.ended.append(pod)

    def _count_end(self, tally: Tally, pod: Object) -> None:
        if phase(pod) == "Failed":
            tally.last_failure = max(tally.last_failure, ended_at(pod))
        if not self._is_tracked(pod):
            return
        tally.ended.append(pod)
        number = indexes.index_of(pod)
        if phase(pod) == "Succeeded":
            tally.succeeded += 1
            if number is not None:
                tally.completed.add(number)
            return
        action, told = policy.verdict(tally.job, pod)
        if action == policy.IGNORE:
            return
        tally.failed += 1
        if action == policy.FAIL_JOB:
            tally.verdict = "PodFailurePolicy", told
        if number is not None and (action == policy.FAIL_INDEX or self._index_is_spent(tally, pod)):
            tally.failed_indexes.add(number)

    def _index_is_spent(self, tally: Tally, pod: Object) -> bool:
        limit = tally.job["spec"].get("backoffLimitPerIndex")
        failures = int(at(pod, "metadata", "annotations", INDEX_FAILURES, default="0"))
        return limit is not None and failures >= limit

    # Ending.

    def _end(self, tally: Tally) -> tuple[str, str, str] | None:
        """How the Job ends now: Complete or Failed, reason, message; None if it goes on."""
        spec = tally.job["spec"]
        for decided, kind in (("FailureTarget", "Failed"), ("SuccessCriteriaMet", "Complete")):
            found = condition(tally.job, decided)
            if found is not None and found["status"] == "True":
                return kind, found["reason"], found["message"]
        if tally.verdict is not None:
            return "Failed", *tally.verdict
        if tally.failed > spec.get("backoffLimit", 6) or self._restarts(tally) > spec.get("backoffLimit", 6):
            return "Failed", *TOO_MANY_FAILURES
        started, limit = at(tally.job, "status", "startTime"), spec.get("activeDeadlineSeconds")
        if started and limit is not None and not spec.get("suspend"):
            left = moment(started) + limit * SECOND - self.clock.now
            if left <= 0:
                return "Failed", *TOO_LATE
            self.look_again(key_of(tally.job), left)
        return self._completion(tally)

    def _restarts(self, tally: Tally) -> int:
        """Containers restarted in place count as failures too. Upstream: pastBackoffLimitOnFailure"""
        if at(tally.job, "spec", "template", "spec", "restartPolicy") != "OnFailure":
            return 0
        counts = (
            int(one.get("restartCount", 0))
            for pod in tally.active
            for name in ("initContainerStatuses", "containerStatuses")
            for one in at(pod, "status", name, default=())
        )
        total = sum(counts)
        return total + 1 if total and total >= tally.job["spec"].get("backoffLimit", 6) else total

    def _completion(self, tally: Tally) -> tuple[str, str, str] | None:
        spec = tally.job["spec"]
        completions = spec.get("completions")
        if indexes.is_indexed(tally.job):
            failed = len(tally.failed_indexes)
            most = spec.get("maxFailedIndexes")
            if most is not None and failed > most:
                return "Failed", *TOO_MANY_INDEXES
            if failed and failed + len(tally.completed) >= completions:
                return "Failed", *FAILED_INDEXES
            rule = self._success_rule(tally)
            if rule is not None:
                return "Complete", SUCCESS_POLICY[0], f"Matched rules at index {rule}"
        if completions is None:
            done = tally.succeeded > 0 and not tally.active
        else:
            done = tally.succeeded >= completions and not (tally.active and indexes.is_indexed(tally.job))
        if completions == 0 or done:
            return "Complete", *REACHED
        return None

    def _success_rule(self, tally: Tally) -> int | None:
        for number, rule in enumerate(at(tally.job, "spec", "successPolicy", "rules", default=())):
            chosen = tally.completed
            wanted = rule.get("succeededCount")
            if "succeededIndexes" in rule:
                listed = indexes.parse(rule["succeededIndexes"])
                chosen = chosen & listed
                wanted = len(listed) if wanted is None else wanted
            if wanted is not None and len(chosen) >= wanted:
                return number
        return None

    # Keeping Pods going.

    def _suspend(self, tally: Tally) -> None:
        for pod in tally.active:
            self.pods.delete(tally.job, pod)
        tally.leaving, tally.active = [*tally.leaving, *tally.active], []
        found = condition(tally.job, "Suspended")
        if found is None or found["status"] != "True":
            conditions = self._with(tally.job, "Suspended", "True", "JobSuspended", "Job suspended")
            status = {name: value for name, value in tally.job.get("status", {}).items() if name != "startTime"}
            tally.job = self.client.update(self.resource, {**tally.job, "status": {**status, "conditions": conditions}})
            self.events.normal(tally.job, "Suspended", "Job suspended")

    def _manage(self, tally: Tally) -> APIError | None:
        spec = tally.job["spec"]
        parallelism = spec.get("parallelism", 1)
        completions = spec.get("completions")
        wanted = parallelism
        if completions is not None:
            left = completions - tally.succeeded - len(tally.failed_indexes)
            wanted = min(parallelism, max(left, 0))
        elif tally.succeeded:
            wanted = len(tally.active)
        active = len(tally.active)
        if active > wanted:
            for pod in sorted(tally.active, key=lambda pod: (is_ready(pod), key_of(pod)))[: active - wanted]:
                self.pods.delete(tally.job, pod)
                tally.active.remove(pod)
            return None
        waiting = tally.leaving if spec.get("podReplacementPolicy") == "Failed" else []
        missing = min(wanted - active - len(waiting), MOST_AT_ONCE)
        if missing <= 0:
            return None
        delay = self._backoff(tally)
        if delay > 0:
            self.look_again(key_of(tally.job), delay)
            return None
        return self._create(tally, missing)

    def _backoff(self, tally: Tally) -> int:
        """How long until a failed Pod may be replaced. Upstream: backoff_utils.go"""
        if not tally.last_failure or "backoffLimitPerIndex" in tally.job["spec"]:
            return 0
        rest = min(FIRST_BACKOFF << min(max(tally.failed - 1, 0), 20), LONGEST_BACKOFF)
        return tally.last_failure + rest - self.clock.now

    def _create(self, tally: Tally, number: int) -> APIError | None:
        for index in self._free_indexes(tally, number):
            pod = pod_from_template(tally.job["spec"]["template"], tally.job)
            pod["metadata"]["finalizers"] = [*pod["metadata"].get("finalizers", []), TRACKING]
            if index is not None:
                pod = indexes.pod_for_index(pod, tally.job, index)
                pod = self._with_failures(tally, pod, index)
            try:
                tally.active.append(self.pods.create(tally.job, pod))
            except APIError as error:
                return error
        return None

    def _with_failures(self, tally: Tally, pod: Object, index: int) -> Object:
        """A replacement knows how often its number failed before."""
        if "backoffLimitPerIndex" not in tally.job["spec"]:
            return pod
        failures, _ = self._past(tally).get(index, (0, 0))
        pod["metadata"]["annotations"][INDEX_FAILURES] = str(failures)
        return pod

    def _past(self, tally: Tally) -> dict[int, tuple[int, int]]:
        """How often each number has failed so far, as its Pods tell, and when it did last."""
        past: dict[int, tuple[int, int]] = {}
        for pod in tally.pods:
            index = indexes.index_of(pod)
            if index is None or phase(pod) != "Failed":
                continue
            counts = policy.verdict(tally.job, pod)[0] != policy.IGNORE
            failures = int(at(pod, "metadata", "annotations", INDEX_FAILURES, default="0")) + counts
            known = past.get(index, (0, 0))
            past[index] = max(failures, known[0]), max(ended_at(pod), known[1])
        return past

    def _free_indexes(self, tally: Tally, number: int) -> Iterator[int | None]:
        if not indexes.is_indexed(tally.job):
            yield from [None] * number
            return
        taken = {indexes.index_of(pod) for pod in (*tally.active, *tally.leaving)}
        resting = self._resting(tally) if "backoffLimitPerIndex" in tally.job["spec"] else {}
        for index in range(tally.job["spec"]["completions"]):
            if number == 0:
                return
            if not any(index in others for others in (taken, tally.completed, tally.failed_indexes, resting)):
                number -= 1
                yield index

    def _resting(self, tally: Tally) -> dict[int, int]:
        """The numbers that may not be tried again yet: each rests after its own failures."""
        waits = {}
        for index, (failures, last) in self._past(tally).items():
            rest = min(FIRST_BACKOFF << min(max(failures - 1, 0), 20), LONGEST_BACKOFF)
            if failures and last + rest > self.clock.now and index not in tally.failed_indexes:
                waits[index] = last + rest - self.clock.now
        if waits:
            self.look_again(key_of(tally.job), min(waits.values()))
        return waits

    # Telling.

    def _with(self, job: Object, kind: str, status: str, reason: str, message: str) -> list[Object]:
        now = timestamp(self.clock.now)
        entry = {"type": kind, "status": status, "lastProbeTime": now, "lastTransitionTime": now}
        others = [one for one in at(job, "status", "conditions", default=()) if one["type"] != kind]
        return [*others, {**entry, "reason": reason, "message": message}]

    def _report(self, tally: Tally, end: tuple[str, str, str] | None) -> None:
        job = tally.job
        old = job.get("status") or {}
        status: Object = {"startTime": old["startTime"]} if "startTime" in old else {}
        if old.get("conditions"):
            status["conditions"] = old["conditions"]
        numbers = {"active": len(tally.active), "succeeded": tally.succeeded, "failed": tally.failed}
        status |= {name: number for name, number in numbers.items() if number}
        if tally.completed:
            status["completedIndexes"] = indexes.written(tally.completed)
        if "backoffLimitPerIndex" in job["spec"]:
            status["failedIndexes"] = indexes.written(tally.failed_indexes)
        if self.minor >= 29:
            status["terminating"] = len(tally.leaving)
        status["uncountedTerminatedPods"] = {}
        status["ready"] = sum(1 for pod in tally.active if is_ready(pod))
        if end is not None:
            status = self._finished(job, status, end, done=not tally.leaving)
        if tally.ended:
            job = self._announce(job, status, tally.ended)
            self._let_go(tally.ended)
        stored = self.get(key_of(job))
        if stored is not None and status != stored.get("status"):
            job = self.client.update(self.resource, {**job, "status": status})
        if end is not None and not tally.leaving:
            self._tell_end(job, end)

    def _announce(self, job: Object, status: Object, ended: Sequence[Object]) -> Object:
        """Before their finalizers go, the Pods to be counted are written down, so that none is lost."""
        uncounted: Object = {}
        for pod in ended:
            uncounted.setdefault("succeeded" if phase(pod) == "Succeeded" else "failed", []).append(
                pod["metadata"]["uid"]
            )
        old = job.get("status") or {}
        kept = {name: old[name] for name in ("succeeded", "failed", "conditions", "completedIndexes") if name in old}
        counted = ("succeeded", "failed", "conditions", "completedIndexes", "completionTime")
        shown = {name: value for name, value in status.items() if name not in counted}
        return self.client.update(
            self.resource, {**job, "status": {**shown, **kept, "uncountedTerminatedPods": uncounted}}
        )

    def _finished(self, job: Object, status: Object, end: tuple[str, str, str], *, done: bool) -> Object:
        """First what was decided, then, when the last Pod is gone, that the Job is finished."""
        kind, reason, message = end
        decided = "SuccessCriteriaMet" if kind == "Complete" else "FailureTarget"
        shown = {**job, "status": status}
        if self.minor >= 31 and condition(shown, decided) is None:
            status = {**status, "conditions": self._with(shown, decided, "True", reason, message)}
        if done:
            shown = {**job, "status": status}
            status = {**status, "conditions": self._with(shown, kind, "True", reason, message)}
            if kind == "Complete":
                status["completionTime"] = timestamp(self.clock.now)
        return status

    def _tell_end(self, job: Object, end: tuple[str, str, str]) -> None:
        kind, reason, message = end
        if kind == "Complete":
            self.events.normal(job, "Completed", "Job completed")
        else:
            self.events.warning(job, reason, message)

    def _let_go(self, pods: Sequence[Object]) -> None:
        """Lift the finalizer of Pods that are counted."""
        for pod in pods:
            current = self.client.get("pods", *key_of(pod))
            finalizers = current["metadata"].get("finalizers") or [] if current is not None else []
            if current is not None and TRACKING in finalizers:
                left = [one for one in finalizers if one != TRACKING]
                metadata = {name: value for name, value in current["metadata"].items() if name != "finalizers"}
                self.client.update(
                    "pods", {**current, "metadata": {**metadata, "finalizers": left} if left else metadata}
                )


def is_finished(job: Object) -> bool:
    return any(
        one["type"] in ("Complete", "Failed") and one["status"] == "True"
        for one in at(job, "status", "conditions", default=())
    )


def ended_at(pod: Object) -> int:
    """When the last container of a Pod ended."""
    moments = [
        moment(finished)
        for one in at(pod, "status", "containerStatuses", default=())
        if (finished := at(one, "state", "terminated", "finishedAt"))
    ]
    return max(moments, default=moment(pod["metadata"]["creationTimestamp"]))
