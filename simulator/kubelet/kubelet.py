"""The kubelets of a cluster: one sync per Pod that looks at what is and takes the next step. Upstream: pkg/kubelet"""

from typing import TYPE_CHECKING

from simulator.api.errors import APIError
from simulator.controllers.events import Recorder
from simulator.kernel.clock import MILLISECOND, MINUTE, SECOND
from simulator.kernel.component import Change, Component
from simulator.kernel.state import Table
from simulator.kubelet import statuses
from simulator.kubelet.cni import NOT_READY, PodNetworks
from simulator.kubelet.containers import Containers
from simulator.kubelet.daemons import Daemons
from simulator.kubelet.disk import Disk
from simulator.kubelet.driver import DiskDriver
from simulator.kubelet.eviction import Eviction
from simulator.kubelet.hooks import Hooks
from simulator.kubelet.imagegc import ImageGC
from simulator.kubelet.images import ImageStore
from simulator.kubelet.leaks import Leaks
from simulator.kubelet.lifecycle import Lifecycle
from simulator.kubelet.nodes import Nodes
from simulator.kubelet.outages import Outages
from simulator.kubelet.podcertificates import REQUESTS, PodCertificates
from simulator.kubelet.probes import Probes
from simulator.kubelet.records import WAITING, ContainerKey, Row
from simulator.kubelet.resizing import Resizing, asked
from simulator.kubelet.services import Services
from simulator.kubelet.static import MIRROR, StaticPods, uid_of
from simulator.kubelet.termination import Termination
from simulator.kubelet.volumes import NotAttached, Volumes, VolumesNotReady
from simulator.machinery.objects import Object

if TYPE_CHECKING:
    from simulator.cluster import Cluster

SYNC_DELAY = 2 * MILLISECOND
SANDBOX_TIME = 350 * MILLISECOND
"""About how long it takes until a Pod has its network and its volumes are mounted."""
NETWORK_RETRY = 5 * SECOND
VOLUME_RETRY = 2 * SECOND
ATTACH_TIMEOUT = 123 * SECOND
"""How long the kubelet waits for disks before it complains."""
RESYNC = 10 * SECOND
"""After how long (and up to half as much more) a Pod whose sync failed is synced again."""
DEADLINE = "Pod was active on the node longer than the specified deadline"


class Kubelet(Component):
    """Runs the Pods of every node."""

    name = "kubelet"
    process = ""
    watches = (
        "pods", "nodes", "configmaps", "secrets", "persistentvolumeclaims", "volumeattachments.storage.k8s.io",
        REQUESTS, *DiskDriver.watches,
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
        self.daemons = Daemons(self)
        self.outages = Outages(self)
        self.static = StaticPods(self)
        self.cni = PodNetworks(self)
        self.certificates = PodCertificates(self)
        self.volumes = Volumes(self)
        self.runtime = Containers(self)
        self.lifecycle = Lifecycle(self)
        self.probes = Probes(self)
        self.hooks = Hooks(self)
        self.termination = Termination(self)
        self.eviction = Eviction(self)
        self.leaks = Leaks(self)
        self.disk = Disk(self)
        self.image_gc = ImageGC(self)
        self.images.arrived = self._image_arrived
        self.driver = DiskDriver(self)
        self.resizing = Resizing(self)
        self._recorders: dict[str, Recorder] = {}
        for name in self.nodes.names():
            self.static.watch(name)
            self.cni.watch(name)

    def start(self) -> None:
        self.nodes.register(self.cluster.spec.nodes)
        for spec in self.cluster.spec.nodes:
            self.static.watch(spec.name)
            self.cni.watch(spec.name)
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
        elif change.resource == REQUESTS:
            self.certificates.observe(change)

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

    def _image_arrived(self, node: str, image: str) -> None:
        self.image_gc.arrived(node, image)
        self.disk.note(node)

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
                self.lifecycle.start_what_may(pod)
                self.look_again(pod)
            self.report(pod)
            self.finish_if_over(pod)

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
        self.certificates.track(pod)
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
        if self.cni.is_missing(row["node"]) and not pod["spec"].get("hostNetwork"):
            self.tell(pod, "Warning", "NetworkNotReady", f"network is not ready: {NOT_READY}")
            self.later(NETWORK_RETRY, "set_up", uid)
            return
        ip = self.nodes.address(row["node"]) if pod["spec"].get("hostNetwork") else self.cluster.network.join(pod)
        self.pods.put(uid, {**row, "stage": "running", "ip": ip, "lost": False})
        self.lifecycle.start_what_may(pod)
        self.look_again(pod)
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

    def look_again(self, pod: Object) -> None:
        """A Pod of which something waits is synced again a little later. Upstream: podWorkers.completeWork"""
        rows = self.rows(pod)
        if any(row["state"] == WAITING for row in rows.values()):
            delay = int(RESYNC * self.random.between("resync", 1.0, 1.5))
            self.wake(pod["metadata"]["uid"], pod, delay)

    def finish_if_over(self, pod: Object) -> None:
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
            held = self.containers[uid, name]
            self.runtime.remove(held)
            if held.get("image"):
                self.image_gc.let_go(row["node"], held["image"]["name"])
            self.containers.delete((uid, name))
        self.runtime.close_sandbox(uid)
        self.probes.forget(uid, names)
        self.pods.delete(uid)
        self.queued.delete(uid)
        self.images.forget(uid)
        self.volumes.forget(uid)
        self.certificates.forget(uid)
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

    def tell_control_plane(self, uid: str) -> None:
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
