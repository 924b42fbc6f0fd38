"""The kubelets of a cluster: one sync per Pod that looks at what is and takes the next step. Upstream: pkg/kubelet"""

from typing import TYPE_CHECKING

from simulator.api.errors import APIError
from simulator.controllers.events import Recorder
from simulator.kernel.clock import MILLISECOND, MINUTE, SECOND
from simulator.kernel.component import Change, Component
from simulator.kernel.state import Table
from simulator.kubelet import records, statuses
from simulator.kubelet.containers import Containers, StartFailure
from simulator.kubelet.disk import Disk
from simulator.kubelet.driver import DiskDriver
from simulator.kubelet.environment import environment
from simulator.kubelet.eviction import Eviction
from simulator.kubelet.hooks import Hooks
from simulator.kubelet.images import ImageStore, Pulling, Ready, Refused
from simulator.kubelet.nodes import Nodes
from simulator.kubelet.outages import Outages
from simulator.kubelet.probes import Probes
from simulator.kubelet.records import (
    CREATING,
    PULLING,
    RUNNING,
    TERMINATED,
    WAITING,
    ConfigFailure,
    ContainerKey,
    Row,
    container_of,
)
from simulator.kubelet.resizing import Resizing, asked
from simulator.kubelet.services import Services
from simulator.kubelet.static import MIRROR, StaticPods, uid_of
from simulator.kubelet.termination import Termination
from simulator.kubelet.volumes import NotAttached, Volumes, VolumesNotReady, with_sub_paths
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.cluster import Cluster

SYNC_DELAY = 2 * MILLISECOND
SANDBOX_TIME = 350 * MILLISECOND
"""About how long it takes until a Pod has its network and its volumes are mounted."""
CREATE_TIME = 90 * MILLISECOND
VOLUME_RETRY = 2 * SECOND
ATTACH_TIMEOUT = 123 * SECOND
"""How long the kubelet waits for disks before it complains."""
RESYNC = 10 * SECOND
"""After how long (and up to half as much more) a Pod whose sync failed is synced again."""
PLEG_PERIOD = SECOND
"""How often the kubelet asks the container runtime what has changed."""
BACKOFF_FIRST = 10 * SECOND
BACKOFF_LONGEST = 5 * MINUTE
BACKOFF_RESET = 10 * MINUTE
DEADLINE = "Pod was active on the node longer than the specified deadline"


