"""Evicts Pods from nodes with NoExecute taints they do not tolerate. Upstream: pkg/controller/tainteviction"""

from collections.abc import Iterator

from simulator.api.client import Client
from simulator.controllers.base import Controller
from simulator.controllers.events import Recorder
from simulator.controllers.pods import is_deleted, is_finished
from simulator.kernel.clock import SECOND, timestamp
from simulator.kernel.component import Change, Kernel
from simulator.machinery.objects import Key, Object, at, changed, key_of
from simulator.scheduler.selection import tolerates

MESSAGE = "Taint manager: deleting due to NoExecute taint"


class TaintEvictionController(Controller):
    """Deletes a Pod at once where a taint is not tolerated, else after the shortest of its `tolerationSeconds`."""

    name = "taint-eviction-controller"
    source = "taint-eviction-controller"
    resource = "pods"
    kind = "Pod"
    watches = ("nodes", "pods")

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel, client, minor=minor)
        if minor < 29:
            self.events = Recorder(client, kernel, "taint-controller")

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == "nodes":
            if change.type != "DELETED" and _fatal(change.object) != (_fatal(change.old) if change.old else []):
                for pod in self.client.indexed("pods", "node", change.object["metadata"]["name"]):
                    yield key_of(pod)
        elif change.type == "DELETED":
            yield key_of(change.object)
        elif _moved(change):
            node = self.client.get("nodes", "", change.object["spec"].get("nodeName", ""))
            if node is not None and _fatal(node):
                yield key_of(change.object)

    def reconcile(self, key: Key) -> None:
        pod = self.get(key)
        node = self.client.get("nodes", "", pod["spec"].get("nodeName", "")) if pod is not None else None
        if pod is None or node is None or is_deleted(pod) or is_finished(pod):
            if pod is None and self.table("doomed").get(key):
                self.table("doomed").delete(key)
            return
        due = self._due(pod, _fatal(node), self.table("doomed").get(key) or self.clock.now)
        if due is None:
            if self.table("doomed").get(key):
                self.table("doomed").delete(key)
                name = f"{key[0]}/{key[1]}"
                self.events.normal(pod, "TaintManagerEviction", f"Cancelling deletion of Pod {name}")
        elif due > self.clock.now:
            if not self.table("doomed").get(key):
                self.table("doomed").put(key, self.clock.now)
            self.look_again(key, due - self.clock.now)
        else:
            self._evict(key, pod)

    def _due(self, pod: Object, taints: list[Object], seen: int) -> int | None:
        """When the Pod has to go; None if it may stay. It counts from when the Pod and the taint were `seen` together,
        however long the taint is there. Upstream: processPodOnNode, getMinTolerationTime"""
        if not taints:
            return None
        tolerations = pod["spec"].get("tolerations") or ()
        used = [one for one in tolerations if any(tolerates([one], taint) for taint in taints)]
        if not all(tolerates(used, taint) for taint in taints):
            return self.clock.now
        seconds = [max(one["tolerationSeconds"], 0) for one in used if one.get("tolerationSeconds") is not None]
        return seen + min(seconds) * SECOND if seconds else None

    def _evict(self, key: Key, pod: Object) -> None:
        self.table("doomed").delete(key)
        self.events.normal(pod, "TaintManagerEviction", f"Marking for deletion Pod {key[0]}/{key[1]}")
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.clock.now),
            "reason": "DeletionByTaintManager",
            "message": MESSAGE,
        }
        others = [one for one in at(pod, "status", "conditions", default=()) if one["type"] != "DisruptionTarget"]
        pod = self.client.update("pods", changed(pod, ("status", "conditions"), [*others, condition]))
        self.client.delete("pods", pod)


def _fatal(node: Object) -> list[Object]:
    return [one for one in (node.get("spec") or {}).get("taints") or () if one["effect"] == "NoExecute"]


def _moved(change: Change) -> bool:
    """Whether a Pod came to a node, or its tolerations changed."""
    if change.old is None:
        return True
    old, new = change.old["spec"], change.object["spec"]
    if old is new:
        return False
    return bool(old.get("nodeName") != new.get("nodeName") or old.get("tolerations") != new.get("tolerations"))
