"""Deletes finished Jobs after their time to live. Upstream: pkg/controller/ttlafterfinished"""

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_deleted
from simulator.kernel.clock import SECOND, moment
from simulator.machinery.objects import Key, at


class TTLAfterFinishedController(Controller):
    """Removes a Job `ttlSecondsAfterFinished` seconds after it completed or failed, with its Pods."""

    name = "ttl-after-finished-controller"
    resource = "jobs.batch"
    kind = "Job"
    watches = ("jobs.batch",)

    def reconcile(self, key: Key) -> None:
        job = self.get(key)
        if job is None or is_deleted(job) or job["spec"].get("ttlSecondsAfterFinished") is None:
            return
        ends = [
            moment(one["lastTransitionTime"])
            for one in at(job, "status", "conditions", default=())
            if one["type"] in ("Complete", "Failed") and one["status"] == "True"
        ]
        if not ends:
            return
        due = min(ends) + job["spec"]["ttlSecondsAfterFinished"] * SECOND
        if due <= self.clock.now:
            self.client.delete(self.resource, job, propagation="Foreground")
        else:
            self.look_again(key, due - self.clock.now)
