"""kubectl as a program of the workstation: a run over a process of the runtime."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.kernel.clock import MILLISECOND
from simulator.kubectl.client import VERSION
from simulator.kubectl.command import Waiting
from simulator.kubectl.completing import candidates
from simulator.kubectl.course import Course, Heedless, Held, Resting
from simulator.kubectl.program import begin, go_on
from simulator.kubectl.proxying import answer
from simulator.kubectl.terminal import Refused, Unreachable
from simulator.kubectl.tracing import log_head
from simulator.kubectl.tunnel import forward
from simulator.runtime import network
from simulator.runtime.images.httplog import http_date
from simulator.runtime.process import Process
from simulator.runtime.programs import COMPLETERS, Exit, Outcome, Server, Wait, program

ROUND_TRIP = 50 * MILLISECOND
"""What a command that writes takes until the prompt is back. In it the controllers begin: who asks next sees that."""


class ProcessTerminal:
    """What a run needs, from the process that it runs in, on the course of one step."""

    def __init__(self, process: Process, course: Course | None = None) -> None:
        self._process = process
        self._course = course or Heedless()
        self._once = self._course.once
        self.wrote = False
        """Whether a request of this step changed something."""
        self.waited = 0
        """How long the answers of this step took; what is written after them comes as late."""
        self.held: list[tuple[int, bytes]] = []
        """What is still to be written, to which descriptor."""

    @property
    def env(self) -> Mapping[str, str]:
        return self._process.env

    @property
    def now(self) -> int:
        return self._once(lambda: self._process.now + self.waited)

    @property
    def version(self) -> str:
        node = self._process.machines.network.host(self._process.machine)
        return VERSION if node is None else node.release_in(self._process.machine, "kubectl") or VERSION

    def write(self, text: str | bytes) -> None:
        self._written(1, text)

    def write_error(self, text: str | bytes) -> None:
        self._written(2, text)

    def _written(self, descriptor: int, text: str | bytes) -> None:
        content = self._course.unwritten(descriptor, text.encode() if isinstance(text, str) else text)
        if self.waited:
            self.held.append((descriptor, content))
        else:
            (self._process.stdout if descriptor == 1 else self._process.stderr).write(content)
            self._course.written[descriptor] += len(content)

    def read(self) -> bytes | None:
        return self._once(lambda: self._process.read(0))

    def gather(self) -> bytes | None:
        return self._once(lambda: self._process.gather(0))

    def is_terminal(self, descriptor: int) -> bool:
        return self._process.is_terminal(descriptor)

    def rest(self, duration: int) -> None:
        self._course.rest(duration)

    def size(self) -> tuple[int, int]:
        terminal = self._process.terminal
        return (80, 24) if terminal is None else (terminal.columns, terminal.rows)

    def raw(self, on: bool) -> None:
        if self._process.terminal is not None:
            self._process.terminal.set_raw(on)

    def read_file(self, path: str) -> bytes:
        return self._once(lambda: self._process.files.read(path))

    def fetch(self, url: str) -> network.HttpResponse:
        return self._process.http(network.HttpRequest("GET", url, {"host": urlsplit(url).netloc}))

    def write_file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        files = self._process.files
        folder = files.absolute(path).rpartition("/")[0]
        if folder and not files.is_directory(folder):
            files.make_directory(folder, parents=True)
        files.write(path, content, mode=mode)

    def remove_file(self, path: str) -> None:
        if self._process.files.exists(path):  # a step that is taken again has removed it already
            self._process.files.remove(path)

    def modified(self, path: str) -> int:
        return self._once(lambda: int(self._process.files.stat(path)["modified"]))

    def is_file(self, path: str) -> bool:
        files = self._process.files
        return self._once(lambda: files.exists(path) and not files.is_directory(path))

    def is_folder(self, path: str) -> bool:
        return self._once(lambda: self._process.files.is_directory(path))

    def list_folder(self, path: str) -> list[str]:
        return self._once(lambda: sorted(self._process.files.names(path)))

    def absolute(self, path: str) -> str:
        return self._process.files.absolute(path)

    def call(self, server: str, request: Request) -> Response:
        self.wrote = self.wrote or request.method != "GET"
        failure, answer = self._once(lambda: self._answer(server, request))
        if failure is not None:
            raise Refused(server) if failure == "" else Unreachable(failure)
        return Response(*answer)

    def _answer(self, server: str, request: Request) -> tuple[str | None, tuple[Any, ...]]:
        """Why there is no answer, empty where nobody listens; and the answer, as plain data."""
        request = self._course.marked(request, self._process.now)
        try:
            said: Response = self._process.api(server, request)
        except network.Refused:
            return "", ()
        except network.NetworkFailure as failure:
            return reason(failure, server), ()
        self.waited += said.latency
        said = self._course.answered(request, said, self._process.now)
        return None, (said.status, said.body, said.headers, said.stream, said.latency)

    def poll(self, stream: Stream) -> Polled:
        return Polled(*self._once(lambda: self._polled(stream)))

    def _polled(self, stream: Stream) -> tuple[Any, Any]:
        polled: Polled = self._process.poll(stream)
        return polled.chunks, polled.stream

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream | None:
        return self._once(lambda: self._process.send(stream, channel, payload))

    def listen(self, port: int) -> None:
        self._process.listen(port)

    def listen_at(self, path: str) -> None:
        node = self._process.files.find(path)
        if node is not None and node["kind"] == "socket":
            self._process.files.remove(path)
        self._process.listen_at(path)

    def spawn(self, words: Sequence[str]) -> None:
        self._process.spawn(words, path=self._process.find_program(words[0]))

    def ended(self) -> int | None:
        return self._once(self._ended)

    def _ended(self) -> int | None:
        child = self._process.reap()
        return None if child is None or child[1] < 0 else child[1]


def reason(failure: network.NetworkFailure, server: str) -> str:
    """Why no answer came, as Go's network stack says it."""
    host = server.partition("://")[2].partition("/")[0]
    if isinstance(failure, network.NameNotFound):
        return f"dial tcp: lookup {host.partition(':')[0]}: no such host"
    if isinstance(failure, network.TimedOut):
        return f"dial tcp {host}: i/o timeout"
    if isinstance(failure, network.Unreachable):
        return f"dial tcp {host}: connect: no route to host"
    if isinstance(failure, network.BadCertificate):
        words = str(failure)
        why = words if words.startswith("certificate ") else "certificate signed by unknown authority"
        return f"tls: failed to verify certificate: x509: {why}"
    return "EOF"


