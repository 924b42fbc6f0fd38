"""The kubelets' side of logs, exec, attach and port-forward. Upstream: pkg/kubelet/server"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from simulator.api.errors import BadRequest, InternalError, ServiceUnavailable
from simulator.api.requests import ANONYMOUS, Polled, Request, Response, Stream
from simulator.apiserver.nodes import NoReply
from simulator.kernel.clock import SECOND, moment
from simulator.kubelet.containers import exec_failure
from simulator.kubelet.pages import Pages
from simulator.kubelet.records import CREATING, PULLING, RUNNING, WAITING, Row, container_of
from simulator.kubelet.static import uid_of
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.network.parties import Source
from simulator.network.tunnel import Tunnel
from simulator.runtime.errors import OSFailure
from simulator.runtime.logs import Line
from simulator.runtime.network import (
    BadCertificate,
    HttpRequest,
    NetworkFailure,
    NotEncrypted,
    NotHTTP,
    Reset,
    TimedOut,
    Unreachable,
)

if TYPE_CHECKING:
    from simulator.cluster import Cluster
    from simulator.kubelet.kubelet import Kubelet

DIAL_TIMEOUT = 30 * SECOND
DEEPEST = 8
"""How often the API server may be asked through itself in one request."""
PLAIN = {"content-type": "text/plain; charset=utf-8"}
STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255


class KubeletStreams:
    """Answers what the API server hands on to the node of a Pod."""

    def __init__(self, cluster: "Cluster", kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._cluster = cluster
        self._machines = cluster.machines
        self._network = cluster.network
        self._api_address = cluster.api_address
        self._tunnel = Tunnel(cluster.kernel, cluster.network)

    def _reach(self, pod: Object) -> None:
        nodes, node = self._kubelet.nodes, pod["spec"]["nodeName"]
        if nodes.is_running(node) and nodes.is_reachable(node):
            return
        row = nodes.row(node)
        why = "connect: connection refused" if row["linked"] else "i/o timeout"
        if not row["power"]:
            why = "connect: no route to host"
        raise InternalError(f"error dialing backend: dial tcp {row['ip']}:10250: {why}")

    def _runtime(self, pod: Object) -> None:
        """Commands need the node's container runtime."""
        self._reach(pod)
        if self._kubelet.nodes.row(pod["spec"]["nodeName"])["runtime"] is not None:
            socket = "/run/containerd/containerd.sock"
            raise InternalError(
                "error executing command in container: rpc error: code = Unavailable desc = connection error: desc = "
                f'"transport: Error while dialing: dial unix {socket}: connect: no such file or directory"'
            )

    # Logs.

    def log(self, pod: Object, request: Request) -> tuple[bytes, Stream | None]:
        """What a container has written, and with `follow` where to go on."""
        self._reach(pod)
        name = request.parameter("container")
        row = self._kubelet.containers.get((uid_of(pod), name))
        log = self._log_name(pod, name, row, previous=request.flag("previous"))
        if log in self._machines.terminals.rows:
            return self._terminal_log(log, request)
        lines, position = self._machines.log(log)
        options = log_options(request, self._kubelet.clock.now)
        text = b"".join(render(line, options) for line in chosen(lines, options))
        limit = request.parameter("limitBytes")
        if limit:
            text = text[: int(limit)]
        if not request.flag("follow") or request.flag("previous"):
            return text, None
        stream: Stream = {"type": "log", "log": log, "position": position, "timestamps": options["timestamps"]}
        return text, stream

    def _terminal_log(self, machine: str, request: Request) -> tuple[bytes, Stream | None]:
        """What a container with a terminal has shown."""
        shown, position = self._machines.output(machine)
        tail = log_options(request, self._kubelet.clock.now)["tail"]
        if tail is not None:
            shown = b"".join(shown.splitlines(keepends=True)[-tail:]) if tail else b""
        if not request.flag("follow"):
            return shown, None
        return shown, {"type": "log", "log": machine, "position": position, "timestamps": False, "tty": True}

    def _log_name(self, pod: Object, name: str, row: Row | None, *, previous: bool) -> str:
        pod_name = pod["metadata"]["name"]
        if row is None:
            raise BadRequest(f'container "{name}" in pod "{pod_name}" is waiting to start: PodInitializing')
        machine = row.get("machine")
        if previous:
            base, _, number = (machine or "").rpartition("/")
            if machine is None or not row["last"]:
                raise BadRequest(f'previous terminated container "{name}" in pod "{pod_name}" not found')
            return machine if row["state"] in (WAITING, PULLING, CREATING) else f"{base}/{int(number) - 1}"
        if machine is None:
            reason = row["reason"] or "ContainerCreating"
            if reason in ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"):
                words = "trying and failing to pull image"
                raise BadRequest(f'container "{name}" in pod "{pod_name}" is waiting to start: {words}')
            raise BadRequest(f'container "{name}" in pod "{pod_name}" is waiting to start: {reason}')
        return str(machine)

    # Exec and attach.

    def execute(self, pod: Object, request: Request) -> Stream:
        """Run a command in a running container."""
        self._runtime(pod)
        machine = self._running_machine(pod, request.parameter("container"))
        words = [value for name, value in request.query if name == "command"]
        tty, stdin = request.flag("tty"), request.flag("stdin")
        number = self._kubelet.random.hex("session", 12)
        session = f"exec/{machine}/{number}"
        stream: Stream = {"type": "exec", "session": session, "offsets": (0, 0), "tty": tty}
        try:
            self._machines.open_session(session, machine, words, stdin=stdin, tty=tty)
        except OSFailure as failure:
            identity = self._kubelet.random.hex("exec", 32) + self._kubelet.random.hex("exec", 32)
            stream["failure"] = (
                "Internal error occurred: Internal error occurred: error executing command in container: failed to "
                f'exec in container: failed to start exec "{identity}": OCI runtime exec failed: exec failed: unable '
                f"to start container process: {exec_failure(words[0], failure)}: unknown"
            )
        return stream

    def attach(self, pod: Object, request: Request) -> Stream:
        """Follow what a container's first process writes; with a terminal, type into it."""
        self._runtime(pod)
        name = request.parameter("container")
        machine = self._running_machine(pod, name)
        once = bool((container_of(pod, name) or {}).get("stdinOnce"))
        tty = machine in self._machines.terminals.rows
        if tty:
            shown, position = self._machines.output(machine)
            position -= len(shown.rpartition(b"\n")[2])  # the prompt that waits there
        else:
            _, position = self._machines.log(machine)
        return {"type": "attach", "log": machine, "position": position, "machine": machine, "tty": tty, "once": once}

    def _running_machine(self, pod: Object, name: str) -> str:
        row = self._kubelet.containers.get((uid_of(pod), name))
        if row is None or row["state"] != RUNNING:
            raise InternalError(f'error executing command in container: container not found ("{name}")')
        return str(row["machine"])

    # Port-forward.

    def port_forward(self, pod: Object, request: Request) -> Stream:
        """A tunnel into a Pod; connections are opened as data for them arrives."""
        self._reach(pod)
        row = self._kubelet.pods.get(uid_of(pod))
        if row is None or row["stage"] != "running":
            phase = pod.get("status", {}).get("phase", "Pending")
            raise ServiceUnavailable(f"unable to forward port because pod is not running. Current status={phase}")
        return {"type": "portforward", "ip": row["ip"], "node": row["node"], "connections": {}}

    def proxy(self, address: str, port: int, request: Request, *, encrypted: bool = False) -> Response:
        """An HTTP request that the API server hands on, from its own node."""
        source, url = Source(self._api_address), f"{'https' if encrypted else 'http'}://{address}:{port}{request.url}"
        asked = HttpRequest(request.method, url, request.headers, request.body, insecure=True)
        try:
            if self._network.leads_to_api(source, address, port):
                return self._itself(request, encrypted=encrypted)
            answer = self._network.request(source, asked, address, port)
        except NetworkFailure as failure:
            after, why = failure.after, no_reply(failure, address, f"dial tcp {address}:{port}")
            if isinstance(failure, TimedOut):
                after, why = DIAL_TIMEOUT, f"dial tcp {address}:{port}: i/o timeout"
            raise NoReply(f"error trying to reach service: {why}", after) from None
        return Response(answer.status, answer.body, dict(answer.headers), latency=answer.latency)

    def _itself(self, request: Request, *, encrypted: bool) -> Response:
        """The API server asks itself, and does not say who it is."""
        server = self._cluster.server
        if not encrypted:
            return Response(400, "Client sent an HTTP request to an HTTPS server.\n", dict(PLAIN))
        if server.waiting.depth > DEEPEST:
            raise ServiceUnavailable("error trying to reach service: the API server is asked through itself too often")
        return server.handle(replace(request, user=ANONYMOUS, source=self._api_address))

    def node(self, name: str, path: str) -> Response:
        """A page of a node's kubelet."""
        return Pages(self._kubelet).answer(name, path)

    def call(
        self,
        host: str,
        address: str,
        port: int,
        request: Request,
        *,
        trusts: str,
        timeout: int,
        insecure: bool = False,
        follows: bool = False,
    ) -> Response:
        """A request of the API server's own, from its node; failures in Go's words."""
        url = f"https://{host}:{port}{request.url}"
        asked = HttpRequest(
            request.method,
            url,
            request.headers,
            request.body,
            timeout,
            trusts=trusts,
            insecure=insecure,
            follows=follows,
        )
        try:
            answer = self._network.request(Source(self._api_address), asked, address, port)
        except TimedOut:
            raise NoReply("context deadline exceeded", timeout) from None
        except NetworkFailure as failure:
            raise NoReply(no_reply(failure, host, f"dial tcp {address}:{port}"), failure.after) from None
        return Response(answer.status, answer.body, dict(answer.headers), answer.stream, answer.latency)

    # What goes on.

    def poll(self, stream: Stream) -> Polled:
        match stream["type"]:
            case "log" | "attach":
                return self._poll_log(stream)
            case "exec":
                return self._poll_exec(stream)
            case "portforward":
                return self._tunnel.poll(stream)
            case "answer":
                return self._network.more(stream)
        return Polled([], None)

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        match stream["type"]:
            case "exec":
                self._feed(stream["session"], channel, payload)
            case "attach":
                self._type(stream, channel, payload)
            case "portforward":
                source = Source(self._kubelet.nodes.address(stream["node"]), stream["node"])
                return self._tunnel.send(stream, source, channel, payload)
        return stream

    def _type(self, stream: Stream, channel: int, payload: bytes) -> None:
        """Input for a container's first process; its end reaches the process where only one may attach."""
        machine = stream["machine"]
        if channel == STDIN and payload:
            self._kubelet.runtime.type(machine, payload)
        elif channel == CLOSE and payload[:1] == b"\x00" and stream["once"]:
            self._kubelet.runtime.type(machine, b"")
        elif channel == RESIZE and machine in self._machines.terminals.rows and (size := size_of(payload)):
            self._machines.resize(machine, *size)

    def _feed(self, session: str, channel: int, payload: bytes) -> None:
        if channel == STDIN:
            if payload:
                self._machines.session_input(session, payload)
        elif channel == RESIZE:
            size = size_of(payload)
            if size:
                self._machines.session_resize(session, *size)
        elif channel == CLOSE and payload[:1] == b"\x00":
            self._machines.session_input(session, b"")

    def _poll_exec(self, stream: Stream) -> Polled:
        status: Object
        if "failure" in stream:
            status = {
                "metadata": {},
                "status": "Failure",
                "message": stream["failure"],
                "reason": "InternalError",
                "code": 500,
            }
            return Polled([(STATUS, status)], None)
        session = stream["session"]
        chunks, offsets = self._machines.session_output(session, stream["offsets"])
        found: list[tuple[int, Object | bytes]] = list(chunks)
        while chunks and self._machines.session_exit(session) is not None:  # nobody would wake the reader again
            chunks, offsets = self._machines.session_output(session, offsets)
            found += chunks
        code_now = self._machines.session_exit(session)
        if code_now is None:
            return Polled(found, {**stream, "offsets": offsets})
        self._machines.session_close(session)
        if code_now == 0:
            status = {"metadata": {}, "status": "Success"}
        else:
            cause = {"reason": "ExitCode", "message": str(code_now)}
            status = failure_status(f"command terminated with non-zero exit code: exit status {code_now}", [cause])
        return Polled([*found, (STATUS, status)], None)

    def _poll_log(self, stream: Stream) -> Polled:
        if stream.get("tty"):
            return self._poll_terminal(stream)
        lines, position = self._machines.log(stream["log"], stream["position"])
        channel = STDOUT if stream["type"] == "attach" else 0
        options = {"timestamps": stream.get("timestamps", False)}
        chunks: list[tuple[int, Object | bytes]] = [
            (STDERR if channel == STDOUT and line[1] == "stderr" else channel, render(line, options)) for line in lines
        ]
        machine = self._machines.rows.get(stream["log"])
        if (machine is None or machine["exit"] is not None) and not lines:
            if stream["type"] == "attach":
                chunks.append((STATUS, {"metadata": {}, "status": "Success"}))
            return Polled(chunks, None)
        return Polled(chunks, {**stream, "position": position})

    def _poll_terminal(self, stream: Stream) -> Polled:
        shown, position = self._machines.output(stream["log"], stream["position"])
        chunks: list[tuple[int, Object | bytes]] = []
        if shown:
            chunks.append((STDOUT if stream["type"] == "attach" else 0, shown))
        machine = self._machines.rows.get(stream["log"])
        if (machine is None or machine["exit"] is not None) and not shown:
            if stream["type"] == "attach":
                chunks.append((STATUS, {"metadata": {}, "status": "Success"}))
            return Polled(chunks, None)
        return Polled(chunks, {**stream, "position": position})


