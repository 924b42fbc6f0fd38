"""The machines of a world, for those outside: servers that answer, logs, terminals, sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from simulator.api.requests import Polled, Stream
from simulator.kernel.component import Kernel
from simulator.runtime import signals
from simulator.runtime.cgroups import Cgroups
from simulator.runtime.descriptors import Descriptors
from simulator.runtime.errors import Killed
from simulator.runtime.logs import Line
from simulator.runtime.network import Certificate, HttpRequest, HttpResponse, Network, Refused, Reset
from simulator.runtime.process import Process
from simulator.runtime.programs import PROGRAMS, Server
from simulator.runtime.sessions import Offsets, Sessions
from simulator.runtime.spawning import Spawning
from simulator.runtime.terminals import Terminal, Terminals

DEEPEST = 8
"""How often processes that are at work may be asked anew before somebody answers."""


class Machines(Spawning):
    """Every machine of a world. A machine is a row, a process is a row; idle ones cost nothing.

    `network` is what programs reach beyond their machine. Tables: `runtime/machines` by machine, `runtime/processes` by
    (machine, pid), `runtime/pids` (the processes of a machine), `runtime/families` (machines that see each other's
    processes), `runtime/waiters` (who waits for a pipe or a terminal),
    `runtime/streams` (who waits for `poke`), `runtime/listeners` (TCP) and `runtime/datagrams` (UDP), both by (network,
    port).
    """

    def __init__(self, kernel: Kernel, network: Network | None = None, *, strict: bool = False) -> None:
        super().__init__(kernel, network, strict=strict)
        state = kernel.state
        self.descriptors = Descriptors(state, self)
        self.volumes.moved = self.descriptors.moved
        self.terminals = Terminals(state, self)
        self.sessions = Sessions(state, self)
        self.cgroups = Cgroups(self)

    def remove(self, machine: str, *, keep_log: bool = False) -> None:
        """End everything on a machine and forget it, its files and (unless kept) its log."""
        row = self.rows.get(machine)
        if row is None:
            return
        self._end_all(machine, 128 + signals.KILL)
        for pid in self.pids[machine][1]:
            self.processes.delete((machine, pid))
        self.descriptors.forget(machine)
        self.volumes.remove(machine)
        self.budgets.spending.delete(machine)
        self.cgroups.forget(machine)
        self._leave(machine)
        self.pids.delete(machine)
        self.rows.delete(machine)
        if not keep_log:
            self.logs.remove(row["log"])

    def seen_by(self, machine: str, pid: int, row: Mapping[str, Any]) -> Process:
        return Process(self, machine, pid, row)

    # servers

    def serve(self, network: str, port: int, request: HttpRequest) -> HttpResponse:
        """Have the program that listens there answer; raises `Refused` when none does."""
        process, program = self._server(network, port)
        delay = self.cgroups.delay(process.machine)
        response = self._asked(process, port, program.serve, request)
        return replace(response, latency=response.latency + delay) if delay else response

    def more(self, network: str, port: int, stream: Stream) -> Polled:
        """What is new in an answer of whoever listens there; raises `Refused` when nobody does any more."""
        process, program = self._server(network, port)
        return self._asked(process, port, program.more, stream)

    def certificate(self, network: str, port: int, host: str) -> Certificate | None:
        """What whoever listens there shows to a client that begins TLS; raises `Refused` when nobody does."""
        process, program = self._server(network, port)
        return program.certificate(process, port, host)

    def grpc_health(self, network: str, port: int, service: str) -> str | None:
        """What whoever listens there answers to gRPC's health check; raises `Refused` when nobody does."""
        process, program = self._server(network, port)
        return self._asked(process, port, program.grpc_health, port, service)

    def exchange(
        self,
        network: str,
        port: int,
        connection: bytes,
        payload: bytes,
        protocol: str = "TCP",
        source: str = "127.0.0.1",
    ) -> tuple[bytes, bytes | None]:
        """Have the program that listens there answer bytes of another protocol that came from an address; raises
        `Refused` when none does."""
        process, program = self._server(network, port, protocol)
        process.peer = source
        return self._asked(process, port, program.receive, connection, payload)

    def _server(self, network: str, port: int, protocol: str = "TCP") -> tuple[Process, Server]:
        """Who listens there. One that is at work, because it asks itself on the way, is the very process at work."""
        ports = self.listeners if protocol == "TCP" else self.datagrams
        holder = ports.rows.get((network, port))
        row = None if holder is None else self.processes.rows.get(holder)
        if holder is None or row is None or row["exit"] is not None:
            raise Refused(port=port)
        process = self.working.get(holder) or self.seen_by(holder[0], holder[1], row)
        program = PROGRAMS[process.program]
        if not isinstance(program, Server):
            raise Refused(port=port)
        return process, program

    def _asked[*A, T](self, process: Process, port: int, ask: Callable[[Process, *A], T], *what: *A) -> T:
        """What a server answers, and store what answering has changed. Questions that go in circles are cut."""
        holder, working = (process.machine, process.pid), self.working
        if holder in working:
            if self.nested >= DEEPEST:
                raise Reset(port=port)
            self.nested += 1
            try:
                return ask(process, *what)
            finally:
                self.nested -= 1
        before = self.processes.rows[holder]
        working[holder] = process
        try:
            answer = ask(process, *what)
        except Killed as death:
            raise self._died(process, port, death) from None
        finally:
            del working[holder]
        self._served(process, before)
        return answer

    def is_running(self, machine: str, pid: int) -> bool:
        row = self.processes.rows.get((machine, pid))
        return row is not None and row["exit"] is None

    def _died(self, process: Process, port: int, death: Killed) -> Reset:
        """A program that a signal ended while it answered gives no answer."""
        self._end(process.machine, process.pid, 128 + death.signal, death.signal)
        return Reset(port=port)

    def _served(self, process: Process, before: Mapping[str, Any]) -> None:
        """Store what answering has changed; most answers change nothing."""
        machine, pid = process.machine, process.pid
        if process.spent:
            self.budgets.spend(machine, process.spent)
        current = self.processes.rows.get((machine, pid))
        if current is None or current["exit"] is not None:
            return  # it ended itself while it answered
        same = process.state is before["state"] and process.outbox is before["outbox"] and process.fds == before["fds"]
        if not same or process.handlers is not before["handlers"]:
            self._change(machine, pid, **process.changes())
            if process.outbox:
                self._settle(machine, pid, self.processes[machine, pid])

    # for those outside: logs, terminals, sessions

    def log(self, name: str, since: int = 0) -> tuple[list[Line], int]:
        """The entries of a log from number `since` on, and the number of the next."""
        return self.logs.read(name, since)

    def terminal(self, name: str) -> Terminal:
        return Terminal(self.terminals, name)

    def open_terminal(
        self,
        machine: str,
        terminal: str,
        columns: int = 80,
        rows: int = 24,
        argv: tuple[str, ...] = ("bash", "-l"),
    ) -> None:
        """A terminal with a login shell on it, which marks its prompts and commands (OSC 133) for the client."""
        self.terminals.open(terminal, machine, columns, rows)
        self.log_in(terminal, argv)

    def log_in(self, terminal: str, argv: tuple[str, ...] = ("bash", "-l")) -> None:
        """A new shell on a terminal whose shell has ended."""
        machine: str = self.terminals.rows[terminal]["machine"]
        number = self.descriptors.open(machine, kind="terminal", terminal=terminal)
        for _ in range(2):
            self.descriptors.hold(machine, number)
        env = {"TERM": "xterm-256color", "TERM_PROGRAM": "kubelab"}
        pid = self.begin(machine, argv, fds={0: number, 1: number, 2: number}, env=env, tty=terminal)
        self.terminal(terminal).set_foreground(pid)

    def has_shell(self, terminal: str) -> bool:
        """Whether a process is still on a terminal."""
        return any(row["tty"] == terminal for row in self.processes.rows.values())

    def type(self, terminal: str, data: bytes) -> None:
        """Keys typed on a terminal."""
        self.terminal(terminal).type(data)

    def resize(self, terminal: str, columns: int, rows: int) -> None:
        self.terminals.resize(terminal, columns, rows)

    def output(self, terminal: str, since: int = 0) -> tuple[bytes, int]:
        """What a terminal showed from an offset on (the last 256 KiB are kept), and the offset of the end."""
        return self.terminals.output.read(terminal, since)

    def close_terminal(self, terminal: str) -> None:
        """Hang up and forget a terminal."""
        self.terminals.hang_up(terminal)
        self.terminals.remove(terminal)

    def open_session(
        self,
        session: str,
        machine: str,
        argv: Iterable[str],
        *,
        stdin: bool = False,
        tty: bool = False,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command in a machine for somebody outside; raises `OSFailure` when it cannot be started."""
        self.sessions.open(session, machine, tuple(argv), stdin=stdin, tty=tty, columns=columns, rows=rows, env=env)

    def session_input(self, session: str, data: bytes) -> None:
        """Bytes for a session's stdin; b"" closes it."""
        self.sessions.input(session, data)

    def session_output(self, session: str, since: Offsets = (0, 0)) -> tuple[list[tuple[int, bytes]], Offsets]:
        """What came after these offsets, as (1 stdout or 2 stderr, bytes), and the next offsets."""
        return self.sessions.output(session, since)

    def session_exit(self, session: str) -> int | None:
        """The exit code, once the command has ended and its output has been taken."""
        return self.sessions.exit_code(session)

    def session_resize(self, session: str, columns: int, rows: int) -> None:
        self.sessions.resize(session, columns, rows)

    def session_close(self, session: str) -> None:
        self.sessions.close(session)
