"""What becomes of each container of a Pod: its image, its start, its end, and when it may start again.

Upstream: pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions, doBackOff), kuberuntime_container.go
"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import MILLISECOND, MINUTE, SECOND
from simulator.kubelet import records, statuses
from simulator.kubelet.containers import StartFailure
from simulator.kubelet.environment import environment
from simulator.kubelet.images import Pulling, Ready, Refused
from simulator.kubelet.records import (
    CREATING,
    PULLING,
    RUNNING,
    TERMINATED,
    WAITING,
    ConfigFailure,
    Row,
    container_of,
)
from simulator.kubelet.volumes import with_sub_paths
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

CREATE_TIME = 90 * MILLISECOND
PLEG_PERIOD = SECOND
"""How often the kubelet asks the container runtime what has changed."""
BACKOFF_FIRST = 10 * SECOND
BACKOFF_LONGEST = 5 * MINUTE
BACKOFF_RESET = 10 * MINUTE


class Lifecycle:
    """Takes containers from one state to the next."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def start_what_may(self, pod: Object) -> None:
        """Init containers one after another, then all the others. Upstream: computePodActions"""
        kubelet = self._kubelet
        spec = pod["spec"]
        for container in spec.get("initContainers") or ():
            row = kubelet.row(pod, container)
            if statuses.is_sidecar(container):
                self._keep_running(pod, container, row)
                row = kubelet.row(pod, container)
                if row is None or not row.get("started"):
                    return
            elif not (row is not None and row["state"] == TERMINATED and row["exit"] == 0):
                self._run_to_end(pod, container, row)
                return
        for container in spec["containers"]:
            self._keep_running(pod, container, kubelet.row(pod, container))
        for container in spec.get("ephemeralContainers") or ():
            row = kubelet.row(pod, container)
            if row is None or row["state"] == WAITING:
                self._begin(pod, container, row or records.new_container())

    def _keep_running(self, pod: Object, container: Object, row: Row | None) -> None:
        if row is None:
            self._begin(pod, container, records.new_container())
        elif row["state"] == TERMINATED and statuses.restarts(pod, container, row["exit"]):
            self._restart(pod, container, self._ended(pod, row))
        elif row["state"] == WAITING:
            self._try_again(pod, container, row)
        elif row["state"] == RUNNING and row.get("asked", container["image"]) != container["image"]:
            self._renew(pod, container, row)

    def _renew(self, pod: Object, container: Object, row: Row) -> None:
        """Stop a container whose image is another one by now; it starts again whatever the restart policy says.

        Upstream: containerChanged
        """
        text = f"Container {container['name']} definition changed, will be restarted"
        self._kubelet.tell(pod, "Normal", "Killing", text, container)
        self._kubelet.put(pod, container, {**row, "asked": container["image"], "renewed": True, "pause": 0})
        self._kubelet.termination.stop_container(pod, container)

    def _run_to_end(self, pod: Object, container: Object, row: Row | None) -> None:
        if row is None:
            self._begin(pod, container, records.new_container())
        elif row["state"] == TERMINATED and pod["spec"].get("restartPolicy", "Always") != "Never":
            self._restart(pod, container, self._ended(pod, row))
        elif row["state"] == WAITING:
            self._try_again(pod, container, row)

    @staticmethod
    def _ended(pod: Object, row: Row) -> Row:
        """A row whose end becomes the last state; until the container is back, its end is what is to be seen."""
        shown = statuses.states(row, statuses.default_reason(pod))
        return {**row, "last": records.terminated_state(row), "shown": shown}

    def _try_again(self, pod: Object, container: Object, row: Row) -> None:
        """A container that waits: for its image, for what its environment needs, or for the end of its back-off."""
        if row["reason"] in ("CrashLoopBackOff", "RunContainerError", "PostStartHookError"):
            self._restart(pod, container, row)
        else:
            self._begin(pod, container, row)

    def _restart(self, pod: Object, container: Object, row: Row) -> None:
        """Start again at once after the first end, later with growing pauses. Upstream: doBackOff"""
        pause = row.get("pause", 0)
        if pause and row["ended"] - (row.get("began") or row["ended"]) >= BACKOFF_RESET:
            pause = 0
        until = row["ended"] + pause
        if self._kubelet.clock.now < until:
            metadata = pod["metadata"]
            whole = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
            text = f"Back-off restarting failed container {container['name']} in pod {whole}"
            self._kubelet.tell(pod, "Warning", "BackOff", text, container)
            message = f"back-off {minutes(pause)} restarting failed container={container['name']} pod={whole}"
            self._kubelet.put(pod, container, records.waiting(row, "CrashLoopBackOff", message, until=until))
            return
        pause = min(pause * 2, BACKOFF_LONGEST) if pause else BACKOFF_FIRST
        self._begin(pod, container, {**row, "pause": pause}, again=True)

    def _begin(self, pod: Object, container: Object, row: Row, *, again: bool = False) -> None:
        """See to the image, then create and start the container; `again` after it has ended."""
        kubelet = self._kubelet
        if row["state"] in (WAITING, TERMINATED) and row["shown"] is None:
            row = {**row, "shown": statuses.states(row, statuses.default_reason(pod))}
        if again:
            row = {**row, "restarts": row["restarts"] + 1}
        answer = kubelet.images.ask(pod["spec"]["nodeName"], pod, container)
        if isinstance(answer, Pulling):
            kubelet.tell(pod, "Normal", "Pulling", f'Pulling image "{container["image"]}"', container)
            kubelet.put(pod, container, {**row, "state": PULLING, "until": None})
            uid = pod["metadata"]["uid"]
            whole = answer.duration + answer.waiting
            kubelet.later(whole, "lifecycle.pulled", uid, container["name"], answer.duration, answer.waiting)
            return
        self._with_image(pod, container, row, answer)

    def _in_state(self, state: str, uid: str, name: str) -> tuple[Object, Row, Object, Row] | None:
        """The Pod, what is known of it, the container and its row, if that is still what its timer was set for."""
        kubelet = self._kubelet
        found = kubelet.known(uid)
        if found is None or found[1]["stage"] != "running" or not kubelet.is_able(found[1]["node"]):
            return None
        container, row = container_of(found[0], name), kubelet.containers.get((uid, name))
        return (*found, container, row) if container is not None and row is not None and row["state"] == state else None

    def pulled(self, uid: str, name: str, duration: int, waited: int) -> None:
        """A pull has ended, one way or the other."""
        kubelet, found = self._kubelet, self._in_state(PULLING, uid, name)
        if found is None:
            return
        pod, _, container, row = found
        answer = kubelet.images.finish(pod["spec"]["nodeName"], pod, container, duration, waited)
        self._with_image(pod, container, row, answer)
        kubelet.look_again(pod)
        kubelet.report(pod)

    def _with_image(self, pod: Object, container: Object, row: Row, answer: Ready | Refused) -> None:
        kubelet = self._kubelet
        if isinstance(answer, Refused):
            if answer.event is not None:
                kubelet.tell(pod, *answer.event, container)
            words = answer.message if answer.reason == "InvalidImageName" else answer.reason
            kubelet.tell(pod, "Warning", "Failed", f"Error: {words}", container)
            first = answer.reason == "ErrImagePull" and row["reason"] != "ImagePullBackOff"
            kubelet.put(pod, container, records.waiting(row, answer.reason, answer.message, until=answer.until))
            if first:
                kubelet.wake(pod["metadata"]["uid"], pod, PLEG_PERIOD)
            return
        kubelet.tell(pod, "Normal", "Pulled", answer.message, container)
        image = {"name": answer.image.name, "id": answer.image.reference, "user": answer.image.user_status()}
        kubelet.put(pod, container, {**row, "state": CREATING, "image": image})
        delay = int(CREATE_TIME * kubelet.random.between("create", 0.6, 1.5))
        kubelet.later(delay, "lifecycle.create", pod["metadata"]["uid"], container["name"])

    def create(self, uid: str, name: str) -> None:
        """Create and start a container whose image is there."""
        kubelet, found = self._kubelet, self._in_state(CREATING, uid, name)
        if found is None:
            return
        pod, known, container, row = found
        try:
            env = environment(kubelet.client, pod, container, known["ip"], kubelet.nodes.address(known["node"]))
            kubelet.runtime.verify_user(pod, container)
            container = with_sub_paths(container, env)
        except ConfigFailure as failure:
            kubelet.tell(pod, "Warning", "Failed", f"Error: {failure}", container)
            kubelet.put(pod, container, records.waiting(row, "CreateContainerConfigError", str(failure)))
        else:
            self._start(pod, container, row, env)
        kubelet.look_again(pod)
        kubelet.report(pod)

    def _start(self, pod: Object, container: Object, row: Row, env: dict[str, str]) -> None:
        kubelet = self._kubelet
        identity = kubelet.random.hex("containerID", 32) + kubelet.random.hex("containerID", 32)
        kubelet.tell(pod, "Normal", "Created", "Container created", container)
        try:
            machine = kubelet.runtime.start(pod, container, identity, row["restarts"], env)
        except StartFailure as failure:
            self._not_started(pod, container, {**row, "id": identity, "began": None}, failure)
            return
        kubelet.tell(pod, "Normal", "Started", "Container started", container)
        row = records.running(row, machine=machine, identity=identity, image=row["image"], now=kubelet.clock.now)
        row |= {"asked": container["image"], "renewed": False, "hook_failure": ""}
        name, allocated = container["name"], kubelet.pods[pod["metadata"]["uid"]]["allocated"]
        row["applied"] = allocated.get(name, container.get("resources", {}))
        row["hooked"] = at(container, "lifecycle", "postStart") is not None
        kubelet.put(pod, container, row)
        kubelet.leaks.began(pod, name, machine)
        kubelet.hooks.post_start(pod, container, row)
        kubelet.wake(pod["metadata"]["uid"], pod)
        kubelet.tell_control_plane(pod["metadata"]["uid"])

    def _not_started(self, pod: Object, container: Object, row: Row, failure: StartFailure) -> None:
        """The program could not be run: RunContainerError, then the same back-off as for one that ended."""
        kubelet = self._kubelet
        kubelet.tell(pod, "Warning", "Failed", f"Error: {failure}", container)
        machine = kubelet.runtime.machine_of(pod, container["name"], row["restarts"])
        ended = records.terminated(
            {**row, "machine": machine},
            code=failure.code,
            reason="StartError",
            now=kubelet.clock.now,
            message=str(failure),
        )
        if statuses.restarts(pod, container, ended["exit"]):
            waiting = records.waiting(ended, "RunContainerError", str(failure))
            ended = {**waiting, "last": records.terminated_state(ended)}
        kubelet.put(pod, container, ended)
        kubelet.wake(pod["metadata"]["uid"], pod, PLEG_PERIOD)

    def exited(self, machine: str, code: int) -> None:
        """A container's first process has ended."""
        kubelet = self._kubelet
        uid, name = kubelet.uid_of(machine), machine.split("/")[-2]
        row = kubelet.containers.get((uid, name))
        found = kubelet.known(uid)
        if row is None or row.get("machine") != machine or row["state"] != RUNNING:
            return
        pod_row = kubelet.pods.get(uid)
        if pod_row is not None and not kubelet.is_able(pod_row["node"]):
            return  # nobody sees it now; who is back will find it
        kubelet.tell_control_plane(uid)
        reason = "Completed" if code == 0 else kubelet.runtime.reason_of_end(machine)
        container = container_of(found[0], name) if found is not None else None
        message = kubelet.runtime.termination_message(row, container, code) if container is not None else ""
        row = records.terminated(row, code=code, reason=reason, now=kubelet.clock.now, message=message)
        failure = row.get("hook_failure")
        if failure:
            row["hooked"] = False
            if found is not None and container is not None and statuses.restarts(found[0], container, row["exit"]):
                row = {
                    **records.waiting(row, "PostStartHookError", failure),
                    "last": records.terminated_state(row),
                }
        kubelet.containers.put((uid, name), row)
        if found is None:
            return
        pod, pod_row = found
        if pod_row["stage"] == "terminating":
            kubelet.termination.container_ended(pod)
            return
        if pod_row["stage"] == "failing":
            kubelet.termination.container_of_failed_ended(pod)
            return
        if row.get("renewed") and container is not None:
            self._restart(pod, container, self._ended(pod, row))
        kubelet.report(pod)
        kubelet.finish_if_over(pod)
        kubelet.wake(uid, pod, int(PLEG_PERIOD * kubelet.random.between("pleg", 0.1, 1.0)))


def minutes(duration: int) -> str:
    """A back-off as Go prints it: `10s`, `1m20s`, `5m0s`."""
    whole = duration // SECOND
    return f"{whole // 60}m{whole % 60}s" if whole >= 60 else f"{whole}s"