class Kubelet(Component):
    """Runs the Pods of every node."""

    name = "kubelet"
    process = ""
    watches = (
        "pods", "nodes", "configmaps", "secrets", "persistentvolumeclaims", "volumeattachments.storage.k8s.io",
        *DiskDriver.watches,
    )  # fmt: skip

    def __init__(self, cluster: "Cluster") -> None:
        super().__init__(cluster.kernel)
        self.cluster = cluster
        self.client = cluster.client("kubelet")
        self.pods: Table[str, Row] = self.table("pods")
        """uid → what the kubelet knows of the Pod as a whole."""
        self.containers: Table[ContainerKey, Row] = self.table("containers")
        self.queued: Table[str, int] = self.table("queued")
        self.images = ImageStore(self, self.client)
        self.nodes = Nodes(self)
        self.services = Services(self)
        self.outages = Outages(self)
        self.static = StaticPods(self)
        self.volumes = Volumes(self)
        self.runtime = Containers(self)
        self.probes = Probes(self)
        self.hooks = Hooks(self)
        self.termination = Termination(self)
        self.eviction = Eviction(self)
        self.disk = Disk(self)
        self.driver = DiskDriver(self)
        self.resizing = Resizing(self)
        self._recorders: dict[str, Recorder] = {}
        for name in self.nodes.names():
            self.static.watch(name)

    def start(self) -> None:
        self.nodes.register(self.cluster.spec.nodes)
        for spec in self.cluster.spec.nodes:
            self.static.watch(spec.name)
            self.static.read(spec.name)

    # What it is told.

    def observe(self, change: Change) -> None:
        if change.resource == "pods":
            pod = change.object
            if not pod["spec"].get("nodeName"):
                return
            if MIRROR in (pod["metadata"].get("annotations") or ()):
                if change.type == "DELETED" or "deletionTimestamp" in pod["metadata"]:
                    self.static.mirror_changed(pod)
            elif change.type == "DELETED":
                if pod["metadata"]["uid"] in self.pods:
                    self.later(0, "forget", pod["metadata"]["uid"])
            elif change.old is None or self._concerns(change.old, pod):
                self.wake(pod["metadata"]["uid"], pod)
            elif any(change.old["metadata"].get(key) != pod["metadata"].get(key) for key in ("labels", "annotations")):
                self.volumes.pod_changed(pod)
        elif change.resource in self.driver.watches:
            self.driver.observe(change)
        elif change.resource == "volumeattachments.storage.k8s.io":
            self.volumes.attachment_changed(change)
        elif change.resource == "persistentvolumeclaims":
            self.volumes.claim_changed(change)
        elif change.resource in ("configmaps", "secrets"):
            self.volumes.source_changed(change)

    @staticmethod
    def _concerns(old: Object, pod: Object) -> bool:
        """Whether a change of a Pod is one that its kubelet acts on; what it wrote itself is not."""
        return bool(
            (old["spec"] is not pod["spec"] and old["spec"] != pod["spec"])
            or old["metadata"].get("deletionTimestamp") != pod["metadata"].get("deletionTimestamp")
            or old["metadata"].get("deletionGracePeriodSeconds") != pod["metadata"].get("deletionGracePeriodSeconds")
        )

    def wake(self, uid: str, pod: Object, delay: int = SYNC_DELAY) -> None:
        """Have a Pod synced soon; a Pod that is to be synced sooner already is left alone."""
        due = self.clock.now + delay
        planned = self.queued.get(uid)
        if planned is not None and self.clock.now <= planned <= due:
            return
        self.queued.put(uid, due)
        metadata = pod["metadata"]
        self.later(delay, "sync", uid, metadata["namespace"], metadata["name"], due)

    def recorder(self, node: str) -> Recorder:
        recorder = self._recorders.get(node)
        if recorder is None:
            recorder = self._recorders[node] = Recorder(self.client, self.kernel, "kubelet", node)
        return recorder

    def tell(self, pod: Object, kind: str, reason: str, message: str, container: Object | None = None) -> None:
        """Write an Event about a Pod, or about one of its containers."""
        path = ""
        if container is not None:
            inits = pod["spec"].get("initContainers") or ()
            field = "initContainers" if any(c["name"] == container["name"] for c in inits) else "containers"
            path = f"spec.{field}{{{container['name']}}}"
        node = pod["spec"]["nodeName"]
        if self.nodes.is_connected(node):
            self.recorder(node).event(pod, kind, reason, message, field_path=path)

    def tell_node(self, node: Object, reason: str, message: str, *, kind: str = "Normal") -> None:
        """Write an Event about a node."""
        about = {**node, "metadata": {**node["metadata"], "uid": node["metadata"]["name"]}}
        self.recorder(node["metadata"]["name"]).event(about, kind, reason, message)

    # A Pod's sync.

    def sync(self, uid: str, namespace: str, name: str, due: int) -> None:
        """Look at one Pod and take the next step."""
        if self.queued.get(uid) != due:
            return  # another sync took its place
        self.queued.delete(uid)
        pod = self.find(uid, namespace, name)
        if pod is None:
            return
        node = self.nodes.row(pod["spec"]["nodeName"])
        if not node["up"] or node["runtime"] is not None:
            return  # a kubelet that is down syncs when it is back, and one without a runtime cannot
        row = self.pods.get(uid)
        if node["cut"] and uid not in self.static.pods:
            if row is None:
                return  # it has not heard of this Pod
        elif pod["metadata"].get("deletionTimestamp"):
            self.termination.begin(pod)
            return
        if row is None:
            if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed"):
                self._admit(pod)
            return
        if self._past_deadline(pod, row):
            self.tell(pod, "Normal", "DeadlineExceeded", DEADLINE)
            grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
            self.termination.fail(pod, "DeadlineExceeded", DEADLINE, grace=grace)
            return
        if row["stage"] in ("setup", "running"):
            self.resizing.look(pod)
        if row["stage"] == "running" and not self._is_busy(pod):
            if not self._is_over(pod):
                self._start_what_may(pod)
                self._look_again(pod)
            self.report(pod)
            self._finish_if_over(pod)

    def _past_deadline(self, pod: Object, row: Row) -> bool:
        """Whether a Pod has been active for as long as it may; a look is planned for that moment."""
        limit = pod["spec"].get("activeDeadlineSeconds")
        if limit is None or row["stage"] not in ("setup", "running"):
            return False
        left = int(row["began"] + limit * SECOND - self.clock.now)
        if left > 0 and row.get("deadline_seen") != limit:
            self.pods.put(pod["metadata"]["uid"], {**row, "deadline_seen": limit})
            self.later(left, "deadline", pod["metadata"]["uid"])
        return left <= 0

    def deadline(self, uid: str) -> None:
        """A Pod may have been active for as long as it may."""
        found = self.known(uid)
        if found is not None:
            self.wake(uid, found[0], 0)

    def _admit(self, pod: Object) -> None:
        """A new Pod: make sure that it fits, then give it its sandbox."""
        uid = pod["metadata"]["uid"]
        refusal = None if uid in self.static.pods else self.nodes.refusal(pod)
        if refusal is not None:
            reason, message = refusal
            self.tell(pod, "Warning", reason, message)
            status = {"phase": "Failed", "reason": reason, "message": f"Pod was rejected: {message}"}
            self.client.update_status("pods", pod, **status)
            return
        row: Row = {
            "stage": "setup",
            "namespace": pod["metadata"]["namespace"],
            "name": pod["metadata"]["name"],
            "node": pod["spec"]["nodeName"],
            "began": self.clock.now,
            "ip": "",
            "allocated": asked(pod),
        }
        self.pods.put(uid, row)
        self.report(pod)
        self._past_deadline(pod, row)
        delay = int(SANDBOX_TIME * self.random.between("sandbox", 0.6, 1.6))
        self.later(delay, "set_up", uid)

    def set_up(self, uid: str) -> None:
        """Mount what the Pod wants mounted and give it its network; try again while something is missing."""
        found = self.known(uid)
        if found is None:
            return
        pod, row = found
        if row["stage"] != "setup" or not self.is_able(row["node"]):
            return
        if row.get("lost"):
            text = "Pod sandbox changed, it will be killed and re-created."
            self.tell(pod, "Normal", "SandboxChanged", text)
        try:
            self.volumes.mount(pod)
        except NotAttached as problem:
            self._await_disks(pod, row, problem.names)
            return
        except VolumesNotReady as problem:
            for message in problem.messages:
                self.tell(pod, "Warning", "FailedMount", message)
            tries = row.get("tries", 0)
            self.pods.put(uid, {**row, "tries": tries + 1})
            self.later(min(VOLUME_RETRY * 2**tries // 2, 2 * MINUTE) + SECOND // 2, "set_up", uid)
            return
        ip = self.nodes.address(row["node"]) if pod["spec"].get("hostNetwork") else self.cluster.network.join(pod)
        self.pods.put(uid, {**row, "stage": "running", "ip": ip, "lost": False})
        self._start_what_may(pod)
        self._look_again(pod)
        self.report(pod)

    def _await_disks(self, pod: Object, row: Row, names: list[str]) -> None:
        """Go on when the disks have come; say every two minutes that they have not. Upstream: WaitForAttachAndMount"""
        since, now = row.get("waiting_since", self.clock.now), self.clock.now
        if now - since >= ATTACH_TIMEOUT:
            listed = f"unmounted volumes=[{' '.join(names)}], unattached volumes=[{' '.join(names)}]"
            text = (
                f"Unable to attach or mount volumes: {listed}, failed to process volumes=[]: context deadline exceeded"
            )
            self.tell(pod, "Warning", "FailedMount", text)
            since = now
        if "waiting_since" not in row or since == now:
            self.later(ATTACH_TIMEOUT, "set_up", pod["metadata"]["uid"])
        self.pods.put(pod["metadata"]["uid"], {**row, "waiting_since": since})

    def _start_what_may(self, pod: Object) -> None:
        """Init containers one after another, then all the others. Upstream: computePodActions"""
        spec = pod["spec"]
        for container in spec.get("initContainers") or ():
            row = self.row(pod, container)
            if statuses.is_sidecar(container):
                self._keep_running(pod, container, row)
                row = self.row(pod, container)
                if row is None or not row.get("started"):
                    return
            elif not (row is not None and row["state"] == TERMINATED and row["exit"] == 0):
                self._run_to_end(pod, container, row)
                return
        for container in spec["containers"]:
            self._keep_running(pod, container, self.row(pod, container))
        for container in spec.get("ephemeralContainers") or ():
            row = self.row(pod, container)
            if row is None or row["state"] == WAITING:
                self._begin(pod, container, row or records.new_container())

    def _keep_running(self, pod: Object, container: Object, row: Row | None) -> None:
        if row is None:
            self._begin(pod, container, records.new_container())
        elif row["state"] == TERMINATED and self._restarts(pod, container, row):
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
        self.tell(pod, "Normal", "Killing", text, container)
        self.put(pod, container, {**row, "asked": container["image"], "renewed": True, "pause": 0})
        self.termination.stop_container(pod, container)

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

    @staticmethod
    def _restarts(pod: Object, container: Object, row: Row) -> bool:
        return statuses.restarts(pod, container, row["exit"])

    def _restart(self, pod: Object, container: Object, row: Row) -> None:
        """Start again at once after the first end, later with growing pauses. Upstream: doBackOff"""
        pause = row.get("pause", 0)
        if pause and row["ended"] - (row.get("began") or row["ended"]) >= BACKOFF_RESET:
            pause = 0
        until = row["ended"] + pause
        if self.clock.now < until:
            metadata = pod["metadata"]
            whole = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
            text = f"Back-off restarting failed container {container['name']} in pod {whole}"
            self.tell(pod, "Warning", "BackOff", text, container)
            message = f"back-off {minutes(pause)} restarting failed container={container['name']} pod={whole}"
            self.put(pod, container, records.waiting(row, "CrashLoopBackOff", message, until=until))
            return
        pause = min(pause * 2, BACKOFF_LONGEST) if pause else BACKOFF_FIRST
        self._begin(pod, container, {**row, "pause": pause}, again=True)

    def _begin(self, pod: Object, container: Object, row: Row, *, again: bool = False) -> None:
        """See to the image, then create and start the container; `again` after it has ended."""
        if row["state"] in (WAITING, TERMINATED) and row["shown"] is None:
            row = {**row, "shown": statuses.states(row, statuses.default_reason(pod))}
        if again:
            row = {**row, "restarts": row["restarts"] + 1}
        answer = self.images.ask(pod["spec"]["nodeName"], pod, container)
        if isinstance(answer, Pulling):
            self.tell(pod, "Normal", "Pulling", f'Pulling image "{container["image"]}"', container)
            self.put(pod, container, {**row, "state": PULLING, "until": None})
            uid = pod["metadata"]["uid"]
            whole = answer.duration + answer.waiting
            self.later(whole, "pulled", uid, container["name"], answer.duration, answer.waiting)
            return
        self._with_image(pod, container, row, answer)

    def pulled(self, uid: str, name: str, duration: int, waited: int) -> None:
        """A pull has ended, one way or the other."""
        found = self.known(uid)
        if found is None or found[1]["stage"] != "running" or not self.is_able(found[1]["node"]):
            return
        pod = found[0]
        container = container_of(pod, name)
        row = self.containers.get((uid, name))
        if container is None or row is None or row["state"] != PULLING:
            return
        answer = self.images.finish(pod["spec"]["nodeName"], pod, container, duration, waited)
        self._with_image(pod, container, row, answer)
        self._look_again(pod)
        self.report(pod)

    def _with_image(self, pod: Object, container: Object, row: Row, answer: Ready | Refused) -> None:
        if isinstance(answer, Refused):
            if answer.event is not None:
                self.tell(pod, *answer.event, container)
            words = answer.message if answer.reason == "InvalidImageName" else answer.reason
            self.tell(pod, "Warning", "Failed", f"Error: {words}", container)
            first = answer.reason == "ErrImagePull" and row["reason"] != "ImagePullBackOff"
            self.put(pod, container, records.waiting(row, answer.reason, answer.message, until=answer.until))
            if first:
                self.wake(pod["metadata"]["uid"], pod, PLEG_PERIOD)
            return
        self.tell(pod, "Normal", "Pulled", answer.message, container)
        image = {"name": answer.image.name, "id": answer.image.reference, "user": answer.image.user_status()}
        self.put(pod, container, {**row, "state": CREATING, "image": image})
        delay = int(CREATE_TIME * self.random.between("create", 0.6, 1.5))
        self.later(delay, "create", pod["metadata"]["uid"], container["name"])

    def create(self, uid: str, name: str) -> None:
        """Create and start a container whose image is there."""
        found = self.known(uid)
        if found is None or found[1]["stage"] != "running" or not self.is_able(found[1]["node"]):
            return
        pod = found[0]
        container = container_of(pod, name)
        row = self.containers.get((uid, name))
        if container is None or row is None or row["state"] != CREATING:
            return
        try:
            env = environment(self.client, pod, container, found[1]["ip"], self.nodes.address(found[1]["node"]))
            self.runtime.verify_user(pod, container)
            container = with_sub_paths(container, env)
        except ConfigFailure as failure:
            self.tell(pod, "Warning", "Failed", f"Error: {failure}", container)
            self.put(pod, container, records.waiting(row, "CreateContainerConfigError", str(failure)))
        else:
            self._start(pod, container, row, env)
        self._look_again(pod)
        self.report(pod)

    def _start(self, pod: Object, container: Object, row: Row, env: dict[str, str]) -> None:
        identity = self.random.hex("containerID", 32) + self.random.hex("containerID", 32)
        self.tell(pod, "Normal", "Created", "Container created", container)
        try:
            machine = self.runtime.start(pod, container, identity, row["restarts"], env)
        except StartFailure as failure:
            self._not_started(pod, container, {**row, "id": identity, "began": None}, failure)
            return
        self.tell(pod, "Normal", "Started", "Container started", container)
        row = records.running(row, machine=machine, identity=identity, image=row["image"], now=self.clock.now)
        row |= {"asked": container["image"], "renewed": False, "hook_failure": ""}
        name, allocated = container["name"], self.pods[pod["metadata"]["uid"]]["allocated"]
        row["applied"] = allocated.get(name, container.get("resources", {}))
        row["hooked"] = at(container, "lifecycle", "postStart") is not None
        self.put(pod, container, row)
        self.hooks.post_start(pod, container, row)
        self.wake(pod["metadata"]["uid"], pod)
        self._tell_control_plane(pod["metadata"]["uid"])

    def _not_started(self, pod: Object, container: Object, row: Row, failure: StartFailure) -> None:
        """The program could not be run: RunContainerError, then the same back-off as for one that ended."""
        self.tell(pod, "Warning", "Failed", f"Error: {failure}", container)
        machine = self.runtime.machine_of(pod, container["name"], row["restarts"])
        ended = records.terminated(
            {**row, "machine": machine},
            code=failure.code,
            reason="StartError",
            now=self.clock.now,
            message=str(failure),
        )
        if self._restarts(pod, container, ended):
            waiting = records.waiting(ended, "RunContainerError", str(failure))
            ended = {**waiting, "last": records.terminated_state(ended)}
        self.put(pod, container, ended)
        self.wake(pod["metadata"]["uid"], pod, PLEG_PERIOD)

    def _look_again(self, pod: Object) -> None:
        """A Pod of which something waits is synced again a little later. Upstream: podWorkers.completeWork"""
        rows = self.rows(pod)
        if any(row["state"] == WAITING for row in rows.values()):
            delay = int(RESYNC * self.random.between("resync", 1.0, 1.5))
            self.wake(pod["metadata"]["uid"], pod, delay)

    def container_exited(self, machine: str, code: int) -> None:
        """A container's first process has ended."""
        uid, name = self.uid_of(machine), machine.split("/")[-2]
        row = self.containers.get((uid, name))
        found = self.known(uid)
        if row is None or row.get("machine") != machine or row["state"] != RUNNING:
            return
        pod_row = self.pods.get(uid)
        if pod_row is not None and not self.is_able(pod_row["node"]):
            return  # nobody sees it now; who is back will find it
        self._tell_control_plane(uid)
        reason = "Completed" if code == 0 else self.runtime.reason_of_end(machine)
        container = container_of(found[0], name) if found is not None else None
        message = self.runtime.termination_message(row, container, code) if container is not None else ""
        row = records.terminated(row, code=code, reason=reason, now=self.clock.now, message=message)
        failure = row.get("hook_failure")
        if failure:
            row["hooked"] = False
            if found is not None and container is not None and self._restarts(found[0], container, row):
                row = {
                    **records.waiting(row, "PostStartHookError", failure),
                    "last": records.terminated_state(row),
                }
        self.containers.put((uid, name), row)
        if found is None:
            return
        pod, pod_row = found
        if pod_row["stage"] == "terminating":
            self.termination.container_ended(pod)
            return
        if pod_row["stage"] == "failing":
            self.termination.container_of_failed_ended(pod)
            return
        if row.get("renewed") and container is not None:
            self._restart(pod, container, self._ended(pod, row))
        self.report(pod)
        self._finish_if_over(pod)
        self.wake(uid, pod, int(PLEG_PERIOD * self.random.between("pleg", 0.1, 1.0)))

    def _finish_if_over(self, pod: Object) -> None:
        """A Pod that ran to its end stops its sidecars, one after another, and gives back its network."""
        uid = pod["metadata"]["uid"]
        current = self.find(uid, pod["metadata"]["namespace"], pod["metadata"]["name"])
        if current is None or not self._is_over(current) or self.termination.end_of_life(current):
            return
        row = self.pods.get(uid)
        if row is not None and row["stage"] != "over":
            self.pods.put(uid, {**row, "stage": "over", "stopped": True})
            self.report(current)

    def _is_over(self, pod: Object) -> bool:
        """Whether all that a Pod is there for has ended; its sidecars may still run."""
        return statuses.phase(pod, self.rows(pod)) in statuses.OVER

    def forget(self, uid: str) -> None:
        """The Pod is gone from the API: nothing of it stays, once its kubelet hears of that."""
        row = self.pods.get(uid)
        if row is None or not self.nodes.is_connected(row["node"]):
            return
        self.clear(uid, row)

    def clear(self, uid: str, row: Row) -> None:
        """Take away what is left of a Pod on its node."""
        names = [name for where, name in self.containers if where == uid]
        for name in names:
            self.runtime.remove(self.containers[uid, name])
            self.containers.delete((uid, name))
        self.probes.forget(uid, names)
        self.pods.delete(uid)
        self.queued.delete(uid)
        self.images.forget(uid)
        self.volumes.forget(uid)
        self.resizing.retry(row["node"])
        if row["ip"]:
            self.cluster.network.leave(row["ip"], uid)

    # What its parts share.

    def uid_of(self, machine: str) -> str:
        """The Pod of a container's machine."""
        return machine.removeprefix(f"{self.kernel.scope}pod/").split("/")[0]

    def known(self, uid: str) -> tuple[Object, Row] | None:
        """A Pod as the API has it and as the kubelet knows it, if both do."""
        row = self.pods.get(uid)
        if row is None:
            return None
        pod = self.find(uid, row["namespace"], row["name"])
        return None if pod is None else (pod, row)

    def find(self, uid: str, namespace: str, name: str) -> Object | None:
        """A Pod as its file has it, or as the API does."""
        static = self.static.pods.rows.get(uid)
        if static is not None:
            return static
        pod = self.client.get("pods", namespace, name)
        return pod if pod is not None and pod["metadata"]["uid"] == uid else None

    def is_able(self, node: str) -> bool:
        """Whether a node's kubelet runs and has a container runtime to work with."""
        row = self.nodes.row(node)
        return bool(row["up"]) and row["runtime"] is None

    def _tell_control_plane(self, uid: str) -> None:
        """Programs of the control plane are containers of static Pods: when one begins or ends, much may change."""
        if uid in self.static.pods.rows and self.cluster.control_plane is not None:
            self.cluster.control_plane.note()

    def row(self, pod: Object, container: Object) -> Row | None:
        return self.containers.get((uid_of(pod), container["name"]))

    def rows(self, pod: Object) -> dict[str, Row]:
        """The rows of a Pod's containers by name."""
        uid, spec = uid_of(pod), pod["spec"]
        found = {}
        for field in ("initContainers", "containers", "ephemeralContainers"):
            for container in spec.get(field) or ():
                row = self.containers.get((uid, container["name"]))
                if row is not None:
                    found[container["name"]] = row
        return found

    def put(self, pod: Object, container: Object, row: Row) -> None:
        self.containers.put((uid_of(pod), container["name"]), row)

    def _is_busy(self, pod: Object) -> bool:
        """Whether a postStart hook runs: until it has ended, a Pod is neither synced nor reported."""
        return any(row.get("hooked") for row in self.rows(pod).values())

    def report(self, pod: Object) -> None:
        """Write a Pod's status if it has changed."""
        metadata = pod["metadata"]
        uid = metadata["uid"]
        current = self.find(uid, metadata["namespace"], metadata["name"])
        row = self.pods.get(uid)
        if current is None or row is None:
            return
        is_static = uid in self.static.pods.rows
        if not is_static and not self.nodes.is_connected(row["node"]):
            return  # it is reported when an API server answers again
        if row["stage"] == "running" and self._is_busy(current):
            return
        node = {"ip": self.nodes.address(row["node"])}
        status = statuses.pod_status(current, self.rows(current), row, node, self.clock.now)
        if status == current.get("status"):
            return
        if is_static:
            self.static.reported(current, status)
            return
        try:
            self.client.update("pods", {**current, "status": status})
        except APIError:
            return


def minutes(duration: int) -> str:
    """A back-off as Go prints it: `10s`, `1m20s`, `5m0s`."""
    whole = duration // SECOND
    return f"{whole // 60}m{whole % 60}s" if whole >= 60 else f"{whole}s"
