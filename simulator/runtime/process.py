"""One process during one of its steps: what a program sees of its machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.runtime.budgets import LONGEST_STEP
from simulator.runtime.errors import Killed, OSFailure
from simulator.runtime.files import EXECUTE, WRITE, Files
from simulator.runtime.loading import look_up
from simulator.runtime.network import Refused, Reset
from simulator.runtime.rows import socket_space
from simulator.runtime.signals import PIPE, TTIN, XCPU

if TYPE_CHECKING:
    from simulator.api.requests import Polled, Request, Response, Stream
    from simulator.runtime.machines import Machines
    from simulator.runtime.network import HttpRequest, HttpResponse, Record
    from simulator.runtime.running import Ended
    from simulator.runtime.terminals import Terminal


READ_COST, WRITE_COST, SHOWN_COST = 500, 1_500, 40
"""What it costs to ask an API server for something, to write something there, and to show one object of an answer."""
LARGEST_GATHERED = 16 << 20
"""Bytes that `gather` collects before it gives up."""


class Writer:
    """A descriptor to write to. A write never blocks its step; the process pauses after it until all is read."""

    __slots__ = ("descriptor", "process")

    def __init__(self, process: Process, descriptor: int) -> None:
        self.process = process
        self.descriptor = descriptor

    def write(self, data: bytes | str) -> None:
        self.process.write(self.descriptor, data)

    def print(self, text: str = "") -> None:
        """Write a line."""
        self.process.write(self.descriptor, text + "\n")

    def is_terminal(self) -> bool:
        return self.process.is_terminal(self.descriptor)


class Reader:
    """A descriptor to read from. A read gives None when nothing is there yet, and b"" at the end."""

    __slots__ = ("descriptor", "process")

    def __init__(self, process: Process, descriptor: int) -> None:
        self.process = process
        self.descriptor = descriptor

    def read(self, size: int = 65536) -> bytes | None:
        return self.process.read(self.descriptor, size)

    def gather(self) -> bytes | None:
        """Everything up to the end, once the end has come; None until then (wait for `readable` and ask again)."""
        return self.process.gather(self.descriptor)

    def is_terminal(self) -> bool:
        return self.process.is_terminal(self.descriptor)


class Process:
    """A process while one of its steps runs. What is set here is stored when the step returns its outcome.

    `state` is the program's own: any plain value, never changed in place, replaced by assignment.
    """

    def __init__(self, machines: Machines, machine: str, pid: int, row: Mapping[str, Any]) -> None:
        self.machines = machines
        self.machine = machine
        self.pid = pid
        self.program: str = row["program"]
        self.argv: tuple[str, ...] = row["argv"]
        self.env: Mapping[str, str] = row["env"]
        self.cwd: str = row["cwd"]
        self.fds: dict[int, int] = dict(row["fds"])
        self.parent: int = row["parent"]
        self.group: int = row["group"]
        self.tty: str | None = row["tty"]
        self.user: int = row["user"]
        self.groups: tuple[int, ...] = row["groups"]
        self.umask: int = row["umask"]
        self.handlers: Mapping[int, str] = row["handlers"]
        self.gathered: Mapping[int, tuple[bytes, ...]] = row["gathered"]
        self.outbox: tuple[tuple[int, bytes], ...] = row["outbox"]
        self.started: int = row["started"]
        self.state: Any = row["state"]
        self.spent = 0
        self.peer = ""
        """Whose bytes a server answers."""

    @cached_property
    def stdin(self) -> Reader:
        return Reader(self, 0)

    @cached_property
    def stdout(self) -> Writer:
        return Writer(self, 1)

    @cached_property
    def stderr(self) -> Writer:
        return Writer(self, 2)

    def changes(self) -> dict[str, Any]:
        """What of the row a step may have changed."""
        return {
            "program": self.program, "argv": self.argv, "env": self.env, "cwd": self.cwd, "fds": self.fds,
            "group": self.group, "tty": self.tty, "umask": self.umask, "handlers": self.handlers,
            "gathered": self.gathered, "outbox": self.outbox, "state": self.state,
        }  # fmt: skip

    # what it is

    @property
    def name(self) -> str:
        """What it calls itself in messages: the last part of `argv[0]`."""
        return self.argv[0].rsplit("/", 1)[-1] if self.argv else self.program

    @property
    def is_first(self) -> bool:
        """Whether its machine ends with it."""
        return self.pid == self.machines.first(self.machine)

    @property
    def now(self) -> int:
        return self.machines.clock.now

    @property
    def files(self) -> Files:
        """The machine's files as this process's user sees them."""
        machine, pid = self.machine, self.pid
        return self.machines.files(machine, self.cwd, user=self.user, groups=self.groups, umask=self.umask, pid=pid)

    @property
    def hostname(self) -> str:
        name: str = self.machines.machine(self.machine)["hostname"]
        return name

    @property
    def terminal(self) -> Terminal | None:
        """The controlling terminal, if there is one."""
        return None if self.tty is None else self.machines.terminal(self.tty)

    def change_directory(self, path: str) -> None:
        files = self.files
        place = files.resolve(path)
        node = files.stat(place)
        if node["kind"] != "directory":
            raise OSFailure("ENOTDIR", path)
        if not files.allows(place, EXECUTE):
            raise OSFailure("EACCES", path)
        self.cwd = place

    def random(self, limit: int) -> int:
        """A random whole number from 0 up to, not including, the limit."""
        return self.machines.random.below("runtime/" + self.program, limit)

    # input and output

    def write(self, descriptor: int, data: bytes | str) -> None:
        """Write everything; the process pauses after this step until a full pipe has been read."""
        raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        if not raw:
            return
        opened = self.fds.get(descriptor)
        if opened is None:
            raise OSFailure("EBADF")
        if self.outbox:
            self.outbox = (*self.outbox, (opened, raw))
            return
        try:
            left = self.machines.descriptors.write(self.machine, opened, raw)
        except OSFailure as failure:
            if failure.name == "EPIPE" and self.handlers.get(PIPE) != "ignore":
                raise Killed(PIPE) from None
            raise
        if left:
            self.outbox = ((opened, left),)

    def print(self, text: str = "") -> None:
        """Write a line to stdout."""
        self.write(1, text + "\n")

    def error(self, text: str) -> None:
        """Write a line to stderr."""
        self.write(2, text + "\n")

    def fail(self, text: str, code: int = 1) -> int:
        """Write `NAME: text` to stderr and give the exit code."""
        self.error(f"{self.name}: {text}")
        return code

    def read(self, descriptor: int = 0, size: int = 65536) -> bytes | None:
        """Up to `size` bytes; None when nothing is there yet (wait for `readable`), b"" at the end."""
        opened = self.fds.get(descriptor)
        if opened is None:
            raise OSFailure("EBADF")
        if self.tty is not None and self._is_background(opened):
            self._stop_for_input()
            return None
        return self.machines.descriptors.read(self.machine, opened, size)

    def _is_background(self, opened: int) -> bool:
        """Whether a descriptor is the controlling terminal, and another group has it."""
        what = self.machines.descriptors.opens.get((self.machine, opened))
        if what is None or what["kind"] != "terminal" or what["terminal"] != self.tty:
            return False
        terminal = self.machines.terminals.rows.get(self.tty)
        return terminal is not None and terminal["foreground"] not in (0, self.group)

    def _stop_for_input(self) -> None:
        """Reading from the terminal in the background stops the group. Upstream: termios(3)"""
        if self.handlers.get(TTIN) == "ignore":
            raise OSFailure("EIO")
        self.machines.signal_group(self.machine, self.group, TTIN)

    def unread(self, descriptor: int, data: bytes) -> None:
        """Give back bytes that were read too far ahead, so that the next reader of the same source gets them."""
        self.machines.descriptors.unread(self.machine, self.fds[descriptor], data)

    def gather(self, descriptor: int = 0) -> bytes | None:
        """Everything up to the end of a descriptor, once the end has come; None until then."""
        parts = [*self.gathered.get(descriptor, ())]
        while (part := self.read(descriptor)) is not None:
            if not part:
                self.gathered = {fd: data for fd, data in self.gathered.items() if fd != descriptor}
                return b"".join(parts)
            parts.append(part)
            if sum(map(len, parts)) > LARGEST_GATHERED:
                raise OSFailure("ENOMEM")
        self.gathered = {**self.gathered, descriptor: tuple(parts)}
        return None

    def is_own_output(self, descriptor: int) -> bool:
        """Whether what is still to be read from a descriptor is the file that stdout writes to."""
        opened, output = self.fds.get(descriptor), self.fds.get(1)
        if opened is None or output is None:
            return False
        return self.machines.descriptors.is_own_output(self.machine, opened, output)

    def is_terminal(self, descriptor: int) -> bool:
        opened = self.fds.get(descriptor)
        return opened is not None and self.machines.descriptors.kind(self.machine, opened) == "terminal"

    def open(self, path: str, mode: str = "r", *, descriptor: int | None = None, permissions: int = 0o666) -> int:
        """Open a file (`r`, `w`, `a`, `r+`) or a device; the descriptor, the lowest free one from 3 unless given."""
        opened = self.machines.descriptors.open_path(self, path, mode, permissions)
        return self._install(opened, descriptor)

    def open_bytes(self, content: bytes, *, descriptor: int | None = None) -> int:
        """A descriptor from which these bytes can be read (a here-document)."""
        return self._install(self.machines.descriptors.open_bytes(self.machine, content), descriptor)

    def pipe(self) -> tuple[int, int]:
        """A new pipe: the descriptors (from 10 on) to read from and to write to."""
        reader, writer = self.machines.descriptors.open_pipe(self.machine)
        return self._install(reader, self._free(10)), self._install(writer, self._free(10))

    def duplicate(self, descriptor: int, target: int | None = None) -> int:
        """Make another descriptor (the lowest free one from 10, or `target`) for the same open file."""
        opened = self.fds.get(descriptor)
        if opened is None:
            raise OSFailure("EBADF")
        if target == descriptor:
            return descriptor
        self.machines.descriptors.hold(self.machine, opened)
        return self._install(opened, self._free(10) if target is None else target)

    def close(self, descriptor: int) -> None:
        """Close a descriptor; one that is not open is no error."""
        opened = self.fds.pop(descriptor, None)
        if opened is not None:
            self.machines.descriptors.release(self.machine, opened)

    def _install(self, opened: int, descriptor: int | None) -> int:
        if descriptor is None:
            descriptor = self._free(3)
        else:
            self.close(descriptor)
        if len(self.fds) >= 256:
            raise OSFailure("EMFILE")
        self.fds[descriptor] = opened
        return descriptor

    def _free(self, lowest: int) -> int:
        while lowest in self.fds:
            lowest += 1
        return lowest

    # other processes

    def find_program(self, name: str) -> str:
        """The path of the executable that a command name means, by `PATH`; raises `OSFailure` when there is none."""
        return look_up(self.files, name, self.env)

    def spawn(
        self,
        argv: Iterable[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        fds: Mapping[int, int] | None = None,
        path: str = "",
        program: str = "",
        state: Any = None,
        then: str = "start",
        group: int | None = None,
        handlers: Mapping[int, str] | None = None,
    ) -> int:
        """Start a child and give its pid.

        `fds` maps the child's descriptors to this process's (all of them alike unless given). The program is the one in
        the file at `path` (or that `argv[0]` names), or `program` itself, begun at `then` with `state`, as a forked
        shell is. `group` is the process group: None for this process's, 0 for a new one named by the child.
        """
        return self.machines.spawn_child(
            self, tuple(argv), env=env, cwd=cwd, fds=fds, path=path, program=program, state=state, then=then,
            group=group, handlers=handlers,
        )  # fmt: skip

    def make_room(self, processes: int = 1) -> None:
        """Raise `OSFailure` EAGAIN unless so many processes may be started now."""
        if not self.machines.has_room(self.machine, processes):
            raise OSFailure("EAGAIN", "fork")

    def reap(self) -> Ended | None:
        """A child that has ended or newly stopped; None when no child has news."""
        return self.machines.reap(self.machine, self.pid)

    def children(self) -> list[int]:
        """The children that have not been reaped."""
        return self.machines.children(self.machine, self.pid)

    def kill(self, pid: int, signal: int) -> None:
        """Signal a process, or with a negative number a process group; 0 only asks whether it is there."""
        self.machines.signal(self.machine, pid, signal, sender=self.pid)

    def handle(self, signal: int, how: str = "handle") -> None:
        """Set what a signal does: `handle` (calls `on_signal`), `ignore`, or `default`."""
        kept = {number: what for number, what in self.handlers.items() if number != signal}
        self.handlers = kept if how == "default" else {**kept, signal: how}

    def spend(self, units: int) -> None:
        """Account for work done: about a microsecond a unit; a machine that spends too much goes on a little later.

        A step that spends far too much ends here, killed by SIGXCPU.
        """
        self.spent += units
        if self.spent > LONGEST_STEP:
            raise Killed(XCPU)

    def hold(self, size: int, *, growth: int = 0, most: int = 0) -> None:
        """Hold so many bytes beyond what the program needs, growing by so many a second, `most` at last."""
        self.machines.cgroups.hold(self.machine, self.pid, size, growth, most)

    def occupy(self, thousandths: int) -> None:
        """Compute without end, on so many thousandths of a CPU."""
        self.machines.cgroups.occupy(self.machine, self.pid, thousandths)

    def work(self, cost: int) -> int:
        """Spend microseconds of CPU on a request: how long that takes here and now."""
        return self.machines.cgroups.work(self.machine, cost)

    # the world beyond the machine

    def resolve(self, name: str, kind: str = "A") -> list[Record]:
        return self.machines.network.resolve(self.machine, name, kind)

    def http(self, request: HttpRequest) -> HttpResponse:
        """Send a request; raises `NetworkFailure`. Wait until `now + latency` before showing the answer."""
        if request.socket:
            return self._by_socket(request)
        return self.machines.network.request(self.machine, request)

    def connect(self, host: str, port: int, protocol: str = "TCP") -> tuple[str, int]:
        """Try a connection: the address and the microseconds it took; raises `NetworkFailure`."""
        return self.machines.network.connect(self.machine, host, port, protocol)

    def exchange(
        self, host: str, port: int, connection: bytes, payload: bytes, protocol: str = "TCP"
    ) -> tuple[bytes, bytes | None, int]:
        """Speak another protocol than HTTP with a `Server`: its reply, the connection's state, how long it took."""
        return self.machines.network.exchange(self.machine, host, port, connection, payload, protocol)

    def addresses(self) -> list[str]:
        return self.machines.network.addresses(self.machine)

    def _by_socket(self, request: HttpRequest) -> HttpResponse:
        node = self.files.find(request.socket)
        if node is None or node["kind"] != "socket" or not self.files.allows(request.socket, WRITE):
            raise Refused()
        return self.machines.serve(socket_space(self.machine, self.files.resolve(request.socket)), 0, request)

    def listen_at(self, path: str) -> None:
        """Take requests at a socket in the file system, which is made for it."""
        self.machines.listen_at(self.machine, self.pid, self.files.make_socket(path))

    def listen(self, port: int, protocol: str = "TCP") -> None:
        """Take requests on a port of the machine's network (the program is a `Server`)."""
        self.machines.listen(self.machine, self.pid, port, protocol)

    def api(self, url: str, request: Request) -> Response:
        """Send a request to the API server at a URL."""
        answer = self.machines.network.call_api(self.machine, url, request)
        body = answer.body
        shown = len(body.get("items") or body.get("rows") or ()) if isinstance(body, dict) else 0
        cost = READ_COST if request.method == "GET" else WRITE_COST
        self.spend(cost + len(request.body or b"") // 10 + SHOWN_COST * shown)
        return answer

    def poll(self, stream: Stream) -> Polled:
        """What is new on a stream, and the next cursor, which belongs into `state` (None: it has ended)."""
        through: tuple[str, int] | None = stream.get("through")
        if through is not None and not self.machines.is_running(*through):
            raise Reset()
        polled = self.machines.network.poll(self.machine, stream)
        if through is None or polled.stream is None:
            return polled
        return replace(polled, stream={**polled.stream, "through": through})

    def announce(self) -> None:
        """Something is new in an answer of this server that goes on: who follows it looks again."""
        self.machines.poke()

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        return self.machines.network.send(self.machine, stream, channel, payload)
