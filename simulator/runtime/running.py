"""Processes as rows: their steps, what they wait for, and how they end. Upstream: proc(5), wait(2)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from simulator.api.requests import Stream
from simulator.runtime import signals
from simulator.runtime.errors import Killed, OSFailure
from simulator.runtime.loading import load
from simulator.runtime.process import Process
from simulator.runtime.programs import PROGRAMS, Exec, Exit, Outcome, Wait
from simulator.runtime.rows import Rows


class Ended(NamedTuple):
    """What a parent learns of a child."""

    pid: int
    status: int
    """The exit code, 128 + the signal that ended it, or minus the signal that stopped it."""
    signal: int
    """The signal that ended it, or 0."""


class Running(Rows):
    """Runs what is due: a process takes a step, and its outcome says what it waits for next."""

    def seen_by(self, machine: str, pid: int, row: Mapping[str, Any]) -> Process:
        """A process as its program sees it."""
        raise NotImplementedError

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
        process = self.seen_by(machine, pid, row)
        program = PROGRAMS[process.program]
        outcome: Outcome | None
        killed = 0
        self.working[machine, pid] = process
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
        finally:
            del self.working[machine, pid]
        self.budgets.spend(machine, process.spent)
        now = self.processes.get((machine, pid))
        if now is None or now["exit"] is not None:
            return  # it ended itself on the way, such as by `kill $$`
        changed = {**now, **process.changes(), "signals": now["signals"][bool(signal) :], "poked": False}
        kept = [stream["audit"] for stream in followed(changed)]
        for stream in followed(now):
            if stream["audit"] not in kept:
                self.network.hang_up(machine, stream)
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
            "handlers": inherited(process.handlers),
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
        for stream in followed(row):
            self.network.hang_up(machine, stream)
        self.processes.put((machine, pid), {**row, "exit": status, "killed": killed, "fds": {}, "state": None})
        for opened in row["fds"].values():
            self.descriptors.release(machine, opened)
        self.stop_listening(machine, pid)
        self.streams.delete((machine, pid))
        self.cgroups.ended(machine, pid)
        for child in row["children"]:
            self._orphan(machine, child)
        if row["parent"] == 0:
            first = self.first(machine)
            self._forget(machine, pid)
            if row["session"] is not None:
                self.sessions.ended(row["session"], status)
            elif row["tty"] is not None and pid != first:
                self.poke()
            if pid == first:
                self._halt(machine, status)
            if pid == 1:
                self._end_relatives(machine)
            return
        self.wake(machine, row["parent"])
        parent = self.processes.get((machine, row["parent"]))
        if parent is not None and parent["exit"] is None and parent["handlers"].get(signals.CHLD) == "handle":
            self._notify(machine, row["parent"], parent, signals.CHLD)

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

    def _end_relatives(self, machine: str) -> None:
        """With process 1 everything ends that could see it. Upstream: pid_namespaces(7)"""
        for other in self.relatives(machine):
            if other != machine and self.rows[other]["exit"] is None:
                self._end_all(other, 128 + signals.KILL)

    def _halt(self, machine: str, status: int) -> None:
        """The first process has ended, and with it the machine."""
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

    def _notify(self, machine: str, pid: int, row: Mapping[str, Any], number: int) -> None:
        if number not in row["signals"]:
            self.processes.put(
                (machine, pid),
                {**row, "signals": (*row["signals"], number), "stopped": row["stopped"] and number != signals.CONT},
            )
            self._queue(machine, pid, self.processes[(machine, pid)])


def inherited(handlers: Mapping[int, str]) -> dict[int, str]:
    """A new program keeps what is ignored; handlers were code of the old one."""
    return {number: how for number, how in handlers.items() if how == "ignore"}


def followed(row: Mapping[str, Any]) -> Iterator[Stream]:
    """The streams that a process waited for whose end is to be noted, as its state keeps them."""
    if row["wait"] is not None and row["wait"][3]:
        yield from cursors(row["state"])


def cursors(value: Any) -> Iterator[Stream]:
    if isinstance(value, Mapping):
        if "audit" in value and "type" in value:
            yield dict(value)
        else:
            for inner in value.values():
                yield from cursors(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from cursors(inner)
