"""How processes begin, and how signals reach them. Upstream: fork(2), execve(2), signal(7)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.runtime import signals
from simulator.runtime.budgets import SPAWN
from simulator.runtime.errors import OSFailure
from simulator.runtime.loading import PATH, Image, load, look_up
from simulator.runtime.process import Process
from simulator.runtime.running import Running, inherited

FORK = "fork"
"""What a process that cannot be started is refused for."""
MOST_PROCESSES = 256
"""Processes of one machine."""

type Wiring = str | tuple[str, ...]
"""Where a descriptor of a first process leads: `"null"`, `("log", stream)` or `("terminal", name)`."""


class Spawning(Running):
    """Starts processes, for those outside or as children, and signals them."""

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
        unfit: str = "",
    ) -> int:
        """Start a process from outside; the first one of a machine is its process 1.

        Raises `OSFailure` (ENOENT, EACCES, ENOEXEC, ...) when it cannot be started.
        """
        fds = {number: self._wire(machine, end) for number, end in enumerate((stdin, stdout, stderr))}
        tty = next((end[1] for end in (stdin, stdout) if isinstance(end, tuple) and end[0] == "terminal"), None)
        return self.begin(machine, tuple(argv), fds=fds, env=env, cwd=cwd, tty=tty, unfit=unfit)

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
        unfit: str = "",
    ) -> int:
        """Start a process whose descriptors are these open files (taken over), wired to a session or to nobody.

        `unfit` is the program that runs instead of a file that is no program for this machine (ENOEXEC).
        """
        row = self.rows[machine]
        full = {"PATH": PATH, **row["env"], **(env or {})}
        files = self.files(machine, cwd or row["cwd"], user=row["user"], groups=row["groups"])
        try:
            image = load(files, argv, full)
        except OSFailure as failure:
            if failure.name != "ENOEXEC" or not unfit:
                raise
            image = Image(unfit, (look_up(files, argv[0], full), *argv[1:]))
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
        kept_handlers = handlers if handlers is not None else inherited(parent.handlers)
        pid = self._add(
            machine, image, env=full, cwd=where, fds=wanted, parent=parent.pid, tty=parent.tty, session=None,
            group=parent.group if group is None else group, user=parent.user, groups=parent.groups,
            umask=parent.umask, handlers=kept_handlers, state=state, then=then,
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
        pid = self._number(machine, last)
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

    def _number(self, machine: str, last: int) -> int:
        """The number of the next process, which a family gives out together."""
        family = self.rows[machine].get("family")
        if family is None:
            return last + 1
        given, members = self.families[family]
        self.families.put(family, (given + 1, members))
        if not last:
            self.change(machine, first=given + 1)
        return given + 1

    def check_memory(self, machine: str) -> None:
        """Compare what a machine holds with its limit (a step of the clock)."""
        self.cgroups.check(machine)

    def has_room(self, machine: str, processes: int) -> bool:
        """Whether so many more processes may be started."""
        return len(self.pids[machine][1]) + processes <= MOST_PROCESSES

    # signals

    def signal(self, machine: str, pid: int, number: int, *, sender: int = 0) -> None:
        """Signal a process, with a negative number the group of that number, with -1 all; raises `OSFailure` ESRCH.

        Process 1 gets only signals it handles, and SIGKILL only from outside (`sender` 0), as in a container. Those of
        relatives can be signalled as well.
        """
        if pid == -1:
            for other, home, _ in self.visible(machine):
                if other not in (1, sender) and (home, other) in self.processes:
                    self.signal(home, other, number, sender=sender)
            return
        if pid < 0:
            if not any(self.signal_group(home, -pid, number) for home in self.relatives(machine)):
                raise OSFailure("ESRCH")
            return
        row = self.processes.get((machine, pid))
        if row is None:
            machine = self.home(machine, pid)
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