def complete(process: Process, words: list[str], index: int) -> list[str]:
    """What Tab offers for the word at the cursor."""
    return candidates(ProcessTerminal(process), words[1 : index + 1])


COMPLETERS["kubectl"] = complete


@program("kubectl")
class KubectlProgram(Server):
    """Runs the command line of a process, and goes on with the step that it waits under.

    While it forwards ports or is a proxy, it also answers what connects to them.
    """

    def serve(self, process: Process, request: network.HttpRequest) -> network.HttpResponse:
        memory: dict[str, Any] = process.state["memory"]
        if "proxy" in memory:
            response = answer(ProcessTerminal(process), memory["connection"], memory["proxy"], request)
            length = {"content-length": str(len(response.body)), "date": http_date(process.now)}
            if response.stream is None:
                return replace(response, headers={**response.headers, **length})
            through = {**response.stream, "through": (process.machine, process.pid)}
            return replace(response, headers={**response.headers, "date": length["date"]}, stream=through)
        local = urlsplit(request.url).port or 80
        remote = dict(memory["forward"]["ports"])[local]
        terminal = ProcessTerminal(process)
        terminal.write(f"Handling connection for {local}\n")
        connection = memory["connection"]
        try:
            return forward(
                terminal, connection["server"], connection["headers"], memory["forward"]["path"], remote, request
            )
        except network.Reset as failure:
            terminal.write_error(
                f'{log_head("E", process.now)} portforward.go:413] "Unhandled Error" err="{failure}"\n'
            )
            raise

    def start(self, process: Process) -> Outcome:
        return self._step(process, None, Course())

    def go_on(self, process: Process) -> Outcome:
        return self._step(process, process.state, Course())

    def again(self, process: Process) -> Outcome:
        """A write need not wait any more, or a sleep is over: the step that came to it is taken again."""
        state: dict[str, Any] = process.state
        return self._step(process, state["step"], Course.of(state["course"]))

    def _step(self, process: Process, step: dict[str, Any] | None, course: Course) -> Outcome:
        """Begin, or take the step that was waited for."""
        memory: dict[str, Any] = {} if step is None else dict(step["memory"])
        terminal, words = ProcessTerminal(process, course), process.argv[1:]
        try:
            if step is None:
                result = begin(terminal, words, memory)
            else:
                result = go_on(terminal, words, memory, step["step"], step["arguments"])
        except Held:
            process.state = {"step": step, "course": course.plain()}
            return Wait("again", until=process.now + terminal.waited)
        except Resting as rest:
            process.state = {"step": step, "course": course.plain()}
            return Wait("again", until=process.now + terminal.waited + rest.duration)
        return self._outcome(process, result, memory, terminal)

    def late(self, process: Process) -> Outcome:
        """The answers have come that a step had to wait for: what it made of them is shown."""
        state: dict[str, Any] = process.state
        for descriptor, text in state["held"]:
            (process.stdout if descriptor == 1 else process.stderr).write(text)
        process.state = {name: value for name, value in state.items() if name not in ("held", "then")}
        return Wait("leave", until=process.now) if state["then"] is None else Wait("go_on", *state["then"])

    def leave(self, process: Process) -> Outcome:
        """The end of a command that wrote."""
        return Exit(process.state["code"])

    def _outcome(
        self, process: Process, result: int | Waiting, memory: dict[str, Any], terminal: ProcessTerminal
    ) -> Outcome:
        waits: tuple[Any, ...] | None = None
        if isinstance(result, int):
            process.state = {"memory": memory, "code": result}
        else:
            process.state = {"memory": memory, "step": result.step, "arguments": result.arguments}
            waits = (result.until, result.readable, result.children, result.stream)
        if terminal.waited:
            process.state = {**process.state, "held": tuple(terminal.held), "then": waits}
            return Wait("late", until=process.now + terminal.waited)
        if waits is not None:
            return Wait("go_on", *waits)
        return Wait("leave", until=process.now + ROUND_TRIP) if terminal.wrote else Exit(process.state["code"])
