"""The machines of a world and their processes: creating, running, signalling, ending. Upstream: proc(5), wait(2)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from simulator.kernel.component import Component, Kernel
from simulator.kernel.state import Table
from simulator.runtime import signals
from simulator.runtime.budgets import SPAWN, Budgets
from simulator.runtime.cgroups import Cgroups, Limits
from simulator.runtime.descriptors import Descriptors
from simulator.runtime.errors import Killed, OSFailure
from simulator.runtime.files import Files, Mount, Volumes
from simulator.runtime.loading import PATH, Image, load
from simulator.runtime.logs import Line, Logs
from simulator.runtime.network import Certificate, HttpRequest, HttpResponse, Isolated, Network, Refused
from simulator.runtime.nodes import Node, file, index
from simulator.runtime.process import Process
from simulator.runtime.programs import PROGRAMS, Exec, Exit, Outcome, Server, Wait
from simulator.runtime.sessions import Offsets, Sessions
from simulator.runtime.terminals import Terminal, Terminals

FORK = "fork"
"""What a process that cannot be started is refused for."""
MOST_PROCESSES = 256
"""Processes of one machine."""

type Wiring = str | tuple[str, ...]
"""Where a descriptor of a first process leads: `"null"`, `("log", stream)` or `("terminal", name)`."""


class Ended(NamedTuple):
    """What a parent learns of a child."""

    pid: int
    status: int
    """The exit code, 128 + the signal that ended it, or minus the signal that stopped it."""
    signal: int
    """The signal that ended it, or 0."""


class Machines(Component):
    """Every machine of a world. A machine is a row, a process is a row; idle ones cost nothing.

    `network` is what programs reach beyond their machine. Tables: `runtime/machines` by machine, `runtime/processes` by
    (machine, pid), `runtime/pids` (the processes of a machine), `runtime/waiters` (who waits for a pipe or a terminal),
    `runtime/streams` (who waits for `poke`), `runtime/listeners` (TCP) and `runtime/datagrams` (UDP), both by (network,
    port).
    """

    name = "machines"

    def __init__(self, kernel: Kernel, network: Network | None = None, *, strict: bool = False) -> None:
        super().__init__(kernel)
        state = kernel.state
        self.network: Network = network or Isolated()
        self.strict = strict
        self.rows = state.table("runtime/machines")
        self.processes = state.table("runtime/processes")
        self.pids = state.table("runtime/pids")
        self.waiters = state.table("runtime/waiters")
        self.streams = state.table("runtime/streams")
        self.listeners: Table[tuple[str, int], tuple[str, int]] = state.table("runtime/listeners")
        self.datagrams: Table[tuple[str, int], tuple[str, int]] = state.table("runtime/datagrams")
        self.volumes = Volumes(state, self.clock)
        self.descriptors = Descriptors(state, self)
        self.volumes.moved = self.descriptors.moved
        self.terminals = Terminals(state, self)
        self.logs = Logs(state, self.clock)
        self.sessions = Sessions(state, self)
        self.budgets = Budgets(state, self.clock)
        self.cgroups = Cgroups(self)
        self.remembered: dict[Any, Any] = {}
        """What programs have worked out and can work out again; a fork begins without it."""

    # machines

    def create(
        self,
        machine: str,
        *,
        layers: tuple[str, ...] = (),
        files: Mapping[str, Node] | None = None,
        env: Mapping[str, str] | None = None,
        hostname: str = "",
        user: int = 0,
        groups: tuple[int, ...] = (0,),
        cwd: str = "/",
        mounts: Iterable[Mount] = (),
        network: str = "",
        log: str = "",
        on_exit: tuple[str, str] | None = None,
        read_only: bool = False,
        limits: Limits = Limits(),  # noqa: B008 - a value
        on_memory: tuple[str, str] | None = None,
    ) -> None:
        """A new machine without processes.

        `layers` name image layers (`nodes.LAYERS`), lowest first, above the devices that every machine has; `files` go
        into its writable layer. Machines with the same `network` share their ports, as the containers of a Pod do.
        `log` names the log that `("log", stream)` descriptors write to. `on_exit` names a component and its step, which
        the clock calls with (machine, exit code) when process 1 has ended; `on_memory` names a step that is called with
        (machine) when what it holds has changed.
        """
        self.rows.put(
            machine,
            {
                "layers": ("devices", *layers), "env": dict(env or {}), "hostname": hostname or machine, "user": user,
                "groups": groups, "cwd": cwd, "mounts": tuple(mount.plain() for mount in mounts),
                "network": network or machine, "log": log or machine, "on_exit": on_exit, "read_only": read_only,
                "created": self.clock.now, "exit": None, "limits": tuple(limits), "on_memory": on_memory,
            },
        )  # fmt: skip
        self.pids.put(machine, (0, ()))
        view = self._files(machine, "/", 0, (0,), 0o022, read_only=False)
        for path, node in (files or {}).items():
            view.place(path, node)
        if hostname and not view.exists("/etc/hostname"):
            view.place("/etc/hostname", file(hostname + "\n"))

    def machine(self, machine: str) -> Mapping[str, Any]:
        """The row of a machine; `exit` is the code of its process 1 once that has ended."""
        row: Mapping[str, Any] = self.rows[machine]
        return row

    def change(self, machine: str, **changes: Any) -> None:
        """Change settings of a machine, such as its `env` or `mounts`; processes that run keep what they have."""
        self.rows.put(machine, {**self.rows[machine], **changes})

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
        self.pids.delete(machine)
        self.rows.delete(machine)
        if not keep_log:
            self.logs.remove(row["log"])

    def files(
        self,
        machine: str,
        cwd: str = "/",
        *,
        user: int = 0,
        groups: tuple[int, ...] = (0,),
        umask: int = 0o022,
    ) -> Files:
        """A machine's files as a user sees them, root unless told."""
        return self._files(machine, cwd, user, groups, umask, read_only=self.rows[machine]["read_only"])

    def _files(
        self, machine: str, cwd: str, user: int, groups: tuple[int, ...], umask: int, *, read_only: bool
    ) -> Files:
        row = self.rows[machine]
        layers = self.volumes.base(machine) or index(row["layers"])
        return Files(self.volumes, machine, layers, row["mounts"], user, groups, cwd, umask, read_only=read_only)

    # beginning processes

    def spawn(
        self,
        machine: str,
        argv: Iterable[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str = "",
        stdin: Wiring = "null",
        stdout: Wiring = ("log", "stdout"),
        stderr: Wiring = ("log", "stderr"),
    ) -> int:
        """Start a process from outside; the first one of a machine is its process 1.

        Raises `OSFailure` (ENOENT, EACCES, ENOEXEC, ...) when it cannot be started.
        """
        fds = {number: self._wire(machine, end) for number, end in enumerate((stdin, stdout, stderr))}
        tty = next((end[1] for end in (stdin, stdout) if isinstance(end, tuple) and end[0] == "terminal"), None)
        return self.begin(machine, tuple(argv), fds=fds, env=env, cwd=cwd, tty=tty)

    def _wire(self, machine: str, end: Wiring) -> int:
        if isinstance(end, str):
            return self.descriptors.open(machine, kind=end)
        if end[0] == "terminal":
            return self.descriptors.open(machine, kind="terminal", terminal=end[1])
        return self.descriptors.open(machine, kind="log", log=self.rows[machine]["log"], stream=end[1])

    def begin(
        self,
        machine: str,
        argv: tuple[str, ...],
        *,
        fds: Mapping[int, int],
        env: Mapping[str, str] | None = None,
        cwd: str = "",
        tty: str | None = None,
        session: str | None = None,
        state: Any = None,
    ) -> int:
        """Start a process whose descriptors are these open files (taken over), wired to a session or to nobody."""
        row = self.rows[machine]
        full = {"PATH": PATH, **row["env"], **(env or {})}
        files = self.files(machine, cwd or row["cwd"], user=row["user"], groups=row["groups"])
        image = load(files, argv, full)
        return self._add(
            machine, image, env=full, cwd=cwd or row["cwd"], fds=fds, parent=0, group=0, tty=tty, session=session,
            user=row["user"], groups=row["groups"], umask=0o022, handlers={}, state=state, then="start",
        )  # fmt: skip

    def spawn_child(
        self,
        parent: Process,
        argv: tuple[str, ...],
        *,
        env: Mapping[str, str] | None,
        cwd: str | None,
        fds: Mapping[int, int] | None,
        path: str,
        program: str,
        state: Any,
        then: str,
        group: int | None,
        handlers: Mapping[int, str] | None,
    ) -> int:
        """What `Process.spawn` does."""
        machine = parent.machine
        full = dict(parent.env if env is None else env)
        where = parent.cwd if cwd is None else cwd
        image = Image(program, argv) if program else load(parent.files, argv, full, path)
        kept = {fd: opened for fd, opened in parent.fds.items() if fd < 10}
        wanted = kept if fds is None else {fd: parent.fds[own] for fd, own in fds.items()}
        inherited = handlers if handlers is not None else _inherited(parent.handlers)
        pid = self._add(
            machine, image, env=full, cwd=where, fds=wanted, parent=parent.pid, tty=parent.tty, session=None,
            group=parent.group if group is None else group, user=parent.user, groups=parent.groups,
            umask=parent.umask, handlers=inherited, state=state, then=then,
        )  # fmt: skip
        for opened in wanted.values():
            self.descriptors.hold(machine, opened)
        row = self.processes[(machine, parent.pid)]
        self.processes.put((machine, parent.pid), {**row, "children": (*row["children"], pid)})
        return pid

    def _add(self, machine: str, image: Image, *, group: int, **row: Any) -> int:
        last: int
        last, alive = self.pids[machine]
        if len(alive) >= MOST_PROCESSES:
            raise OSFailure("EAGAIN", FORK)
        if self.rows[machine]["exit"] is not None:
            raise OSFailure("ESRCH")
        pid = last + 1
        self.budgets.spend(machine, SPAWN)
        self.pids.put(machine, (pid, (*alive, pid)))
        self.processes.put(
            (machine, pid),
            {
                **row, "program": image.program, "argv": image.argv, "group": group or pid, "children": (),
                "started": self.clock.now, "wait": None, "poked": False, "queued": True, "outbox": (), "ending": None,
                "gathered": {}, "signals": (), "ticket": 1, "stopped": False, "report": 0, "exit": None, "killed": 0,
            },
        )  # fmt: skip
        self.later(0, "run", machine, pid, 1)
        if self.rows[machine]["limits"][0]:
            self.later(0, "check_memory", machine)
        return pid

    def check_memory(self, machine: str) -> None:
        """Compare what a machine holds with its limit (a step of the clock)."""
        self.cgroups.check(machine)

    def has_room(self, machine: str, processes: int) -> bool:
        """Whether so many more processes may be started."""
        return len(self.pids[machine][1]) + processes <= MOST_PROCESSES

    # running

    def run(self, machine: str, pid: int, ticket: int) -> None:
        """Let a process take a step, if there is reason to (a step of the clock; the latest asked for counts)."""
        row = self.processes.get((machine, pid))
        if row is None or row["exit"] is not None or row["ticket"] != ticket:
            return
        if row["stopped"]:
            self._change(machine, pid, queued=False)
            return
        delay = 0 if row["signals"] else self.budgets.wait(machine)
        if delay:
            self.later(delay, "run", machine, pid, ticket)
            return
        if row["outbox"] and not self._flush(machine, pid, row):
            return
        row = self.processes[(machine, pid)]
        if row["ending"] is not None:
            self._end(machine, pid, row["ending"], 0)
        elif row["signals"]:
            self._step(machine, pid, {**row, "signals": row["signals"][1:]}, row["signals"][0])
        elif row["wait"] is None or self._is_due(machine, row):
            self._step(machine, pid, row, 0)
        else:
            self._settle(machine, pid, row)

    def _step(self, machine: str, pid: int, row: Mapping[str, Any], signal: int) -> None:
        process = Process(self, machine, pid, row)
        program = PROGRAMS[process.program]
        outcome: Outcome | None
        killed = 0
        try:
            outcome = program.on_signal(process, signal) if signal else getattr(program, row["then"])(process)
        except Killed as death:
            outcome, killed = Exit(128 + death.signal), death.signal
        except OSFailure as failure:
            outcome = self._complain(process, str(failure), 1)
        except Exception as mistake:
            if self.strict:
                raise
            if (machine, pid) not in self.processes:
                return  # it had ended itself before the mistake
            outcome = self._complain(process, f"stopped by a mistake of its own: {mistake!r}", 70)
        self.budgets.spend(machine, process.spent)
        now = self.processes.get((machine, pid))
        if now is None or now["exit"] is not None:
            return  # it ended itself on the way, such as by `kill $$`
        changed = {**now, **process.changes(), "signals": now["signals"][bool(signal) :], "poked": False}
        self._take(machine, pid, process, changed, outcome, killed)

    def _complain(self, process: Process, words: str, code: int) -> Outcome:
        with suppress(OSFailure, Killed):
            process.error(f"{process.name}: {words}")
        return Exit(code)

    def _take(
        self,
        machine: str,
        pid: int,
        process: Process,
        row: dict[str, Any],
        outcome: Outcome | None,
        killed: int,
    ) -> None:
        """Store what a step left behind, and go on as its outcome says."""
        if isinstance(outcome, Exec):
            outcome = self._become(process, row, outcome)
        if isinstance(outcome, Exit):
            row["ending"] = outcome.code & 255
            self.processes.put((machine, pid), row)
            if killed or not row["outbox"]:
                self._end(machine, pid, outcome.code & 255, killed)
            else:
                self._settle(machine, pid, row)
            return
        if isinstance(outcome, Wait):
            row["then"] = outcome.then
            row["wait"] = (outcome.until, outcome.readable, outcome.children, outcome.stream)
            if outcome.until is not None and outcome.until > self.clock.now:
                self.later(outcome.until - self.clock.now, "wake", machine, pid)
        self._settle(machine, pid, row)

    def _become(self, process: Process, row: dict[str, Any], outcome: Exec) -> Outcome:
        env = dict(process.env if outcome.env is None else outcome.env)
        try:
            image = load(process.files, outcome.argv, env, outcome.path)
        except OSFailure as failure:
            code = 127 if failure.name == "ENOENT" else 126
            return self._complain(process, f"{outcome.argv[0]}: {failure.words}", code)
        row |= {
            "program": image.program, "argv": image.argv, "env": env, "state": None, "gathered": {},
            "handlers": _inherited(process.handlers),
        }  # fmt: skip
        return Wait("start", until=self.clock.now)

    def _settle(self, machine: str, pid: int, row: Mapping[str, Any]) -> None:
        """Queue a process that can go on, or note what it waits for."""
        due = bool(row["signals"]) or (not row["outbox"] and (row["wait"] is None or self._is_due(machine, row)))
        if due:
            self._queue(machine, pid, row)
            return
        self.processes.put((machine, pid), {**row, "queued": False})
        if row["outbox"]:
            self._await(machine, pid, row["outbox"][0][0])
            return
        _, readable, _, stream = row["wait"]
        for descriptor in readable:
            if descriptor in row["fds"]:
                self._await(machine, pid, row["fds"][descriptor])
        if stream:
            self.streams.put((machine, pid), True)

    def _await(self, machine: str, pid: int, opened: int) -> None:
        source = self.descriptors.source(machine, opened)
        if source is not None:
            waiting = self.waiters.get(source) or ()
            if (machine, pid) not in waiting:
                self.waiters.put(source, (*waiting, (machine, pid)))

    def _is_due(self, machine: str, row: Mapping[str, Any]) -> bool:
        until, readable, children, stream = row["wait"]
        if until is not None and until <= self.clock.now:
            return True
        if stream and row["poked"]:
            return True
        if children and any(self._has_news(machine, child) for child in row["children"]):
            return True
        if children and not row["children"]:
            return True
        return any(
            descriptor not in row["fds"] or self.descriptors.ready(machine, row["fds"][descriptor])
            for descriptor in readable
        )

    def _has_news(self, machine: str, pid: int) -> bool:
        row = self.processes.get((machine, pid))
        return row is None or row["exit"] is not None or bool(row["report"])

    def _flush(self, machine: str, pid: int, row: Mapping[str, Any]) -> bool:
        """Write what a process still has to write; whether all of it went out."""
        outbox = list(row["outbox"])
        while outbox:
            opened, data = outbox[0]
            try:
                left = self.descriptors.write(machine, opened, data)
            except OSFailure as failure:
                if failure.name == "EPIPE" and row["handlers"].get(signals.PIPE) != "ignore":
                    self._end(machine, pid, 128 + signals.PIPE, signals.PIPE)
                    return False
                left = b""
            if left:
                outbox[0] = (opened, left)
                break
            outbox.pop(0)
        self._change(machine, pid, outbox=tuple(outbox))
        if outbox:
            self._settle(machine, pid, self.processes[(machine, pid)])
        return not outbox

    def _change(self, machine: str, pid: int, **changes: Any) -> None:
        self.processes.put((machine, pid), {**self.processes[(machine, pid)], **changes})

    # waking

    def wake(self, machine: str, pid: int) -> None:
        """Have a process look whether it can go on."""
        row = self.processes.get((machine, pid))
        if row is not None and row["exit"] is None and not row["queued"]:
            self._queue(machine, pid, row)

    def _queue(self, machine: str, pid: int, row: Mapping[str, Any]) -> None:
        ticket = row["ticket"] + 1
        self.processes.put((machine, pid), {**row, "queued": True, "ticket": ticket})
        self.later(0, "run", machine, pid, ticket)

    def stir(self, source: tuple[Any, ...]) -> None:
        """Something happened to a pipe or a terminal: those who wait for it look again."""
        waiting = self.waiters.get(source)
        if waiting is not None:
            self.waiters.delete(source)
            for machine, pid in waiting:
                self.wake(machine, pid)

    def poke(self) -> None:
        """API objects, logs or sessions changed: those who wait for a stream look again."""
        if not len(self.streams):
            return
        waiting = list(self.streams)
        self.streams.clear()
        for machine, pid in waiting:
            row = self.processes.get((machine, pid))
            if row is not None and row["exit"] is None:
                self._change(machine, pid, poked=True)
                self.wake(machine, pid)

    # ending

    def _end(self, machine: str, pid: int, status: int, killed: int) -> None:
        """A process is over: close what it held, tell its parent or whoever outside waits for it."""
        row = self.processes[(machine, pid)]
        self.processes.put((machine, pid), {**row, "exit": status, "killed": killed, "fds": {}, "state": None})
        for opened in row["fds"].values():
            self.descriptors.release(machine, opened)
        self.stop_listening(machine, pid)
        self.streams.delete((machine, pid))
        self.cgroups.ended(machine, pid)
        for child in row["children"]:
            self._orphan(machine, child)
        if row["parent"] == 0:
            self._forget(machine, pid)
            if row["session"] is not None:
                self.sessions.ended(row["session"], status)
            elif row["tty"] is not None and pid != 1:
                self.poke()
            if pid == 1:
                self._halt(machine, status)
            return
        self.wake(machine, row["parent"])
        parent = self.processes.get((machine, row["parent"]))
        if parent is not None and signals.CHLD in parent["handlers"]:
            self.signal(machine, row["parent"], signals.CHLD)

    def _orphan(self, machine: str, pid: int) -> None:
        row = self.processes.get((machine, pid))
        if row is None:
            return
        if row["exit"] is not None:
            self._forget(machine, pid)
        else:
            self._change(machine, pid, parent=0)

    def _forget(self, machine: str, pid: int) -> None:
        self.processes.delete((machine, pid))
        last, alive = self.pids[machine]
        self.pids.put(machine, (last, tuple(other for other in alive if other != pid)))

    def _halt(self, machine: str, status: int) -> None:
        """Process 1 has ended, and with it the machine."""
        self._end_all(machine, 128 + signals.KILL)
        row = {**self.rows[machine], "exit": status}
        self.rows.put(machine, row)
        if row["on_exit"] is not None:
            component, step = row["on_exit"]
            self.clock.call_later(0, component, step, machine, status)
        self.poke()

    def power_off(self, machine: str) -> None:
        """Every process of a machine is gone at once; its files stay. `power_on` lets it begin again."""
        row = self.rows.get(machine)
        if row is not None and row["exit"] is None:
            self._halt(machine, 128 + signals.KILL)

    def power_on(self, machine: str) -> None:
        """A machine that was off may run processes again."""
        if self.rows[machine]["exit"] is not None:
            self.pids.put(machine, (0, ()))
            self.change(machine, exit=None)

    def _end_all(self, machine: str, status: int) -> None:
        for pid in reversed(self.pids[machine][1]):
            row = self.processes.get((machine, pid))
            if row is not None and row["exit"] is None:
                self._end(machine, pid, status, signals.KILL)

    def reap(self, machine: str, parent: int) -> Ended | None:
        """A child that has ended (and is now forgotten) or newly stopped; None when no child has news."""
        row = self.processes[(machine, parent)]
        for child in row["children"]:
            known = self.processes.get((machine, child))
            if known is not None and known["report"]:
                self._change(machine, child, report=0)
                return Ended(child, -known["report"], 0)
            if known is None or known["exit"] is not None:
                left = tuple(other for other in row["children"] if other != child)
                self.processes.put((machine, parent), {**row, "children": left})
                if known is None:
                    return self.reap(machine, parent)
                self._forget(machine, child)
                return Ended(child, known["exit"], known["killed"])
        return None

    def children(self, machine: str, parent: int) -> list[int]:
        return list(self.processes[(machine, parent)]["children"])

    # signals

    def signal(self, machine: str, pid: int, number: int, *, sender: int = 0) -> None:
        """Signal a process, with a negative number the group of that number, with -1 all; raises `OSFailure` ESRCH.

        Process 1 gets only signals it handles, and SIGKILL only from outside (`sender` 0), as in a container.
        """
        if pid == -1:
            for other in self.pids[machine][1]:
                if other not in (1, sender) and (machine, other) in self.processes:
                    self.signal(machine, other, number, sender=sender)
            return
        if pid < 0:
            if not self.signal_group(machine, -pid, number):
                raise OSFailure("ESRCH")
            return
        row = self.processes.get((machine, pid))
        if row is None:
            raise OSFailure("ESRCH")
        if row["exit"] is not None or number == 0:
            return
        how = row["handlers"].get(number)
        if number not in (signals.KILL, signals.STOP):
            if how == "ignore":
                return
            if how == "handle":
                self._notify(machine, pid, row, number)
                return
        if pid == 1 and (number != signals.KILL or sender):
            return
        self._default(machine, pid, row, number)

    def _notify(self, machine: str, pid: int, row: Mapping[str, Any], number: int) -> None:
        if number not in row["signals"]:
            self.processes.put(
                (machine, pid),
                {**row, "signals": (*row["signals"], number), "stopped": row["stopped"] and number != signals.CONT},
            )
            self._queue(machine, pid, self.processes[(machine, pid)])

    def _default(self, machine: str, pid: int, row: Mapping[str, Any], number: int) -> None:
        if number == signals.CONT:
            if row["stopped"]:
                self._change(machine, pid, stopped=False)
                self.wake(machine, pid)
        elif number in signals.STOPPING:
            if not row["stopped"]:
                self._change(machine, pid, stopped=True, report=number)
                if row["parent"]:
                    self.wake(machine, row["parent"])
        elif number not in signals.IGNORED:
            self._end(machine, pid, 128 + number, number)

    def signal_group(self, machine: str, group: int, number: int) -> bool:
        """Signal every process of a group; whether there was one."""
        found = False
        for pid in self.pids[machine][1] if machine in self.pids else ():
            row = self.processes.get((machine, pid))
            if row is not None and row["group"] == group:
                found = True
                self.signal(machine, pid, number)
        return found

    def hang_up(self, machine: str, terminal: str) -> None:
        """SIGHUP (and SIGCONT) to everything that runs on a terminal."""
        for pid in self.pids[machine][1] if machine in self.pids else ():
            row = self.processes.get((machine, pid))
            if row is not None and row["tty"] == terminal:
                self.signal(machine, pid, signals.HUP)
                if (machine, pid) in self.processes:
                    self.signal(machine, pid, signals.CONT)

    # servers

    def listen(self, machine: str, pid: int, port: int, protocol: str = "TCP") -> None:
        key = (self.rows[machine]["network"], port)
        table = self._ports(protocol)
        holder = table.get(key)
        if holder is not None and holder != (machine, pid):
            raise OSFailure("EADDRINUSE")
        table.put(key, (machine, pid))

    def _ports(self, protocol: str) -> Table[tuple[str, int], tuple[str, int]]:
        return self.listeners if protocol == "TCP" else self.datagrams

    def stop_listening(self, machine: str, pid: int) -> None:
        """Close every port of a process, as a server does that takes no new requests."""
        for table in (self.listeners, self.datagrams):
            for key in [key for key, holder in table.rows.items() if holder == (machine, pid)]:
                table.delete(key)

    def listener(self, network: str, port: int, protocol: str = "TCP") -> tuple[str, int] | None:
        """The (machine, pid) that listens on a port of a network."""
        return self._ports(protocol).get((network, port))

    def serve(self, network: str, port: int, request: HttpRequest) -> HttpResponse:
        """Have the program that listens there answer; raises `Refused` when none does."""
        process, program, row = self._server(network, port)
        delay = self.cgroups.delay(process.machine)
        response = program.serve(process, request)
        self._served(process, row)
        return replace(response, latency=response.latency + delay) if delay else response

    def certificate(self, network: str, port: int, host: str) -> Certificate | None:
        """What whoever listens there shows to a client that begins TLS; raises `Refused` when nobody does."""
        process, program, _ = self._server(network, port)
        return program.certificate(process, port, host)

    def exchange(
        self, network: str, port: int, connection: bytes, payload: bytes, protocol: str = "TCP"
    ) -> tuple[bytes, bytes | None]:
        """Have the program that listens there answer bytes of another protocol; raises `Refused` when none does."""
        process, program, row = self._server(network, port, protocol)
        reply = program.receive(process, connection, payload)
        self._served(process, row)
        return reply

    def _server(self, network: str, port: int, protocol: str = "TCP") -> tuple[Process, Server, Mapping[str, Any]]:
        holder = self._ports(protocol).rows.get((network, port))
        row = None if holder is None else self.processes.rows.get(holder)
        if holder is None or row is None or row["exit"] is not None:
            raise Refused(port=port)
        program = PROGRAMS[row["program"]]
        if not isinstance(program, Server):
            raise Refused(port=port)
        return Process(self, holder[0], holder[1], row), program, row

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


def _inherited(handlers: Mapping[int, str]) -> dict[int, str]:
    """A new program keeps what is ignored; handlers were code of the old one."""
    return {number: how for number, how in handlers.items() if how == "ignore"}
