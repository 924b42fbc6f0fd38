"""Containers that get more or less CPU and memory while they run. Upstream: pkg/kubelet/allocation"""

from typing import TYPE_CHECKING, Any

import orjson

from simulator.kernel.clock import SECOND
from simulator.kubelet.records import RUNNING, Row
from simulator.kubelet.static import uid_of
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import parse, value
from simulator.scheduler.resources import pod_requests

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

APPLY_TIME = SECOND
"""How long it takes until the runtime has done it."""
RETRY = 180 * SECOND
"""After how long a resize that had to wait is looked at again, if nothing ends before."""
PENDING, PROGRESS = "PodResizePending", "PodResizeInProgress"
INFEASIBLE, DEFERRED, ERROR = "Infeasible", "Deferred", "Error"

type Resources = dict[str, Object]
"""What containers ask for, by name."""


class Resizing:
    """Brings what containers have to what their Pod asks for now, if the node has room.

    A Pod's row keeps what it was `allocated`, and in `resize` its conditions about that; a container's row what was
    `applied` to it.
    """

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def look(self, pod: Object) -> None:
        """Allocate what a Pod asks for by now, or say why not; then have it applied."""
        kubelet, uid = self._kubelet, pod["metadata"]["uid"]
        row = kubelet.pods[uid]
        wanted = asked(pod)
        if wanted == row["allocated"]:
            if PENDING in row.get("resize", {}):
                self._say(pod, PENDING, None)
            return
        refusal = self._refusal(pod, row)
        if refusal is not None:
            self._put_off(pod, *refusal)
            return
        kubelet.pods.put(uid, {**row, "allocated": wanted, "resize": {PROGRESS: ("", "")}})
        self._tell(pod, "Normal", "ResizeStarted", "started")
        kubelet.later(APPLY_TIME, "resizing.apply", uid)

    def _put_off(self, pod: Object, reason: str, message: str) -> None:
        uid = pod["metadata"]["uid"]
        if self._kubelet.pods[uid].get("resize", {}).get(PENDING) != (reason, message):
            self._say(pod, PENDING, (reason, message))
            self._tell(pod, "Warning", f"Resize{reason}", reason, message)
        if reason == DEFERRED:
            self._kubelet.later(RETRY, "resizing.retry", self._kubelet.pods[uid]["node"])

    def retry(self, node: str) -> None:
        """Something of a node has become free: Pods that wait for it are looked at again."""
        for uid, row in list(self._kubelet.pods.rows.items()):
            found = self._kubelet.known(uid) if row["node"] == node and PENDING in row.get("resize", {}) else None
            if found is not None:
                self._kubelet.wake(uid, found[0])

    def _refusal(self, pod: Object, row: Row) -> tuple[str, str] | None:
        """Why a Pod cannot have what it asks for: never, or not now."""
        kubelet = self._kubelet
        node = kubelet.client.get("nodes", "", row["node"])
        allocatable = at(node, "status", "allocatable", default={})
        asks, had = pod_requests(pod["spec"]), pod_requests(with_resources(pod, row["allocated"])["spec"])
        for resource in ("cpu", "memory"):
            more = asks.get(resource, 0)
            capacity = parse(allocatable.get(resource, "0"))
            room = capacity.milli() if resource == "cpu" else capacity.value()
            if more > room:
                text = f"Node didn't have enough capacity: {resource}, requested: {more}, capacity: {room}"
                return INFEASIBLE, text
            used = sum(self._allocated(other).get(resource, 0) for other in self._others(pod, row["node"]))
            if more > had.get(resource, 0) and used + more > room:
                text = (
                    f"Node didn't have enough resource: {resource}, requested: {more}, used: {used}, capacity: {room}"
                )
                return DEFERRED, text
        return None

    def _others(self, pod: Object, node: str) -> list[Object]:
        return [
            other for other in self._kubelet.client.indexed("pods", "unfinished/node", node)
            if other["metadata"]["uid"] != pod["metadata"]["uid"] and uid_of(other) in self._kubelet.pods
        ]  # fmt: skip

    def as_allocated(self, pod: Object) -> Object:
        """A Pod that runs here, with what it was given instead of what it asks for."""
        allocated = self._kubelet.pods[uid_of(pod)].get("allocated")
        return pod if allocated is None or allocated == asked(pod) else with_resources(pod, allocated)

    def _allocated(self, pod: Object) -> dict[str, int]:
        return pod_requests(self.as_allocated(pod)["spec"])

    # Applying.

    def apply(self, uid: str) -> None:
        """Give the containers what was allocated, in place or by starting them again."""
        found = self._kubelet.known(uid)
        if found is None or found[1]["stage"] != "running":
            return
        pod, row = found
        problem = self._too_small(pod, row)
        if problem is not None:
            if row["resize"].get(PROGRESS) != (ERROR, problem):
                self._say(pod, PROGRESS, (ERROR, problem))
                self._tell(pod, "Warning", "ResizeError", "error", problem)
                self._kubelet.report(pod)
            self._kubelet.later(10 * SECOND, "resizing.apply", uid)
            return
        whole = with_resources(pod, row["allocated"])
        for container in containers_of(whole):
            self._apply_to(pod, container)
        if all(self._is_applied(pod, container) for container in containers_of(whole)):
            self._say(pod, PROGRESS, None)
            self._tell(pod, "Normal", "ResizeCompleted", "completed")
            self.retry(row["node"])
        else:
            self._kubelet.later(APPLY_TIME, "resizing.apply", uid)
        self._kubelet.report(pod)

    def _apply_to(self, pod: Object, container: Object) -> None:
        kubelet = self._kubelet
        row = kubelet.row(pod, container)
        if row is None or row["state"] != RUNNING or row["applied"] == container.get("resources", {}):
            return
        if needs_restart(container, row["applied"]):
            if not row.get("renewed"):
                text = f"Container {container['name']} resize requires restart"
                kubelet.tell(pod, "Normal", "Killing", text, container)
                kubelet.put(pod, container, {**row, "renewed": True, "pause": 0})
                kubelet.termination.stop_container(pod, container)
            return
        kubelet.cluster.machines.cgroups.limit(row["machine"], kubelet.runtime.limits(pod, container))
        kubelet.put(pod, container, {**row, "applied": container.get("resources", {})})

    def _is_applied(self, pod: Object, container: Object) -> bool:
        row = self._kubelet.row(pod, container)
        return row is None or row["state"] != RUNNING or row["applied"] == container.get("resources", {})

    def _too_small(self, pod: Object, row: Row) -> str | None:
        """Memory is not taken from a container that uses it. Upstream: validateMemoryResizeAction"""
        cgroups, problems, total, limited = self._kubelet.cluster.machines.cgroups, [], 0, 0
        shrinks = False
        for container in containers_of(with_resources(pod, row["allocated"])):
            state = self._kubelet.row(pod, container)
            limit = value(at(container, "resources", "limits", "memory", default="0"))
            limited += limit
            if state is None or state["state"] != RUNNING or needs_restart(container, state["applied"]):
                continue
            used = cgroups.memory(state["machine"])
            total += used
            before = value(at(state["applied"], "limits", "memory", default="0"))
            shrinks = shrinks or 0 < limit < before
            if 0 < limit < min(before, used):
                name = container["name"]
                problems.append(
                    f'attempting to set container "{name}" memory limit ({limit}) below current usage ({used})'
                )
        every = all(at(one, "limits", "memory") for one in row["allocated"].values())
        if shrinks and every and limited < total:
            problems.insert(0, f"attempting to set pod memory limit ({limited}) below current usage ({total})")
        if not problems:
            return None
        text = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
        return f"cannot decrease memory limits: {text}"

    # Saying.

    def _say(self, pod: Object, kind: str, said: tuple[str, str] | None) -> None:
        uid = pod["metadata"]["uid"]
        row = self._kubelet.pods[uid]
        kept: dict[str, Any] = {known: text for known, text in row.get("resize", {}).items() if known != kind}
        self._kubelet.pods.put(uid, {**row, "resize": kept if said is None else {**kept, kind: said}})

    def _tell(self, pod: Object, kind: str, reason: str, what: str, error: str = "") -> None:
        containers = [
            {"name": one["name"], "resources": {field: at(one, "resources", field) for field in ("limits", "requests")
                                                if at(one, "resources", field)}}
            for one in pod["spec"]["containers"]
        ]  # fmt: skip
        about: Object = {"containers": containers, "generation": pod["metadata"].get("generation", 1)}
        if error:
            about["error"] = error
        self._kubelet.tell(pod, kind, reason, f"Pod resize {what}: {orjson.dumps(about).decode()}")


def containers_of(pod: Object) -> list[Object]:
    """The containers whose resources may change: the ordinary ones and the sidecars."""
    sidecars = [one for one in pod["spec"].get("initContainers") or () if one.get("restartPolicy") == "Always"]
    return [*sidecars, *pod["spec"]["containers"]]


def asked(pod: Object) -> Resources:
    return {container["name"]: container.get("resources", {}) for container in containers_of(pod)}


def with_resources(pod: Object, resources: Resources) -> Object:
    """A Pod as it would be with other resources."""
    spec = dict(pod["spec"])
    for field in ("containers", "initContainers"):
        if spec.get(field):
            spec[field] = [
                {**one, "resources": resources.get(one["name"], one.get("resources", {}))} for one in spec[field]
            ]
    return {**pod, "spec": spec}


def needs_restart(container: Object, applied: Object) -> bool:
    """Whether one of the resources that change is of those for which the container starts again."""
    policies = {one["resourceName"]: one["restartPolicy"] for one in container.get("resizePolicy") or ()}
    new = container.get("resources", {})
    return any(
        policies.get(resource) == "RestartContainer"
        for resource in ("cpu", "memory")
        if any(at(new, field, resource) != at(applied, field, resource) for field in ("limits", "requests"))
    )
