"""Running a command to its end at this very moment, for a program that answers with what it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.runtime import signals

if TYPE_CHECKING:
    from simulator.runtime.machines import Machines

MOST_TURNS = 2_000
"""How many steps its processes may take together."""


def complete(machines: Machines, machine: str, argv: tuple[str, ...]) -> tuple[int | None, bytes]:
    """The exit code and what was printed; no code where the command waits for something, and is ended for it.

    Raises `OSFailure` when it cannot be started.
    """
    session = f"complete/{machine}"
    machines.open_session(session, machine, argv)
    first = machines.sessions.rows[session]["pid"]
    printed, read = b"", (0, 0)
    for _ in range(MOST_TURNS):
        chunks, read = machines.session_output(session, read)
        printed += b"".join(piece for _, piece in chunks)
        due = next_due(machines, machine, first)
        if due is None:
            break
        machines.run(machine, due, machines.processes[machine, due]["ticket"])
    code = machines.session_exit(session)
    machines.session_close(session)
    if code is None:
        for pid in later(machines, machine, first):
            machines.signal(machine, pid, signals.KILL)
    return code, printed


def later(machines: Machines, machine: str, first: int) -> list[int]:
    """The processes of a machine from one on."""
    return [pid for pid in machines.pids[machine][1] if pid >= first]


def next_due(machines: Machines, machine: str, first: int) -> int | None:
    """One that can take a step now."""
    if machines.budgets.wait(machine):
        return None
    for pid in later(machines, machine, first):
        row = machines.processes.get((machine, pid))
        if row is not None and row["exit"] is None and row["queued"]:
            return pid
    return None
