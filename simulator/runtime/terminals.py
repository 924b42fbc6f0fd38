"""Terminals: line discipline, foreground group, and output that a client can ask for again from any offset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.state import State
from simulator.runtime import signals
from simulator.runtime.rings import Rings
from simulator.runtime.width import width

if TYPE_CHECKING:
    from simulator.runtime.machines import Machines

INTERRUPT, END, ERASE, KILL_LINE, KILL_WORD, QUIT, SUSPEND = (
    b"\x03",
    b"\x04",
    b"\x7f",
    b"\x15",
    b"\x17",
    b"\x1c",
    b"\x1a",
)
MOST_INPUT = 1 << 20


class Terminal:
    """One terminal (`runtime/terminals`), seen by the processes on it and by the person in front of it."""

    def __init__(self, terminals: Terminals, name: str) -> None:
        self.terminals = terminals
        self.name = name

    @property
    def row(self) -> Mapping[str, Any]:
        row: Mapping[str, Any] = self.terminals.rows[self.name]
        return row

    def set(self, **changes: Any) -> None:
        self.terminals.rows.put(self.name, {**self.row, **changes})

    # what programs ask

    @property
    def columns(self) -> int:
        columns: int = self.row["columns"]
        return columns

    @property
    def rows(self) -> int:
        rows: int = self.row["rows"]
        return rows

    @property
    def foreground(self) -> int:
        """The process group that reads from the terminal and gets its signals."""
        group: int = self.row["foreground"]
        return group

    def set_foreground(self, group: int) -> None:
        self.set(foreground=group)

    def set_raw(self, on: bool, *, signals: bool = False) -> None:
        """Raw: every byte goes to the reader at once, unechoed; with `signals`, Ctrl-C and the like still signal.

        What was typed ahead of a line's end is not lost. Upstream: drivers/tty/n_tty.c
        """
        row = self.row
        ahead = {"line": b"", "input": row["input"] + row["line"]} if on and row["line"] else {}
        self.set(raw=on, signals=signals or not on, echo=not on, **ahead)

    def set_echo(self, on: bool) -> None:
        self.set(echo=on)

    @property
    def is_raw(self) -> bool:
        return bool(self.row["raw"])

    def is_ready(self) -> bool:
        row = self.terminals.rows.get(self.name)
        return row is None or bool(row["input"]) or bool(row["ends"]) or row["closed"]

    def read(self, size: int) -> bytes | None:
        """Raw: what has been typed. Cooked: one line. None when there is nothing yet, b"" after Ctrl-D or a hang-up."""
        row = self.terminals.rows.get(self.name)
        if row is None:
            return b""
        typed: bytes = row["input"]
        if not typed:
            if row["ends"]:
                self.set(ends=row["ends"] - 1)
                return b""
            return b"" if row["closed"] else None
        if row["raw"]:
            taken = typed[:size]
        else:
            line = typed.find(b"\n")
            taken = typed[: min(size, line + 1 if line >= 0 else size)]
        self.set(input=typed[len(taken) :])
        return taken

    def unread(self, data: bytes) -> None:
        self.set(input=data + self.row["input"])

    def write(self, data: bytes) -> None:
        """Show output; a newline also returns the carriage unless a full-screen program turned that off."""
        if self.name in self.terminals.rows:
            self.terminals.output.append(self.name, data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            self.terminals.machines.poke()

    # what the person does

    def type(self, data: bytes) -> None:
        """Bytes from the keyboard, through the line discipline."""
        row = self.row
        if row["raw"] and not row["signals"]:
            self._give(data)
            return
        for character in _characters(data):
            self._key(character)

    def _key(self, key: bytes) -> None:
        row = self.row
        if row["signals"] and key in (INTERRUPT, QUIT, SUSPEND):
            if row["echo"]:
                self.write(b"^" + bytes([key[0] + 64]))
            self.set(line=b"", input=b"")
            number = {INTERRUPT: signals.INT, QUIT: signals.QUIT, SUSPEND: signals.TSTP}[key]
            self.terminals.machines.budgets.forgive(row["machine"])
            self.terminals.machines.signal_group(row["machine"], row["foreground"], number)
        elif row["raw"]:
            self._give(key)
        elif key in (b"\r", b"\n"):
            self._echo(b"\n")
            self.set(line=b"")
            self._give(row["line"] + b"\n")
        elif key == END:
            self.set(line=b"", ends=row["ends"] + (not row["line"]))
            self._give(row["line"])
        elif key in (ERASE, b"\b"):
            self._erase(row["line"], _last(row["line"]))
        elif key == KILL_LINE:
            self._erase(row["line"], len(row["line"]))
        elif key == KILL_WORD:
            kept = row["line"].rstrip(b" ").rpartition(b" ")
            self._erase(row["line"], len(row["line"]) - len(kept[0] + kept[1]))
        elif len(row["line"]) < 4096:
            self.set(line=row["line"] + key)
            self._echo(key if key >= b" " or key == b"\t" else b"^" + bytes([key[0] + 64]))

    def _give(self, data: bytes) -> None:
        self.set(input=(self.row["input"] + data)[:MOST_INPUT])
        self.terminals.machines.stir(("terminal", self.name))

    def _echo(self, data: bytes) -> None:
        if self.row["echo"]:
            self.write(data)

    def _erase(self, line: bytes, count: int) -> None:
        if count:
            gone = width(line[len(line) - count :].decode("utf-8", "replace"))
            self.set(line=line[: len(line) - count])
            self._echo(b"\b" * gone + b" " * gone + b"\b" * gone)


class Terminals:
    """Every terminal of a world, and its output (`runtime/output`)."""

    def __init__(self, state: State, machines: Machines) -> None:
        self.machines = machines
        self.rows = state.table("runtime/terminals")
        self.output = Rings(state)

    def open(self, name: str, machine: str, columns: int, rows: int) -> Terminal:
        """A new terminal in cooked mode; its output begins at offset 0."""
        self.rows.put(
            name,
            {
                "machine": machine, "columns": columns, "rows": rows, "raw": False, "echo": True, "signals": True,
                "input": b"", "line": b"", "ends": 0, "foreground": 0, "closed": False,
            },
        )  # fmt: skip
        return Terminal(self, name)

    def resize(self, name: str, columns: int, rows: int) -> None:
        terminal = Terminal(self, name)
        terminal.set(columns=max(columns, 1), rows=max(rows, 1))
        self.machines.signal_group(terminal.row["machine"], terminal.foreground, signals.WINCH)

    def hang_up(self, name: str) -> None:
        """Nobody is in front of the terminal any more: reads end, and its processes get SIGHUP."""
        if name in self.rows:
            terminal = Terminal(self, name)
            terminal.set(closed=True)
            self.machines.stir(("terminal", name))
            self.machines.hang_up(terminal.row["machine"], name)

    def remove(self, name: str) -> None:
        self.rows.delete(name)
        self.output.remove(name)


def _characters(data: bytes) -> list[bytes]:
    """UTF-8 characters one by one; a broken byte stands for itself."""
    found: list[bytes] = []
    for number in range(len(data)):
        byte = data[number : number + 1]
        if found and byte[0] & 0xC0 == 0x80 and found[-1][0] >= 0xC0:
            found[-1] += byte
        else:
            found.append(byte)
    return found


def _last(line: bytes) -> int:
    """How many bytes the last character takes."""
    count = 1 if line else 0
    while count < len(line) and line[len(line) - count] & 0xC0 == 0x80:
        count += 1
    return count