def size_of(payload: bytes) -> tuple[int, int] | None:
    """The columns and rows that a resize message tells."""
    try:
        size = orjson.loads(payload)
        return int(size["Width"]), int(size["Height"])
    except (ValueError, KeyError, TypeError):
        return None


def failure_status(message: str, causes: list[Object]) -> Object:
    return {
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "NonZeroExitCode",
        "details": {"causes": causes},
    }


def log_options(request: Request, now: int) -> Object:
    """The options of a log request. Raises `BadRequest`."""
    options: Object = {"timestamps": request.flag("timestamps"), "tail": None, "since": 0}
    tail = request.parameter("tailLines")
    if tail:
        if not tail.lstrip("-").isdecimal():
            raise BadRequest(f'strconv.ParseInt: parsing "{tail}": invalid syntax')
        options["tail"] = max(int(tail), 0)
    if request.parameter("sinceSeconds"):
        options["since"] = now - int(request.parameter("sinceSeconds")) * SECOND
    if request.parameter("sinceTime"):
        try:
            options["since"] = moment(request.parameter("sinceTime"))
        except ValueError:
            raise BadRequest(f'parsing time "{request.parameter("sinceTime")}"') from None
    return options


def chosen(lines: list[Line], options: Object) -> list[Line]:
    kept = [line for line in lines if line[0] >= options["since"]] if options["since"] else lines
    tail = options["tail"]
    if tail is None:
        return kept
    return kept[-tail:] if tail else []


