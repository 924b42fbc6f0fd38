"""Sessions: a command run in a machine for somebody outside (exec, attach, a node's shell)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.state import State

if TYPE_CHECKING:
    from simulator.runtime.machines import Machines

type Offsets = tuple[int, int]
"""How far stdout and stderr have been read."""

STDOUT, STDERR = 1, 2


class Sessions:
    """Every session of a world: `runtime/sessions`. Without a terminal, output waits in pipes until it is taken."""

    def __init__(self, state: State, machines: Machines) -> None:
        self.machines = machines
        self.rows = state.table("runtime/sessions")

    def open(
        self,
        name: str,
        machine: str,
        argv: tuple[str, ...],
        *,
        stdin: bool,
        tty: bool,
        columns: int,
        rows: int,
        env: Mapping[str, str] | None,
    ) -> None:
        """Start the command; raises `OSFailure` when there is no such program."""
        row: dict[str, Any] = {"machine": machine, "exit": None, "stdin": None, "kept": (b"", b""), "at": (0, 0)}
        if tty:
            self.machines.terminals.open(name, machine, columns, rows)
            number = self.machines.descriptors.open(machine, kind="terminal", terminal=name)
            ends = {0: number, 1: number, 2: number}
            row |= {"terminal": name, "stdout": None, "stderr": None}
        else:
            ends = {}
            if stdin:
                ends[0], row["stdin"] = self.machines.descriptors.open_pipe(machine)
            else:
                ends[0] = self.machines.descriptors.open(machine, kind="null")
            row["stdout"], ends[1] = self.machines.descriptors.open_pipe(machine, outside=True)
            row["stderr"], ends[2] = self.machines.descriptors.open_pipe(machine, outside=True)
            row["terminal"] = None
        try:
            pid = self.machines.begin(machine, argv, fds=ends, env=env, tty=name if tty else None, session=name)
        except Exception:
            for number in {**ends, 3: row["stdout"], 4: row["stderr"], 5: row["stdin"]}.values():
                if number is not None:
                    self.machines.descriptors.release(machine, number)
            self.machines.terminals.remove(name)
            raise
        self.rows.put(name, {**row, "pid": pid})
        if tty:
            self.machines.terminal(name).set_foreground(pid)

    def ended(self, name: str, code: int) -> None:
        """The session's process has ended."""
        row = self.rows.get(name)
        if row is not None:
            self.rows.put(name, {**row, "exit": code})
            self.machines.poke()

    def input(self, name: str, data: bytes) -> None:
        """Bytes for the command's stdin; b"" closes it."""
        row = self.rows.get(name)
        if row is None or row["exit"] is not None:
            return
        if row["terminal"] is not None:
            if data:
                self.machines.terminal(name).type(data)
        elif row["stdin"] is not None and not data:
            self.machines.descriptors.release(row["machine"], row["stdin"])
            self.rows.put(name, {**row, "stdin": None})
        elif row["stdin"] is not None:
            self.machines.descriptors.push(row["machine"], row["stdin"], data)

    def output(self, name: str, since: Offsets = (0, 0)) -> tuple[list[tuple[int, bytes]], Offsets]:
        """What came after these offsets, as (1 or 2 for stdout or stderr, bytes); what lies before them is let go."""
        row = self.rows.get(name)
        if row is None:
            return [], since
        if row["terminal"] is not None:
            shown, end = self.machines.terminals.output.read(name, since[0])
            return ([(STDOUT, shown)] if shown else []), (end, since[1])
        kept, at, chunks = list(row["kept"]), list(row["at"]), []
        for side, channel in enumerate(("stdout", "stderr")):
            acknowledged = max(since[side] - at[side], 0)
            kept[side], at[side] = kept[side][acknowledged:], at[side] + acknowledged
            if not kept[side]:
                kept[side] = self._drain(row["machine"], row[channel])
            if kept[side]:
                chunks.append((side + 1, kept[side]))
        if (tuple(kept), tuple(at)) != (row["kept"], row["at"]):
            self.rows.put(name, {**self.rows[name], "kept": tuple(kept), "at": tuple(at)})
        return chunks, (at[0] + len(kept[0]), at[1] + len(kept[1]))

    def _drain(self, machine: str, number: int) -> bytes:
        if (machine, number) not in self.machines.descriptors.opens:
            return b""
        return self.machines.descriptors.read(machine, number, 1 << 20) or b""

    def exit_code(self, name: str) -> int | None:
        """The exit code once the command has ended and all its output has been taken; 137 when the machine is gone."""
        row = self.rows.get(name)
        if row is None:
            return 137
        if row["exit"] is not None and row["terminal"] is None:
            for channel in ("stdout", "stderr"):
                number = row[channel]
                if (row["machine"], number) in self.machines.descriptors.opens and self.machines.descriptors.filled(
                    row["machine"], number
                ):
                    return None
        code: int | None = row["exit"]
        return code

    def resize(self, name: str, columns: int, rows: int) -> None:
        row = self.rows.get(name)
        if row is not None and row["terminal"] is not None:
            self.machines.terminals.resize(name, columns, rows)

    def close(self, name: str) -> None:
        """Forget the session; a command on a terminal gets SIGHUP, one in pipes runs on until it writes."""
        row = self.rows.get(name)
        if row is None:
            return
        self.rows.delete(name)
        if row["terminal"] is not None:
            self.machines.terminals.hang_up(name)
            self.machines.terminals.remove(name)
            return
        for channel in ("stdin", "stdout", "stderr"):
            if row[channel] is not None:
                self.machines.descriptors.release(row["machine"], row[channel])
