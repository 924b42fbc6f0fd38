"""A world of its own for the tests of the host: terminals that answer, a clock that ticks, and the shape of the real one."""

from types import SimpleNamespace
from typing import Any

from simulator.api.requests import Polled, Request, Response
from simulator.kernel.clock import SECOND, Clock, Plan
from simulator.kernel.state import State, decode, encode

START = 1_793_610_000 * SECOND


class EchoWorld:
    """Every key is echoed; Enter answers `N: line`; a second later `tick N` follows."""

    def __init__(self, state: State, plan: Plan | None = None) -> None:
        self.state = state
        now, order, queue = plan or (START, 0, [])
        self.clock = Clock(now, self.perform, queue, order)
        self.terminals = state.table("etcd/terminals")
        self.meta = state.table("meta")
        self.machines = self.cluster = self.store = self.kernel = self
        self.network = SimpleNamespace(trace=self)
        self.scope, self.components, self.control_plane, self.kubelet = "", {"scheduler": self}, None, None
        self.clusters = {"echo": self}
        self.url = "https://echo:6443"
        self.seed = ""

    @property
    def revision(self) -> int:
        return self.meta.get("revision") or 0

    def change(self) -> None:
        self.meta.put("revision", self.revision + 1)

    def files(self, machine: str) -> Any:
        return self

    def find(self, path: str) -> None:
        return None

    def trace(self, revision: int = 0) -> "list[Any]":
        return []

    def calls(self, since: int = 0) -> "list[Any]":
        return []

    def list(self, resource: str, namespace: str | None = None) -> list[Any]:
        return []

    def open_terminal(self, machine: str, terminal: str, cols: int, rows: int) -> None:
        if terminal not in self.terminals:
            self.terminals.put(terminal, {"out": b"$ ", "line": b"", "count": 0})

    def resize(self, terminal: str, cols: int, rows: int) -> None:
        self.meta.put("size", (cols, rows))

    def hang_up(self, machine: str, terminal: str) -> None:
        """Nothing runs here that could end."""

    def has_shell(self, terminal: str) -> bool:
        return True

    def type(self, terminal: str, data: bytes) -> None:
        row = dict(self.terminals[terminal])
        for key in data.decode(errors="replace"):
            if key == "!":
                raise RuntimeError("a fault of the simulator")
            if key == "\r":
                row["count"] += 1
                row["out"] += b"\r\n%d: %s\r\n$ " % (row["count"], row["line"])
                row["line"] = b""
                self.clock.call_later(SECOND, "echo", "tick", terminal, row["count"])
                self.change()
            else:
                row["line"] += key.encode()
                row["out"] += key.encode()
        self.terminals.put(terminal, row)

    def tick(self, terminal: str, count: int) -> None:
        row = self.terminals[terminal]
        self.terminals.put(terminal, {**row, "out": row["out"] + b"tick %d " % count})

    def output(self, terminal: str, since: int) -> tuple[bytes, int]:
        out = self.terminals[terminal]["out"]
        return out[since:], len(out)

    def text(self) -> str:
        return b"".join(row["out"] for row in self.terminals.rows.values()).decode()

    def may_change(self, request: Request) -> bool:
        return request.method != "GET"

    def request(self, request: Request) -> Response:
        if request.method != "GET":
            self.change()
        return Response(200, {"path": request.path, "revision": self.revision})

    def poll(self, stream: dict[str, Any]) -> Polled:
        if self.revision > stream["seen"]:
            return Polled([(0, {"revision": self.revision})], {"seen": self.revision})
        return Polled([], stream)

    def send(self, stream: dict[str, Any], channel: int, data: bytes) -> dict[str, Any]:
        return stream

    def perform(self, component: str, step: str, arguments: tuple[Any, ...]) -> None:
        getattr(self, step)(*arguments)

    def fork(self) -> "EchoWorld":
        return EchoWorld(self.state.fork(), self.clock.copy())

    def save(self) -> bytes:
        return encode((self.clock.dump(), self.state.dump()))


def boot(lesson: Any, seed: str) -> EchoWorld:
    return EchoWorld(State())


def restore(saved: bytes) -> EchoWorld:
    plan, tables = decode(saved)
    return EchoWorld(State.load(tables), plan)
