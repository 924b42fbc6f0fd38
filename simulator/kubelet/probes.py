"""Liveness, readiness and startup probes. Upstream: pkg/kubelet/prober"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.kernel.state import Table
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, NetworkFailure, Refused, TimedOut

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

KINDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}
LONGEST_MESSAGE = 1024
type WorkerKey = tuple[str, str, str]


class Probes:
    """One worker for each probe of a running container: a row, and a step on the clock."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._workers: Table[WorkerKey, Row] = kubelet.table("probes")

    def begin(self, pod: Object, container: Object) -> None:
        """A container has started: start its probes; without any it is ready and started."""
        uid, name = pod["metadata"]["uid"], container["name"]
        row = self._kubelet.containers[(uid, name)]
        startup = "startupProbe" in container
        fields = {"started": not startup, "ready": not startup and "readinessProbe" not in container}
        self._kubelet.containers.put((uid, name), {**row, **fields})
        for kind, field in KINDS.items():
            probe = container.get(field)
            if probe is None:
                continue
            self._workers.put((uid, name, kind), {"id": row["id"], "good": 0, "bad": 0, "run": 0})
            delay = probe.get("initialDelaySeconds", 0) * SECOND
            jitter = self._kubelet.random.below("probe", probe.get("periodSeconds", 10) * SECOND) if not delay else 0
            self._kubelet.later(max(delay, min(jitter, SECOND)), "probe", uid, name, kind, row["id"])

    def run(self, uid: str, name: str, kind: str, identity: str) -> None:
        """Probe once, and plan the next time."""
        key = (uid, name, kind)
        worker = self._workers.get(key)
        row = self._kubelet.containers.get((uid, name))
        if worker is None or worker["id"] != identity:
            return
        found = self._kubelet.known(uid)
        if row is None or row["state"] != RUNNING or row["id"] != identity or found is None:
            self._workers.delete(key)
            return
        pod, pod_row = found
        container = container_named(pod, name)
        if container is None or pod_row["stage"] not in ("running", "terminating"):
            self._workers.delete(key)
            return
        if pod_row["stage"] == "terminating" and kind != "readiness":
            self._workers.delete(key)
            return
        probe = container[KINDS[kind]]
        self._kubelet.later(probe.get("periodSeconds", 10) * SECOND, "probe", uid, name, kind, identity)
        if kind != "startup" and not row.get("started"):
            return  # the startup probe comes first
        if kind == "startup" and row.get("started"):
            return
        if not self._kubelet.nodes.is_running(pod_row["node"]):
            return
        if "exec" in probe:
            self._execute(key, worker, row, probe)
            return
        self._judge(pod, container, kind, key, *self._ask(pod, pod_row, container, probe))

    def _ask(self, pod: Object, pod_row: Row, container: Object, probe: Object) -> tuple[bool, str]:
        """Whether the container answers well, and what to say if not."""
        timeout = probe.get("timeoutSeconds", 1) * SECOND
        network = self._kubelet.cluster.network
        if "httpGet" in probe:
            return self._http(network, pod_row, container, probe["httpGet"], timeout)
        for field in ("tcpSocket", "grpc"):
            if field in probe:
                port = port_number(container, probe[field]["port"])
                host = probe[field].get("host") or pod_row["ip"]
                try:
                    network.probe_connect(pod_row["node"], host, port, timeout)
                except NetworkFailure as failure:
                    words = dial_failure(host, port, failure)
                    return (
                        False,
                        words
                        if field == "tcpSocket"
                        else f'timeout: failed to connect service "{host}:{port}" within 1s: {words}',
                    )
                return True, ""
        return True, ""

    @staticmethod
    def _http(network: "object", pod_row: Row, container: Object, action: Object, timeout: int) -> tuple[bool, str]:
        port = port_number(container, action["port"])
        host = action.get("host") or pod_row["ip"]
        scheme = action.get("scheme", "HTTP").lower()
        path = action.get("path", "/")
        url = f"{scheme}://{host}:{port}{path if path.startswith('/') else '/' + path}"
        headers = {"user-agent": "kube-probe/1.37", "accept": "*/*", "connection": "close"}
        headers.update({h["name"].lower(): h.get("value", "") for h in action.get("httpHeaders") or ()})
        request = HttpRequest("GET", url, headers, timeout=timeout)
        try:
            response = network.probe_http(pod_row["node"], request)  # type: ignore[attr-defined]
        except TimedOut:
            return False, f'Get "{url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        except NetworkFailure as failure:
            return False, f'Get "{url}": {dial_failure(host, port, failure)}'
        if 200 <= response.status < 400:
            return True, ""
        return False, f"HTTP probe failed with statuscode: {response.status}"

    def _execute(self, key: WorkerKey, worker: Row, row: Row, probe: Object) -> None:
        """Run the probe's command in the container; its end is another step."""
        machines = self._kubelet.cluster.machines
        session = f"probe/{row['machine']}/{key[2]}/{worker['run']}"
        self._workers.put(key, {**worker, "run": worker["run"] + 1})
        try:
            machines.open_session(session, row["machine"], probe["exec"]["command"])
        except OSFailure as failure:
            found = self._kubelet.known(key[0])
            if found is not None:
                container = container_named(found[0], key[1]) or {}
                word = probe["exec"]["command"][0]
                text = f'OCI runtime exec failed: exec failed: unable to start container process: exec: "{word}": '
                text += "executable file not found in $PATH" if failure.name == "ENOENT" else failure.words
                self._judge(found[0], container, key[2], key, False, f"{text}: unknown")
            return
        self._kubelet.later(0, "probed", *key, worker["id"], session, 0)

    def finished(self, uid: str, name: str, kind: str, identity: str, session: str, waited: int) -> None:
        """Look whether a probe's command has ended."""
        machines = self._kubelet.cluster.machines
        chunks, _ = machines.session_output(session)
        code = machines.session_exit(session)
        worker = self._workers.get((uid, name, kind))
        found = self._kubelet.known(uid)
        if worker is None or worker["id"] != identity or found is None:
            machines.session_close(session)
            return
        container = container_named(found[0], name)
        if container is None:
            return
        probe = container[KINDS[kind]]
        limit = probe.get("timeoutSeconds", 1) * SECOND
        if code is None and waited < limit:
            step = SECOND // 10
            self._kubelet.later(step, "probed", uid, name, kind, identity, session, waited + step)
            return
        machines.session_close(session)
        output = b"".join(data for _, data in chunks).decode("utf-8", "replace")[:LONGEST_MESSAGE]
        if code is None:
            command = " ".join(probe["exec"]["command"])
            output = f'command timed out: "{command}" timed out after {limit // SECOND}s'
        self._judge(found[0], container, kind, (uid, name, kind), code == 0, output)

    def _judge(self, pod: Object, container: Object, kind: str, key: WorkerKey, good: bool, message: str) -> None:
        """Count a result; act when a threshold is reached."""
        worker = self._workers.get(key)
        if worker is None:
            return
        probe = container[KINDS[kind]]
        if good:
            successes = worker["good"] + 1
            if (worker["good"], worker["bad"]) != (successes, 0) and not (
                worker["good"] >= 1 and worker["bad"] == 0 and successes > probe.get("successThreshold", 1)
            ):
                self._workers.put(key, {**worker, "good": successes, "bad": 0})
            if successes == probe.get("successThreshold", 1):
                self._passed(pod, container, kind)
            return
        failures = worker["bad"] + 1
        self._workers.put(key, {**worker, "good": 0, "bad": failures})
        text = f"{kind.capitalize()} probe failed: {message}"
        self._kubelet.tell(pod, "Warning", "Unhealthy", text, container)
        if failures == probe.get("failureThreshold", 3):
            self._failed(pod, container, kind)

    def _passed(self, pod: Object, container: Object, kind: str) -> None:
        uid, name = pod["metadata"]["uid"], container["name"]
        row = self._kubelet.containers[(uid, name)]
        if kind == "startup":
            ready = "readinessProbe" not in container
            self._kubelet.containers.put((uid, name), {**row, "started": True, "ready": ready})
            self._kubelet.wake(uid, pod)
        elif kind == "readiness":
            self._kubelet.containers.put((uid, name), {**row, "ready": True})
        self._kubelet.report(pod)

    def _failed(self, pod: Object, container: Object, kind: str) -> None:
        uid, name = pod["metadata"]["uid"], container["name"]
        row = self._kubelet.containers[(uid, name)]
        if kind == "readiness":
            self._kubelet.containers.put((uid, name), {**row, "ready": False})
            self._kubelet.report(pod)
            return
        text = f"Container {name} failed {kind} probe, will be restarted"
        if pod["spec"].get("restartPolicy", "Always") == "Never":
            text = f"Container {name} failed {kind} probe"
        self._workers.delete((uid, name, kind))
        self._kubelet.tell(pod, "Normal", "Killing", text, container)
        grace = container[KINDS[kind]].get("terminationGracePeriodSeconds")
        self._kubelet.termination.stop_container(pod, container, grace)


def container_named(pod: Object, name: str) -> Object | None:
    for field in ("containers", "initContainers"):
        for container in pod["spec"].get(field) or ():
            if container["name"] == name:
                return dict(container)
    return None


def port_number(container: Object, port: int | str) -> int:
    """A port by number or by its name."""
    if isinstance(port, int):
        return port
    for known in container.get("ports") or ():
        if known.get("name") == port:
            return int(known["containerPort"])
    return int(port) if port.isdecimal() else 0


def dial_failure(host: str, port: int, failure: NetworkFailure) -> str:
    if isinstance(failure, Refused):
        return f"dial tcp {host}:{port}: connect: connection refused"
    if isinstance(failure, TimedOut):
        return f"dial tcp {host}:{port}: i/o timeout"
    return f"dial tcp {host}:{port}: connect: no route to host"
