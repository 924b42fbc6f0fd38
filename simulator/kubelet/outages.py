"""What can befall a node and its services, and what the kubelet finds when it is back.

Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go, systemd(1)
"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.kubelet import records
from simulator.kubelet.eviction import CRITICAL, lasting
from simulator.kubelet.records import PULLING, RUNNING, TERMINATED, WAITING, Row
from simulator.kubelet.static import uid_of
from simulator.runtime.nodes import file

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

LOST = 255
"""The exit code of a container whose end nobody saw."""
FILLER = "/var/log/debug.log"
FILLED = 82
"""Gibibytes that leave too little of the disk."""
SHUTDOWN, BY_KUBELET = "Pod was terminated in response to imminent node shutdown.", "TerminationByKubelet"
BOOT_TIME = 20 * SECOND
"""How long a machine takes from power on to its kubelet."""


class Outages:
    """Power, network and services of nodes: taken away and given back."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._nodes = kubelet.nodes

    # Power.

    def stop(self, name: str) -> None:
        """The node loses power: no heartbeat, no probe, and every process on it is gone."""
        row = self._row(name)
        if row is None or not row["power"]:
            return
        self._nodes.change(name, power=False, up=False, runtime=None)
        machines = self._kubelet.cluster.machines
        for (uid, _), container in list(self._kubelet.containers.rows.items()):
            pod = self._kubelet.pods.get(uid)
            if pod is not None and pod["node"] == name and container["state"] == RUNNING:
                machines.power_off(container["machine"])
        machines.power_off(self._nodes.machine(name))
        self._kubelet.cluster.network.lost(name)
        self._look()

    def shut_down(self, name: str, *, again: bool) -> None:
        """Somebody switches the machine off, or lets it boot again. A kubelet that is configured to holds that up until
        its Pods have ended. Upstream: pkg/kubelet/nodeshutdown"""
        row, kubelet = self._row(name), self._kubelet
        if row is None or not row["power"] or row.get("leaving"):
            return
        grace = lasting(str(kubelet.nodes.settings(name).get("shutdownGracePeriod") or "0s"))
        if not row["up"] or grace <= 0:
            self.reboot(name) if again else self.stop(name)
            return
        critical = min(lasting(str(kubelet.nodes.settings(name).get("shutdownGracePeriodCriticalPods") or "0s")), grace)
        self._nodes.change(name, leaving=True)
        kubelet.nodes.post(name)
        self.end_pods(name, grace - critical, False)
        kubelet.later(grace - critical, "outages.end_pods", name, critical, True)
        kubelet.later(grace, "outages.shut", name, again)

    def end_pods(self, name: str, grace: int, critical: bool) -> None:
        """Pods end because their machine goes down: the ordinary ones first, then those that others need."""
        kubelet, row = self._kubelet, self._row(name)
        if row is None or not row.get("leaving"):
            return
        for pod in kubelet.client.indexed("pods", "node", name):
            known = kubelet.pods.get(uid_of(pod))
            if known is None or known["stage"] != "running" or (pod["spec"].get("priority", 0) >= CRITICAL) != critical:
                continue
            if uid_of(pod) not in kubelet.static.pods:
                seconds = min(grace // SECOND, pod["spec"].get("terminationGracePeriodSeconds", 30))
                kubelet.termination.fail(pod, "Terminated", SHUTDOWN, grace=seconds, disruption=BY_KUBELET)

    def switched(self, name: str, again: bool) -> None:
        self.shut_down(name, again=again)

    def shut(self, name: str, again: bool) -> None:
        """The Pods have had their time."""
        row = self._row(name)
        if row is not None and row.get("leaving"):
            self._nodes.change(name, leaving=False)
            self.reboot(name) if again else self.stop(name)

    def resume(self, name: str) -> None:
        """The node is back: it boots, and its kubelet starts every Pod anew."""
        row = self._row(name)
        if row is None or row["power"]:
            return
        boot = self._kubelet.random.uuid("machine")
        self._nodes.change(name, power=True, boot=boot, booted=self._kubelet.clock.now)
        self._kubelet.later(BOOT_TIME, "outages.booted", name, boot)

    def booted(self, name: str, boot: str) -> None:
        """The machine has come up, and systemd starts what is enabled."""
        row = self._row(name)
        if row is None or not row["power"] or row["boot"] != boot:
            return
        for uid in [uid for uid, pod in self._kubelet.pods.rows.items() if pod["node"] == name]:
            self.lose_sandbox(uid)
        self._kubelet.services.boot(name)

    def reboot(self, name: str) -> None:
        self.stop(name)
        self.resume(name)

    def lose_sandbox(self, uid: str, *, code: int = LOST, reason: str = "Unknown") -> None:
        """What ran in a Pod is over, as when the machine goes down, and its network has to be set up anew."""
        kubelet = self._kubelet
        pod_row = kubelet.pods[uid]
        for key in [key for key in kubelet.containers if key[0] == uid]:
            row = kubelet.containers[key]
            if row["state"] == RUNNING:
                ended = records.terminated(row, code=code, reason=reason, now=kubelet.clock.now)
                kubelet.containers.put(key, {**ended, "hooked": False})
            elif row["state"] not in (WAITING, TERMINATED):
                kubelet.containers.put(key, records.waiting(row, "ContainerCreating"))
        if pod_row["stage"] == "running":
            if pod_row["ip"]:
                kubelet.cluster.network.leave(pod_row["ip"], uid)
            kubelet.pods.put(uid, {**pod_row, "stage": "setup", "ip": "", "lost": True})
            kubelet.later(SECOND, "set_up", uid)

    # The network.

    def partition(self, name: str) -> None:
        """No packet reaches the node or leaves it."""
        if self._row(name) is not None:
            self._nodes.change(name, linked=False)
            self._kubelet.cluster.network.links.dial(name, cut=True)
            self._look()

    def heal(self, name: str) -> None:
        if self._row(name) is not None:
            self._nodes.change(name, linked=True)
            self._kubelet.cluster.network.links.dial(name)
            self._look()

    def set_cut(self, name: str, cut: bool) -> None:
        """The control plane tells whether a node's kubelet reaches an API server."""
        row = self._row(name)
        if row is None or row["cut"] == cut:
            return
        self._nodes.change(name, cut=cut)
        if not cut and row["up"]:
            self._register(name)
            self.catch_up(name)

    def _register(self, name: str) -> None:
        """A kubelet that has begun makes its Node known, once an API server answers it."""
        if not self._nodes.row(name).get("registered", True):
            self._nodes.introduce(name)
            self._nodes.change(name, registered=True)

    def catch_up(self, name: str) -> None:
        """The kubelet reads the API again: what is gone there ends here, and the rest is synced and reported."""
        kubelet = self._kubelet
        self._nodes.change(name, reported=0)
        present = {uid_of(pod): pod for pod in kubelet.client.indexed("pods", "node", name)}
        for uid in [uid for uid, row in kubelet.pods.rows.items() if row["node"] == name]:
            if uid not in present and uid not in kubelet.static.pods:
                kubelet.clear(uid, kubelet.pods[uid])
        kubelet.volumes.recover(name)
        kubelet.static.connected(name)
        for uid, pod in present.items():
            if uid not in kubelet.static.pods:
                kubelet.wake(uid, pod)
                kubelet.report(pod)
                kubelet.termination.resume(pod)

    # The kubelet.

    def kubelet_stopped(self, name: str) -> None:
        row = self._row(name)
        if row is not None and row["up"]:
            self._nodes.change(name, up=False)
            self._look()

    def kubelet_started(self, name: str) -> None:
        """A kubelet begins: it registers, looks at what runs, and reads its manifests and the API."""
        row = self._row(name)
        if row is None or not row["power"] or row["up"]:
            return
        self._nodes.change(name, up=True, since=self._kubelet.clock.now, reported=0, registered=False)
        self._look()
        self._kubelet.later(SECOND, "outages.started", name)

    def started(self, name: str) -> None:
        """The kubelet's first look around, once it knows whether an API server answers."""
        kubelet, row = self._kubelet, self._row(name)
        if row is None or not row["up"]:
            return
        if not row["cut"]:
            self._register(name)
        self._find_ended(name)
        kubelet.static.watch(name)
        kubelet.static.read(name)
        for uid, pod_row in list(kubelet.pods.rows.items()):
            if pod_row["node"] == name:
                found = kubelet.known(uid)
                if found is not None:
                    kubelet.wake(uid, found[0])
        if not row["cut"]:
            self.catch_up(name)

    def _find_ended(self, name: str) -> None:
        """Containers that ended while nobody looked."""
        kubelet = self._kubelet
        machines = kubelet.cluster.machines.rows
        for (uid, _), row in list(kubelet.containers.rows.items()):
            pod = kubelet.pods.get(uid)
            if pod is None or pod["node"] != name or row["state"] != RUNNING:
                continue
            machine = machines.get(row["machine"])
            if machine is not None and machine["exit"] is not None:
                kubelet.lifecycle.exited(row["machine"], machine["exit"])

    # The container runtime.

    def runtime_stopped(self, name: str) -> None:
        """containerd is gone: what runs goes on under its shims, and nothing new can be started or ended."""
        row = self._row(name)
        if row is not None and row["runtime"] is None:
            self._nodes.change(name, runtime=self._kubelet.clock.now)
            for uid, pod in self._kubelet.pods.rows.items():
                if pod["node"] == name:
                    self._interrupt(uid)

    def _interrupt(self, uid: str) -> None:
        """A container that is just being made is not."""
        for key in [key for key in self._kubelet.containers if key[0] == uid]:
            row = self._kubelet.containers[key]
            if row["state"] in (PULLING, records.CREATING):
                self._kubelet.containers.put(key, records.waiting(row, "ContainerCreating"))

    def runtime_started(self, name: str) -> None:
        row = self._row(name)
        if row is None or row["runtime"] is None:
            return
        self._nodes.change(name, runtime=None, reported=0)
        if row["up"]:
            self._find_ended(name)
            for uid, pod in list(self._kubelet.pods.rows.items()):
                found = self._kubelet.known(uid) if pod["node"] == name else None
                if found is not None:
                    self._kubelet.wake(uid, found[0])
                    if pod["stage"] == "setup":
                        self._kubelet.later(SECOND, "set_up", uid)

    def leave(self, name: str) -> None:
        """The node is taken out of its cluster: nothing of its Pods stays."""
        self._kubelet.static.leave(name)
        for uid in [uid for uid, row in self._kubelet.pods.rows.items() if row["node"] == name]:
            self._kubelet.clear(uid, self._kubelet.pods[uid])

    # Disk and certificates.

    def fill_disk(self, name: str, gibibytes: int = FILLED) -> None:
        """Somebody's file takes nearly all of the disk."""
        if self._row(name) is not None:
            kubelet = self._kubelet
            files = kubelet.cluster.machines.volumes.view(self._nodes.machine(name))
            files.place(FILLER, {**file(modified=kubelet.clock.now), "hole": gibibytes << 30})
            kubelet.later(SECOND, "disk.check", name)

    def free_disk(self, name: str) -> None:
        if self._row(name) is not None:
            files = self._kubelet.cluster.machines.volumes.view(self._nodes.machine(name))
            if files.exists(FILLER):
                files.remove(FILLER)

    def expire_certificate(self, name: str) -> None:
        """The kubelet's client certificate is no longer valid: API servers do not know it."""
        if self._row(name) is not None:
            self._nodes.change(name, expired=True)
            self._look()

    def renew_certificate(self, name: str) -> None:
        if self._row(name) is not None:
            self._nodes.change(name, expired=False)
            self._look()

    def _row(self, name: str) -> Row | None:
        return self._nodes.row(name) if self._nodes.knows(name) else None

    def _look(self) -> None:
        control_plane = self._kubelet.cluster.control_plane
        if control_plane is not None:
            control_plane.note()
