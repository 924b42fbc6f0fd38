"""A terminal made of a dictionary of files and a world, and a way to type kubectl commands into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Any
from urllib.parse import urlsplit

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.kernel.clock import SECOND
from simulator.kubectl.client import VERSION
from simulator.kubectl.command import Waiting
from simulator.kubectl.program import begin, go_on
from simulator.kubectl.terminal import Refused
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.world import World

SERVER = "http://10.0.0.1:8080"
KUBECONFIG = f"""apiVersion: v1
kind: Config
current-context: lab
clusters:
- name: lab
  cluster:
    server: {SERVER}
contexts:
- name: lab
  context:
    cluster: lab
    user: admin
users:
- name: admin
  user: {{}}
"""
PATIENCE = 30 * SECOND
"""How long a command may wait in virtual time before it counts as one that would go on for ever."""


@dataclass
class Ran:
    """What a command showed, and how it ended; a code of None: it was still waiting."""

    out: str
    err: str
    code: int | None


@dataclass
class MemoryTerminal:
    """A terminal without a machine."""

    world: World
    files: dict[str, bytes] = field(default_factory=dict)
    home: str = "/home/learner"
    server: str = SERVER
    stdin: bytes = b""
    out: bytes = b""
    err: bytes = b""
    version: str = VERSION
    listening: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.files.setdefault(f"{self.home}/.kube/config", KUBECONFIG.replace(SERVER, self.server).encode())

    @property
    def env(self) -> Mapping[str, str]:
        return {"HOME": self.home, "PATH": "/bin"}

    @property
    def now(self) -> int:
        return self.world.clock.now

    def write(self, text: str | bytes) -> None:
        self.out += text.encode() if isinstance(text, str) else text

    def write_error(self, text: str | bytes) -> None:
        self.err += text.encode() if isinstance(text, str) else text

    def read(self) -> bytes | None:
        data, self.stdin = self.stdin, b""
        return data

    def gather(self) -> bytes | None:
        return self.read()

    def is_terminal(self, descriptor: int) -> bool:
        return False

    def size(self) -> tuple[int, int]:
        return 80, 24

    def rest(self, duration: int) -> None:
        self.world.clock.advance(duration)

    def raw(self, on: bool) -> None:
        raise OSFailure("ENOTTY")

    def absolute(self, path: str) -> str:
        return normpath(join(self.home, path))

    def fetch(self, url: str) -> HttpResponse:
        return self.world.network.request("workstation", HttpRequest("GET", url, {"host": urlsplit(url).netloc}))

    def read_file(self, path: str) -> bytes:
        try:
            return self.files[self.absolute(path)]
        except KeyError:
            raise OSFailure("ENOENT", path) from None

    def write_file(self, path: str, content: bytes, mode: int = 0o644) -> None:
        self.files[self.absolute(path)] = content

    def remove_file(self, path: str) -> None:
        del self.files[self.absolute(path)]

    def modified(self, path: str) -> int:
        return self.now

    def is_file(self, path: str) -> bool:
        return self.absolute(path) in self.files

    def is_folder(self, path: str) -> bool:
        prefix = self.absolute(path).rstrip("/") + "/"
        return any(name.startswith(prefix) for name in self.files)

    def list_folder(self, path: str) -> list[str]:
        prefix = self.absolute(path).rstrip("/") + "/"
        return sorted({name[len(prefix) :].split("/")[0] for name in self.files if name.startswith(prefix)})

    def call(self, server: str, request: Request) -> Response:
        if server != self.server:
            raise Refused(server)
        cluster = self.world.cluster
        response = cluster.server.handle(cluster.authenticate(request))
        self.world.clock.settle()
        self.world.clock.advance(response.latency)
        return response

    def poll(self, stream: Stream) -> Polled:
        return self.world.poll(stream)

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream | None:
        return self.world.send(stream, channel, payload)

    def listen(self, port: int) -> None:
        """Nothing else listens on this machine, but what the same command has begun."""
        if port in self.listening:
            raise OSFailure("EADDRINUSE")
        self.listening = (*self.listening, port)

    def spawn(self, words: Sequence[str]) -> None:
        raise OSFailure("ENOENT", words[0])

    def ended(self) -> int | None:
        return 127

    def run(self, words: Sequence[str], stdin: str = "", patience: int = PATIENCE) -> Ran:
        """Run a command line (without `kubectl`), letting time pass while it waits."""
        self.stdin, self.out, self.err, self.listening = stdin.encode(), b"", b"", ()
        memory: dict[str, Any] = {}
        result = begin(self, words, memory)
        deadline = self.now + patience
        while isinstance(result, Waiting):
            sleeps = result.until is not None and not (result.stream or result.children or result.readable)
            due = None if sleeps else self.world.clock.next_due
            typed = self.now if result.readable else None  # what is typed is there, or its end
            moments = [moment for moment in (typed, result.until, due) if moment is not None]
            if not moments or min(moments) > deadline:
                break
            self.world.clock.advance_to(max(min(moments), self.now))
            result = go_on(self, words, memory, result.step, result.arguments)
        code = None if isinstance(result, Waiting) else result
        return Ran(self.out.decode(), self.err.decode(), code)