def render(line: Line, options: Object) -> bytes:
    moment_of, _, text = line
    if options["timestamps"]:
        text = f"{nano_timestamp(moment_of)} {text}"
    return text.encode("utf-8", "surrogateescape")


def nano_timestamp(when: int) -> str:
    """A moment as a log's time stamp: nanoseconds, without the zeros at the end."""
    whole = datetime.fromtimestamp(when // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{when % SECOND:06d}000Z"


def no_reply(failure: NetworkFailure, host: str, where: str) -> str:
    """Why no answer came, as a client of Go says it."""
    match failure:
        case BadCertificate():
            return f"tls: failed to verify certificate: x509: {distrust(failure, host)}"
        case NotEncrypted():
            return "http: server gave HTTP response to HTTPS client"
        case NotHTTP():
            code = quoted(str(failure).partition(" ")[2])
            return f"net/http: HTTP/1.x transport connection broken: malformed HTTP status code {code}"
        case Reset():
            return "EOF"
        case Unreachable():
            return f"{where}: connect: no route to host"
    return f"{where}: connect: connection refused"


def distrust(failure: BadCertificate, host: str) -> str:
    """Why a certificate is not trusted, as Go's crypto/x509 says it."""
    shown, said = failure.certificate, str(failure)
    if "expired" in said or "not yet valid" in said:
        return "certificate has expired or is not yet valid"
    if shown is None or "SSL certificate problem" in said:
        return "certificate signed by unknown authority"
    if not shown.names:
        return "certificate relies on legacy Common Name field, use SANs instead"
    return f"certificate is valid for {', '.join(shown.names)}, not {host}"
