"""Liveness, readiness and startup probes. Upstream: pkg/kubelet/prober"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.kernel.clock import SECOND
from simulator.kernel.state import Table
from simulator.kubelet.containers import exec_failure
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Object
from simulator.machinery.releases import release
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, NetworkFailure, Refused, TimedOut

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

KINDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}
LONGEST_MESSAGE = 1024
EXEC_FIRST_LOOK = SECOND // 1000
EXEC_POLL = SECOND // 20
STATIC_PERIOD = 10 * SECOND
"""How often static Pods are probed at the most. kubeadm asks its own every second whether they are ready; for thousands
of clusters that do nothing that would be most of what there is to do."""
CALM_PERIOD = 30 * SECOND
"""How often a static Pod is probed that has been well of late."""
type WorkerKey = tuple[str, str, str]


class Worker(NamedTuple):
    """One probe of one running container: how it has gone of late."""

    id: str
    """The container that is probed; a later one has a worker of its own."""
    good: int
    bad: int
    run: int
    """How many commands it has started."""


class Plan(NamedTuple):
    """What a probe needs, worked out once: the spec of a running container does not change."""

    pod_row: Row
    row: Row
    container: Object
    probe: Object
    period: int
    timeout: int
    enough: int
    """How many good answers in a row make it pass."""
    host: str
    port: int
    request: HttpRequest | None
    is_static: bool
    """Whether the Pod comes from a file on its node."""


class Probes:
    """One worker for each probe of a running container: a row, and a step on the clock."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._workers: Table[WorkerKey, tuple[Any, ...]] = kubelet.table("probes")
        self._plans: dict[WorkerKey, Plan] = {}

    def begin(self, pod: Object, container: Object) -> None:
        """A container has started: start its probes; without any it is ready and started."""
        uid, name = pod["metadata"]["uid"], container["name"]
        row = self._kubelet.containers[(uid, name)]
        startup = "startupProbe" in container
        fields = {"started": not startup, "ready": not startup and "readinessProbe" not in container}
        self._kubelet.containers.put((uid, name), {**row, **fields})
        for kind, field in KINDS.items():
            probe = container.get(field)
            if probe is not None:
                self._workers.put((uid, name, kind), tuple(Worker(row["id"], 0, 0, 0)))
                delay = probe.get("initialDelaySeconds", 0) * SECOND
                jitter = self._kubelet.random.below("probe", min(probe.get("periodSeconds", 10), 1) * SECOND)
                self._kubelet.later(max(delay, jitter), "probes.run", uid, name, kind, row["id"])

    def forget(self, uid: str, names: list[str]) -> None:
        """The Pod is gone."""
        for name in names:
            for kind in KINDS:
                self._workers.delete((uid, name, kind))
                self._plans.pop((uid, name, kind), None)

    def run(self, uid: str, name: str, kind: str, identity: str, again: bool = True) -> None:
        """Probe once and plan the next time; `again` is false for a look out of turn."""
        kubelet = self._kubelet
        key = (uid, name, kind)
        worker = self._workers.rows.get(key)
        if worker is None or worker[0] != identity:
            return
        plan = self._current(key, identity)
        if plan is None:
            self._workers.delete(key)
            self._plans.pop(key, None)
            return
        if again:
            calm = plan.is_static and not worker[2] and worker[1] >= plan.enough
            kubelet.later(CALM_PERIOD if calm else plan.period, "probes.run", uid, name, kind, identity)
        if plan.row["started"] is (kind == "startup"):
            return  # the startup probe comes first, and only then
        if not kubelet.is_able(plan.pod_row["node"]):
            return
        if "exec" in plan.probe:
            self._execute(key, Worker(*worker), plan)
            return
        problem = self._ask(uid, plan)
        if problem is not None or worker[2] or worker[1] < plan.enough:
            self._judge(key, plan, problem)

    def _current(self, key: WorkerKey, identity: str) -> Plan | None:
        """The plan of a probe; None when there is nothing left to probe."""
        kubelet = self._kubelet
        plan = self._plans.get(key)
        pod_row = kubelet.pods.rows.get(key[0])
        row = kubelet.containers.rows.get(key[:2])
        if plan is not None and plan.pod_row is pod_row and plan.row is row:
            return plan
        if pod_row is None or row is None or row["state"] != RUNNING or row["id"] != identity:
            return None
        if pod_row["stage"] != "running" and (pod_row["stage"] != "terminating" or key[2] != "readiness"):
            return None
        found = kubelet.known(key[0])
        if found is None:
            return None
        plan = self._plans[key] = self._plan(found[0], pod_row, row, *key[1:])
        return plan

    def _plan(self, pod: Object, pod_row: Row, row: Row, name: str, kind: str) -> Plan:
        container = container_named(pod, name)
        probe = container[KINDS[kind]]
        period, timeout = probe.get("periodSeconds", 10) * SECOND, probe.get("timeoutSeconds", 1) * SECOND
        is_static = pod["metadata"]["uid"] in self._kubelet.static.pods.rows
        if is_static:
            period = max(period, STATIC_PERIOD)
        action = probe.get("httpGet") or probe.get("tcpSocket") or probe.get("grpc") or {}
        host = action.get("host") or pod_row["ip"]
        port = port_number(container, action["port"]) if action else 0
        request = None
        if "httpGet" in probe:
            path = action.get("path", "/")
            scheme = action.get("scheme", "HTTP").lower()
            url = f"{scheme}://{host}:{port}{path if path.startswith('/') else '/' + path}"
            minor = release(self._kubelet.nodes.version(pod_row["node"])).series
            extra = tuple((h["name"].lower(), h.get("value", "")) for h in action.get("httpHeaders") or ())
            source = self._kubelet.nodes.address(pod_row["node"])
            request = asked(url, f"{host}:{port}", minor, extra, timeout, source)
        enough = probe.get("successThreshold", 1)
        return Plan(pod_row, row, container, probe, period, timeout, enough, host, port, request, is_static)

    def _ask(self, uid: str, plan: Plan) -> str | None:
        """None when the container answers well, otherwise what to say of it."""
        network, node = self._kubelet.cluster.network, plan.pod_row["node"]
        if plan.request is not None:
            url = plan.request.url
            try:
                response = network.probe_http(node, uid, plan.host, plan.port, plan.request)
            except TimedOut:
                return f'Get "{url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
            except NetworkFailure as failure:
                return f'Get "{url}": {dial_failure(plan.host, plan.port, failure)}'
            if 200 <= response.status < 400:
                return None
            return f"HTTP probe failed with statuscode: {response.status}"
        if "grpc" in plan.probe:
            return self._check_health(plan, node)
        try:
            network.probe_connect(node, plan.host, plan.port, plan.timeout)
        except NetworkFailure as failure:
            return dial_failure(plan.host, plan.port, failure)
        return None

    def _check_health(self, plan: Plan, node: str) -> str | None:
        """Upstream: pkg/probe/grpc, which waits for a connection that speaks HTTP/2 as long as it may"""
        network, service = self._kubelet.cluster.network, plan.probe["grpc"].get("service") or ""
        try:
            found = network.probe_health(node, plan.host, plan.port, plan.timeout, service)
        except NetworkFailure:
            found = None
        if found is None:
            where, seconds = f"{plan.host}:{plan.port}", plan.timeout // SECOND
            return f'timeout: failed to connect service "{where}" within {seconds}s: context deadline exceeded'
        if found == "NOT_FOUND":
            return "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service"
        return None if found == "SERVING" else f'service unhealthy (responded with "{found}")'

    def _execute(self, key: WorkerKey, worker: Worker, plan: Plan) -> None:
        """Run the probe's command in the container; its end is another step."""
        machines, command = self._kubelet.cluster.machines, plan.probe["exec"]["command"]
        session = f"probe/{plan.row['machine']}/{key[2]}/{worker.run}"
        self._workers.put(key, tuple(worker._replace(run=worker.run + 1)))
        try:
            machines.open_session(session, plan.row["machine"], command)
        except OSFailure as failure:
            words = exec_failure(command[0], failure)
            trouble = "OCI runtime exec failed: exec failed: unable to start container process"
            self._judge(key, plan, f"{trouble}: {words}: unknown")
            return
        self._kubelet.later(EXEC_FIRST_LOOK, "probes.finished", *key, worker.id, session, 0)

    def finished(self, uid: str, name: str, kind: str, identity: str, session: str, waited: int) -> None:
        """Look whether a probe's command has ended."""
        machines = self._kubelet.cluster.machines
        key = (uid, name, kind)
        worker = self._workers.get(key)
        plan = self._current(key, identity)
        if worker is None or worker[0] != identity or plan is None:
            machines.session_close(session)
            return
        chunks, _ = machines.session_output(session)
        code = machines.session_exit(session)
        if code is None and waited < plan.timeout:
            self._kubelet.later(EXEC_POLL, "probes.finished", uid, name, kind, identity, session, waited + EXEC_POLL)
            return
        machines.session_close(session)
        problem: str | None = None
        if code is None:
            command = " ".join(plan.probe["exec"]["command"])
            problem = f'command timed out: "{command}" timed out after {plan.timeout // SECOND}s'
        elif code:
            problem = b"".join(data for _, data in chunks).decode("utf-8", "replace")[:LONGEST_MESSAGE]
        if problem is not None or worker[2] or worker[1] < plan.enough:
            self._judge(key, plan, problem)

    def _judge(self, key: WorkerKey, plan: Plan, problem: str | None) -> None:
        """Count a result; act when a threshold is reached."""
        row, found = self._workers.get(key), self._kubelet.known(key[0])
        if row is None or found is None:
            return
        worker, pod, kind = Worker(*row), found[0], key[2]
        if problem is None:
            worker = worker._replace(good=worker.good + 1, bad=0)
            self._workers.put(key, tuple(worker))
            if worker.good == plan.enough:
                self._passed(pod, plan.container, kind)
            return
        worker = worker._replace(good=0, bad=worker.bad + 1)
        self._workers.put(key, tuple(worker))
        self._kubelet.tell(pod, "Warning", "Unhealthy", f"{kind.capitalize()} probe failed: {problem}", plan.container)
        if worker.bad == plan.probe.get("failureThreshold", 3):
            self._failed(pod, plan, kind)

    def _passed(self, pod: Object, container: Object, kind: str) -> None:
        uid, name = pod["metadata"]["uid"], container["name"]
        row = self._kubelet.containers[(uid, name)]
        if kind == "startup":
            self._workers.delete((uid, name, kind))
            ready = "readinessProbe" not in container
            self._kubelet.containers.put((uid, name), {**row, "started": True, "ready": ready})
            self._kubelet.wake(uid, pod)
            self._kubelet.later(0, "probes.run", uid, name, "readiness", row["id"], False)
        elif kind == "readiness" and not row["ready"]:
            self._kubelet.containers.put((uid, name), {**row, "ready": True})
        else:
            return
        self._kubelet.report(pod)

    def _failed(self, pod: Object, plan: Plan, kind: str) -> None:
        container = plan.container
        uid, name = pod["metadata"]["uid"], container["name"]
        row = self._kubelet.containers[(uid, name)]
        if kind == "readiness":
            if row["ready"]:
                self._kubelet.containers.put((uid, name), {**row, "ready": False})
                self._kubelet.report(pod)
            return
        self._workers.delete((uid, name, kind))
        restarts = (container.get("restartPolicy") or pod["spec"].get("restartPolicy", "Always")) != "Never"
        text = f"Container {name} failed {kind} probe" + (", will be restarted" if restarts else "")
        self._kubelet.tell(pod, "Normal", "Killing", text, container)
        self._kubelet.termination.stop_container(pod, container, plan.probe.get("terminationGracePeriodSeconds"))


