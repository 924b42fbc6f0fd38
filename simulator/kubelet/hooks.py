"""Lifecycle hooks: what a container does right after its start, and before it is stopped.

Upstream: pkg/kubelet/lifecycle/handlers.go, pkg/kubelet/kuberuntime/kuberuntime_container.go
"""

from typing import TYPE_CHECKING, NamedTuple

import orjson

from simulator.kernel.clock import SECOND
from simulator.kubelet.containers import exec_failure
from simulator.kubelet.probes import dial_failure, port_number
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Object, at
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, NetworkFailure

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

HOOK_POLL = SECOND // 10
HOOK_PATIENCE = 30 * SECOND


class Begun(NamedTuple):
    """A hook that has begun: what it waits for, or what went wrong."""

    session: str = ""
    """The session its command runs in, if it is a command."""
    pause: int = 0
    """Microseconds that it sleeps."""
    failure: str = ""


class Hooks:
    """Runs hooks. While a container's postStart hook runs, nothing of its Pod is reported."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def post_start(self, pod: Object, container: Object, row: Row) -> None:
        """Begin the postStart hook of a container that has just started, or go on at once without one."""
        if not row.get("hooked"):
            self._kubelet.probes.begin(pod, container)
            return
        uid, name = pod["metadata"]["uid"], container["name"]
        begun = self.begin(pod, container, row, at(container, "lifecycle", "postStart"), "PostStartHook")
        if begun.failure:
            self._failed(pod, container, row, begun.failure)
        else:
            self._kubelet.later(begun.pause, "hooks.look", uid, name, row["id"], begun.session)

    def look(self, uid: str, name: str, identity: str, session: str) -> None:
        """See whether a postStart hook has ended, and how."""
        kubelet = self._kubelet
        row, found = kubelet.containers.get((uid, name)), kubelet.known(uid)
        if row is None or found is None or row["id"] != identity or not row.get("hooked"):
            kubelet.cluster.machines.session_close(session)
            return
        pod = found[0]
        container = next(
            c for c in (*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ())) if c["name"] == name
        )
        failure = self.outcome(pod, container, container["lifecycle"]["postStart"], session) if session else ""
        if failure is None:
            kubelet.later(HOOK_POLL, "hooks.look", uid, name, identity, session)
        elif failure:
            self._failed(pod, container, row, failure)
        else:
            kubelet.put(pod, container, {**row, "hooked": False})
            if row["state"] == RUNNING:
                kubelet.probes.begin(pod, container)
            kubelet.wake(uid, pod, 0)

    def _failed(self, pod: Object, container: Object, row: Row, failure: str) -> None:
        """A container whose postStart hook fails is stopped; its restart is another start after a back-off."""
        kubelet = self._kubelet
        kubelet.tell(pod, "Warning", "FailedPostStartHook", "PostStartHook failed", container)
        if row["state"] != RUNNING:
            kubelet.put(pod, container, {**row, "hooked": False})
            kubelet.wake(pod["metadata"]["uid"], pod, 0)
            return
        kubelet.tell(pod, "Normal", "Killing", "FailedPostStartHook", container)
        kubelet.put(pod, container, {**row, "hook_failure": failure})
        kubelet.termination.stop_container(pod, container)

    def begin(self, pod: Object, container: Object, row: Row, hook: Object, kind: str) -> Begun:
        """Start a hook."""
        if "sleep" in hook:
            return Begun(pause=hook["sleep"]["seconds"] * SECOND)
        if "httpGet" in hook:
            return Begun(failure=self._ask(pod, container, hook["httpGet"]))
        machines, command = self._kubelet.cluster.machines, at(hook, "exec", "command") or []
        session = f"hook/{row['machine']}/{kind}"
        try:
            machines.open_session(session, row["machine"], command)
        except OSFailure as failure:
            trouble = "OCI runtime exec failed: exec failed: unable to start container process"
            words = exec_failure(command[0] if command else "", failure)
            return Begun(failure=self._words(pod, container, command, f"{trouble}: {words}: unknown", ""))
        return Begun(session)

    def outcome(self, pod: Object, container: Object, hook: Object, session: str) -> str | None:
        """What went wrong with a hook's command ("" for nothing), None while it runs."""
        machines, command = self._kubelet.cluster.machines, hook["exec"]["command"]
        chunks, _ = machines.session_output(session)
        code = machines.session_exit(session)
        if code is None:
            return None
        machines.session_close(session)
        if code == 0:
            return ""
        told = b"".join(data for channel, data in chunks if channel == 2).decode("utf-8", "replace")
        whole = b"".join(data for _, data in chunks).decode("utf-8", "replace")
        return self._words(pod, container, command, f"command '{' '.join(command)}' exited with {code}: {told}", whole)

    @staticmethod
    def _words(pod: Object, container: Object, command: list[str], trouble: str, output: str) -> str:
        metadata = pod["metadata"]
        whole = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
        return (
            f'Exec lifecycle hook ([{" ".join(command)}]) for Container "{container["name"]}" in Pod "{whole}" failed'
            f" - error: {trouble}, message: {orjson.dumps(output).decode()}"
        )

    def _ask(self, pod: Object, container: Object, action: Object) -> str:
        """Send a hook's request; any answer will do."""
        uid, metadata = pod["metadata"]["uid"], pod["metadata"]
        pod_row = self._kubelet.pods[uid]
        host, port, path = (
            action.get("host") or pod_row["ip"],
            port_number(container, action["port"]),
            action.get("path"),
        )
        url = f"http://{host}:{port}/{(path or '').removeprefix('/')}"
        asked = HttpRequest("GET", url, {"host": f"{host}:{port}"}, timeout=HOOK_PATIENCE)
        try:
            self._kubelet.cluster.network.probe_http(pod_row["node"], uid, host, port, asked)
        except NetworkFailure as failure:
            whole = f"{metadata['name']}_{metadata['namespace']}({uid})"
            return (
                f'HTTP lifecycle hook ({path or ""}) for Container "{container["name"]}" in Pod "{whole}" failed - '
                f'error: Get "{url}": {dial_failure(host, port, failure)}'
            )
        return ""
