"""Notices nodes that fell silent, taints them and marks their Pods. Upstream: pkg/controller/nodelifecycle"""

from collections.abc import Iterator, Sequence

from simulator.controllers.base import Controller
from simulator.controllers.pods import condition, is_deleted, is_ready
from simulator.kernel.clock import MILLISECOND, SECOND, moment, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, key_of

MONITOR_PERIOD = 5 * SECOND
STARTUP_GRACE = 60 * SECOND
LEASE_NAMESPACE = "kube-node-lease"
NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
PRESSURES = {
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
    "NetworkUnavailable": "node.kubernetes.io/network-unavailable",
}
KNOWN = (*PRESSURES.values(), NOT_READY, UNREACHABLE, UNSCHEDULABLE)
WATCHED_CONDITIONS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
SILENT = "NodeStatusUnknown", "Kubelet stopped posting node status."
NEVER_SPOKE = "NodeStatusNeverUpdated", "Kubelet never posted node status."


class NodeLifecycleController(Controller):
    """Believes a node to be well while its lease or status is renewed; acts when that stops.

    State, as tables: `heard`, when a node last renewed its lease; `registered`, the nodes it knows.
    """

    name = "node-lifecycle-controller"
    source = "node-controller"
    resource = "nodes"
    kind = "Node"
    watches = ("nodes", "leases.coordination.k8s.io")

    @property
    def grace(self) -> int:
        """How long a node may be silent: 50 s since 1.32, 40 s before."""
        return (50 if self.minor >= 32 else 40) * SECOND

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource == "nodes":
            if change.old is None or change.type == "DELETED" or _differs(change.old, change.object):
                yield key_of(change.object)
        elif change.object["metadata"].get("namespace") == LEASE_NAMESPACE and change.type != "DELETED":
            name = change.object["metadata"]["name"]
            node = self.client.get("nodes", "", name)
            self.table("heard").put(name, self.clock.now)
            if node is not None and at(condition(node, "Ready"), "status") == "Unknown":
                yield "", name

    def reconcile(self, key: Key) -> None:
        node = self.get(key)
        if node is None:
            self.table("heard").delete(key[1])
            self.table("registered").delete(key[1])
            return
        if key[1] not in self.table("registered"):
            self.table("registered").put(key[1], True)
            message = f"Node {key[1]} event: Registered Node {key[1]} in Controller"
            self.events.normal(node, "RegisteredNode", message)
        silent_for = self.clock.now - self._last_heard(node)
        grace = self.grace if condition(node, "Ready") is not None else STARTUP_GRACE
        was_ready = condition(node, "Ready")
        if silent_for >= grace:
            node = self._declare_silent(node)
        else:
            self.look_again(key, _next_tick(self.clock.now + grace - silent_for) - self.clock.now)
        node = self._taint(node)
        now_ready = condition(node, "Ready")
        if now_ready is not None and now_ready["status"] != "True":
            if was_ready is not None and was_ready["status"] == "True":
                name = node["metadata"]["name"]
                self.events.normal(node, "NodeNotReady", f"Node {name} status is now: NodeNotReady")
            self._mark_pods(node)

    def _last_heard(self, node: Object) -> int:
        name = node["metadata"]["name"]
        heard = self.table("heard").get(name)
        ready = condition(node, "Ready")
        beat = moment(ready["lastHeartbeatTime"]) if ready and ready.get("lastHeartbeatTime") else 0
        known = max(heard or 0, beat)
        return known or moment(node["metadata"]["creationTimestamp"])

    def _declare_silent(self, node: Object) -> Object:
        """Upstream: tryUpdateNodeHealth"""
        now = timestamp(self.clock.now)
        conditions = list(at(node, "status", "conditions", default=()))
        for kind in WATCHED_CONDITIONS:
            old = next((one for one in conditions if one["type"] == kind), None)
            if old is not None and old["status"] == "Unknown":
                continue
            reason, message = SILENT if old is not None else NEVER_SPOKE
            beat = old["lastHeartbeatTime"] if old is not None else node["metadata"]["creationTimestamp"]
            entry = {"type": kind, "status": "Unknown", "lastHeartbeatTime": beat, "lastTransitionTime": now}
            entry |= {"reason": reason, "message": message}
            conditions = [entry if one is old else one for one in conditions] if old else [*conditions, entry]
        return self.client.change("nodes", node, ("status", "conditions"), conditions)

    def _taint(self, node: Object) -> Object:
        """Give the node the taints its conditions ask for, and take away those they do not."""
        spec = node.get("spec") or {}
        current = list(spec.get("taints") or ())
        wanted = self._wanted_taints(node)
        kept = [one for one in current if one["key"] not in KNOWN or _identity(one) in wanted]
        have = {_identity(one) for one in kept}
        now = timestamp(self.clock.now)
        new = [{"key": key, "effect": effect, "timeAdded": now} for key, effect in wanted if (key, effect) not in have]
        if self._must_wait(node):
            new = [one for one in new if one["effect"] != "NoExecute"]
            kept = [one for one in current if one in kept or one["effect"] == "NoExecute"]
        taints = kept + new
        if taints == current:
            return node
        if taints:
            return self.client.change("nodes", node, ("spec", "taints"), taints)
        return self.client.update("nodes", {**node, "spec": {name: v for name, v in spec.items() if name != "taints"}})

    def _must_wait(self, node: Object) -> bool:
        """Evicting taints come and go with the next regular look, the others at once."""
        ready = condition(node, "Ready")
        if ready is None:
            return False
        next_look = _next_tick(moment(ready["lastTransitionTime"]) + 2 * MILLISECOND)
        if next_look <= self.clock.now:
            return False
        self.later(next_look - self.clock.now, "alarm_now", key_of(node))
        return True

    def alarm_now(self, key: Key) -> None:
        """The regular look at a node that changed."""
        self.enqueue(key, 0)

    def _wanted_taints(self, node: Object) -> list[tuple[str, str]]:
        wanted = []
        ready = at(condition(node, "Ready"), "status")
        if ready == "False":
            wanted += [(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]
        elif ready == "Unknown":
            wanted += [(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]
        for kind, taint in PRESSURES.items():
            if at(condition(node, kind), "status") == "True":
                wanted.append((taint, "NoSchedule"))
        if (node.get("spec") or {}).get("unschedulable"):
            wanted.append((UNSCHEDULABLE, "NoSchedule"))
        return wanted

    def _mark_pods(self, node: Object) -> None:
        """Pods of a node that is not ready are not ready. Upstream: util/node.MarkPodsNotReady"""
        for pod in self.client.indexed("pods", "unfinished/node", node["metadata"]["name"]):
            if is_deleted(pod) or not is_ready(pod):
                continue
            conditions = [self._not_ready(one) for one in pod["status"]["conditions"]]
            pod = self.client.update("pods", changed(pod, ("status", "conditions"), conditions))
            self.events.warning(pod, "NodeNotReady", "Node is not ready")

    def _not_ready(self, entry: Object) -> Object:
        if entry["type"] != "Ready":
            return entry
        return {**entry, "status": "False", "lastTransitionTime": timestamp(self.clock.now)}


def _identity(taint: Object) -> tuple[str, str]:
    return taint["key"], taint["effect"]


def _next_tick(when: int) -> int:
    """The controller looks every five seconds."""
    return -(-when // MONITOR_PERIOD) * MONITOR_PERIOD + MILLISECOND


def _differs(old: Object, new: Object) -> bool:
    def seen(node: Object) -> Sequence[object]:
        conditions = at(node, "status", "conditions", default=())
        return [(one["type"], one["status"]) for one in conditions], node.get("spec")

    return seen(old) != seen(new)