@lru_cache(maxsize=2048)
def asked(
    url: str, host: str, minor: str, extra: tuple[tuple[str, str], ...], timeout: int, source: str
) -> HttpRequest:
    """What a probe asks; the same request for all worlds in which it is the same."""
    headers = {
        "host": host, "user-agent": f"kube-probe/{minor}", "accept": "*/*", "connection": "close", **dict(extra),
    }  # fmt: skip
    return HttpRequest("GET", url, headers, timeout=timeout, source=source)


def container_named(pod: Object, name: str) -> Object:
    """A container of a Pod that may have probes, by its name."""
    spec = pod["spec"]
    found: Object = next(c for c in (*spec["containers"], *(spec.get("initContainers") or ())) if c["name"] == name)
    return found


def port_number(container: Object, port: int | str) -> int:
    """A port by number or by its name."""
    if isinstance(port, int):
        return port
    for known in container.get("ports") or ():
        if known.get("name") == port:
            return int(known["containerPort"])
    return int(port) if port.isdecimal() else 0


def dial_failure(host: str, port: int, failure: NetworkFailure) -> str:
    """What Go's network stack says of a connection that does not come about."""
    if isinstance(failure, Refused):
        return f"dial tcp {host}:{port}: connect: connection refused"
    if isinstance(failure, TimedOut):
        return f"dial tcp {host}:{port}: i/o timeout"
    return f"dial tcp {host}:{port}: connect: no route to host"
