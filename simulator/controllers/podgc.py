"""Removes Pods that nobody will remove otherwise. Upstream: pkg/controller/podgc"""

from collections.abc import Iterator, Mapping

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_deleted, is_finished
from simulator.kernel.clock import SECOND, moment, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, key_of

THRESHOLD = "terminated-pod-gc-threshold"
MOST_FINISHED = 1_000
"""What that flag can be at the most. It is 12,500 upstream: a cluster of the lab has room for fewer objects."""
PERIOD = 20 * SECOND
"""How often upstream looks for what is too much."""
QUARANTINE = 40 * SECOND
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
ALL: Key = ("", "")


class PodGarbageCollector(Controller):
    """Deletes Pods of nodes that are gone, of nodes out of service, unscheduled ones, and the oldest finished ones."""

    name = "pod-garbage-collector-controller"
    source = "pod-garbage-collector"
    resource = "pods"
    kind = "Pod"
    watches = ("pods", "nodes")
    kept = ("threshold",)

    def heed(self, flags: Mapping[str, str]) -> None:
        """Keep as few Pods that are over as the flag says; without a number above 0, as many as there is room for."""
        given = flags.get(THRESHOLD, "")
        is_limit = given.isdecimal() and len(given) < 10 and int(given)
        wanted = min(int(given), MOST_FINISHED) if is_limit else MOST_FINISHED
        if wanted != self._most:
            self.table("threshold").put("", wanted)
            self.look_again(ALL, PERIOD)

    @property
    def _most(self) -> int:
        """How many Pods that are over are kept."""
        return self.table("threshold").get("") or MOST_FINISHED

    def observe(self, change: Change) -> None:
        if change.resource == "nodes":
            if change.type == "DELETED":
                self.look_again(ALL, QUARANTINE)
            elif OUT_OF_SERVICE in str((change.object.get("spec") or {}).get("taints") or ""):
                self.enqueue(ALL)
        else:
            super().observe(change)

    def keys(self, change: Change) -> Iterator[Key]:
        pod = change.object
        if change.type == "DELETED":
            return
        if is_deleted(pod) and not pod["spec"].get("nodeName"):
            yield key_of(pod)
        node = pod["spec"].get("nodeName")
        if change.type == "ADDED" and node and self.client.get("nodes", "", node) is None:
            self.look_again(ALL, QUARANTINE)
        if is_finished(pod) and len(self.client.rows("pods")) > self._most:
            self.look_again(ALL, PERIOD)

    def reconcile(self, key: Key) -> None:
        if key != ALL:
            pod = self.get(key)
            if pod is not None and is_deleted(pod) and not pod["spec"].get("nodeName"):
                self.client.delete("pods", pod, grace=0)
            return
        nodes = self.client.rows("nodes")
        for pod in self.client.list("pods"):
            name = pod["spec"].get("nodeName")
            if not name:
                continue
            node = nodes.get(("", name))
            if node is None:
                self._remove(pod, "PodGC: node no longer exists")
            elif is_deleted(pod) and OUT_OF_SERVICE in [taint["key"] for taint in node["spec"].get("taints") or ()]:
                self._remove(pod, "PodGC: node is out of service")
        self._thin_out()

    def _thin_out(self) -> None:
        finished = [pod for pod in self.client.list("pods") if is_finished(pod)]
        finished.sort(key=worth_keeping)
        for pod in finished[: max(len(finished) - self._most, 0)]:
            self.client.delete("pods", pod, grace=0)

    def _remove(self, pod: Object, message: str) -> None:
        """Mark a Pod as failed, for a disruption, and delete it at once."""
        if not is_finished(pod):
            now = timestamp(self.clock.now)
            condition = {"type": "DisruptionTarget", "status": "True", "lastProbeTime": None, "lastTransitionTime": now}
            condition |= {"reason": "DeletionByPodGC", "message": message}
            others = [one for one in at(pod, "status", "conditions", default=()) if one["type"] != "DisruptionTarget"]
            pod = changed(changed(pod, ("status", "phase"), "Failed"), ("status", "conditions"), [*others, condition])
            pod = self.client.update("pods", pod)
        self.client.delete("pods", pod, grace=0)


def worth_keeping(pod: Object) -> tuple[bool, int, Key]:
    """Sort key, least worth keeping first: evicted, oldest. Upstream: byEvictionAndCreationTimestamp"""
    evicted = at(pod, "status", "phase") == "Failed" and at(pod, "status", "reason") == "Evicted"
    return not evicted, moment(pod["metadata"]["creationTimestamp"]), key_of(pod)
