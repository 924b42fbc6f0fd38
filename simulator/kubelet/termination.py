"""Ending Pods and containers: preStop hooks, signals, grace periods.

Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go
"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.kubelet.hooks import HOOK_POLL
from simulator.kubelet.records import RUNNING, Row
from simulator.kubelet.statuses import OVER, is_sidecar
from simulator.machinery.objects import Object, at
from simulator.runtime import signals
from simulator.runtime.images import pull

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet


class Termination:
    """Ends containers the polite way, then the other one."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def begin(self, pod: Object) -> None:
        """A Pod is to be deleted: stop its containers, or take note of a shorter grace period."""
        kubelet = self._kubelet
        uid = pod["metadata"]["uid"]
        row = kubelet.pods.get(uid)
        grace = pod["metadata"].get("deletionGracePeriodSeconds", 30)
        deadline = kubelet.clock.now + grace * SECOND
        if row is None or row["stage"] == "over":
            self._finish(pod)
            return
        if row["stage"] == "terminating":
            if deadline < row["deadline"]:
                kubelet.pods.put(uid, {**row, "deadline": deadline})
                kubelet.later(grace * SECOND, "termination.kill", uid, "")
            return
        kubelet.pods.put(uid, {**row, "stage": "terminating", "deadline": deadline})
        running = self._running(pod)
        for container, _ in running:
            kubelet.tell(pod, "Normal", "Killing", f"Stopping container {container['name']}", container)
        if not running:
            self._finish(pod)
            return
        ordinary = [(c, r) for c, r in running if not is_sidecar(c)] or running
        for container, container_row in ordinary:
            self._stop(pod, container, container_row, grace)
        kubelet.later(grace * SECOND, "termination.kill", uid, "")

    def fail(self, pod: Object, reason: str, message: str, *, grace: int, disruption: str = "") -> None:
        """End a Pod that the API keeps: it has failed, and why. Upstream: pkg/kubelet/kubelet.go killPod"""
        kubelet, uid = self._kubelet, pod["metadata"]["uid"]
        row = kubelet.pods[uid]
        verdict = {"reason": reason, "message": message, "disruption": disruption}
        kubelet.pods.put(uid, {**row, "stage": "failing", "verdict": verdict})
        running = self._running(pod)
        for container, container_row in running:
            self._stop(pod, container, container_row, grace)
            kubelet.later(grace * SECOND, "termination.kill", uid, container_row["id"])
        if not running:
            self.container_of_failed_ended(pod)

    def container_of_failed_ended(self, pod: Object) -> None:
        """One more container of a failed Pod has ended; with the last, its status says so."""
        kubelet, uid = self._kubelet, pod["metadata"]["uid"]
        if not self._running(pod):
            row = kubelet.pods[uid]
            verdict = row["verdict"]
            shown = {"phase": "Failed", "reason": verdict["reason"], "message": verdict["message"]}
            kubelet.pods.put(uid, {**row, **shown, "stage": "over", "stopped": True})
            kubelet.volumes.forget(uid)
        kubelet.report(pod)

    def resume(self, pod: Object) -> None:
        """The kubelet is back in the middle of ending a Pod: go on, or say that it is over."""
        row = self._kubelet.pods.get(pod["metadata"]["uid"])
        if row is None or row["stage"] != "terminating":
            return
        if self._running(pod):
            left = max(row["deadline"] - self._kubelet.clock.now, 0)
            self._kubelet.later(left, "termination.kill", pod["metadata"]["uid"], "")
        else:
            self._finish(pod)

    def stop_container(self, pod: Object, container: Object, grace: int | None = None) -> None:
        """End one container of a Pod that lives on, such as after a failed liveness probe."""
        row = self._kubelet.row(pod, container)
        if row is None or row["state"] != RUNNING:
            return
        if grace is None:
            grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
        self._stop(pod, container, row, grace)
        self._kubelet.later(grace * SECOND, "termination.kill", pod["metadata"]["uid"], row["id"])

    def end_of_life(self, pod: Object) -> bool:
        """The ordinary containers have ended for good: the sidecars may go, the last one first. Whether any runs."""
        running = self._running(pod)
        if running:
            container, row = next((one for one in reversed(running) if is_sidecar(one[0])), running[-1])
            if not row.get("leaving"):
                self._kubelet.put(pod, container, {**row, "leaving": True})
                self.stop_container(pod, container)
        return bool(running)

    def _running(self, pod: Object) -> list[tuple[Object, Row]]:
        found = []
        for field in ("initContainers", "containers", "ephemeralContainers"):
            for container in pod["spec"].get(field) or ():
                row = self._kubelet.row(pod, container)
                if row is not None and row["state"] == RUNNING:
                    found.append((container, row))
        return found

    def _stop(self, pod: Object, container: Object, row: Row, grace: int) -> None:
        """Run the preStop hook, then send the stop signal."""
        uid = pod["metadata"]["uid"]
        hook = at(container, "lifecycle", "preStop")
        if grace == 0:
            self._kubelet.runtime.kill(row["machine"])
        elif hook is None:
            self._send(container, row)
        else:
            begun = self._kubelet.hooks.begin(pod, container, row, hook, "PreStopHook")
            if begun.failure:
                self._hook_failed(pod, container)
            self._kubelet.later(
                begun.pause, "termination.send_signals", uid, container["name"], row["id"], begun.session
            )

    def _hook_failed(self, pod: Object, container: Object) -> None:
        self._kubelet.tell(pod, "Warning", "FailedPreStopHook", "PreStopHook failed", container)

    def send_signals(self, uid: str, name: str, identity: str, session: str) -> None:
        """The preStop hook may be over: then stop the container."""
        row = self._kubelet.containers.get((uid, name))
        if row is None or row["id"] != identity or row["state"] != RUNNING:
            return
        found = self._kubelet.known(uid)
        pod: Object = found[0] if found is not None else {}
        spec = pod.get("spec") or {}
        containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
        container: Object = next((c for c in containers if c["name"] == name), {})
        hook = at(container, "lifecycle", "preStop")
        if session and hook is not None:
            failure = self._kubelet.hooks.outcome(pod, container, hook, session)
            if failure is None:
                self._kubelet.later(HOOK_POLL, "termination.send_signals", uid, name, identity, session)
                return
            if failure:
                self._hook_failed(pod, container)
        self._send(container, row)

    def _send(self, container: Object, row: Row) -> None:
        name = at(container, "lifecycle", "stopSignal") or (pull(container["image"]).stop_signal if container else "")
        number = getattr(signals, name.removeprefix("SIG"), signals.TERM)
        self._kubelet.runtime.signal(row["machine"], number)

    def kill(self, uid: str, identity: str) -> None:
        """The grace period is over: what still runs is killed (with an identity: that container only)."""
        kubelet = self._kubelet
        row = kubelet.pods.get(uid)
        if row is None or (not identity and (row["stage"] != "terminating" or row["deadline"] > kubelet.clock.now)):
            return
        if not kubelet.is_able(row["node"]):
            return
        for key in [key for key in kubelet.containers if key[0] == uid]:
            container = kubelet.containers[key]
            if container["state"] == RUNNING and identity in ("", container["id"]):
                kubelet.runtime.kill(container["machine"])

    def container_ended(self, pod: Object) -> None:
        """One more container of a Pod that is being deleted has ended."""
        running = self._running(pod)
        if running:
            if all(is_sidecar(container) for container, _ in running):
                row = self._kubelet.pods[pod["metadata"]["uid"]]
                left = max((row["deadline"] - self._kubelet.clock.now) // SECOND, 1)
                container, container_row = running[-1]
                if not container_row.get("leaving"):
                    self._kubelet.put(pod, container, {**container_row, "leaving": True})
                    self._stop(pod, container, container_row, left)
            self._kubelet.report(pod)
            return
        self._finish(pod)

    def _finish(self, pod: Object) -> None:
        """Nothing runs any more: say how the Pod ended, and let the API forget it."""
        kubelet, metadata = self._kubelet, pod["metadata"]
        if metadata["uid"] in kubelet.static.pods:
            kubelet.static.gone(pod)
            return
        if not kubelet.nodes.is_connected(pod["spec"]["nodeName"]):
            return  # said when an API server answers again
        known = kubelet.pods.get(metadata["uid"])
        if known is not None and not known.get("stopped"):
            kubelet.pods.put(metadata["uid"], {**known, "stopped": True})
            kubelet.report(pod)
        current = kubelet.client.get("pods", metadata["namespace"], metadata["name"])
        if current is not None and current["metadata"]["uid"] == metadata["uid"]:
            if known is None and at(current, "status", "phase") not in OVER:
                current = kubelet.client.update_status("pods", current, phase="Failed")
            kubelet.client.delete("pods", current, grace=0, propagation=None)
