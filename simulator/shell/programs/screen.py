"""Full-screen programs: keys in, a screen out, over a terminal in raw mode."""

from __future__ import annotations

from typing import Any

from simulator.runtime import signals
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait
from simulator.runtime.width import columns, width

AT_ONCE = 2_048
"""Bytes of keys that are taken in one step."""
KEY_COST = 10
ENTER, LEAVE = "\x1b[?1049h\x1b[H", "\x1b[?1049l"
NAMES = {
    b"\x1b[A": "up", b"\x1bOA": "up", b"\x1b[B": "down", b"\x1bOB": "down", b"\x1b[C": "right", b"\x1bOC": "right",
    b"\x1b[D": "left", b"\x1bOD": "left", b"\x1b[H": "home", b"\x1bOH": "home", b"\x1b[1~": "home", b"\x1b[F": "end",
    b"\x1bOF": "end", b"\x1b[4~": "end", b"\x1b[5~": "page up", b"\x1b[6~": "page down", b"\x1b[3~": "delete",
    b"\x1b[2~": "insert", b"\r": "enter", b"\n": "enter", b"\x7f": "backspace", b"\b": "backspace", b"\x1b": "escape",
    b"\t": "tab", b"\x1b[200~": "paste begins", b"\x1b[201~": "paste ends",
}  # fmt: skip


def keys(typed: bytes) -> tuple[list[str], bytes]:
    """Keys by name (`up`, `enter`, `ctrl-x`) or as the character itself, and half a character that is left over."""
    found: list[str] = []
    position = 0
    while position < len(typed):
        length = _length(typed, position)
        if length is None:
            return found, typed[position:]
        key = typed[position : position + length]
        position += length
        if key in NAMES:
            found.append(NAMES[key])
        elif len(key) == 1 and key[0] < 32:
            found.append("ctrl-" + chr(key[0] + 96) if key[0] else "ctrl-space")
        elif key[:1] == b"\x1b":
            found.extend(["escape", *(chr(byte) for byte in key[1:])] if len(key) == 2 else [])
        else:
            found.append(key.decode("utf-8", "replace"))
    return found, b""


def _length(typed: bytes, position: int) -> int | None:
    first = typed[position]
    if first == 0x1B:
        if position + 1 == len(typed):
            return 1
        if typed[position + 1] not in b"[O":
            return 1
        for end in range(position + 2, len(typed)):
            if 0x40 <= typed[end] <= 0x7E:
                return end - position + 1
        return None
    needed = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    return needed if position + needed <= len(typed) else None


class Screen(Program):
    """A program that takes the whole terminal. Its state is a dictionary; `half` holds bytes of an unfinished key."""

    def begin(self, process: Process) -> dict[str, Any] | int:
        """The first state, or an exit code when it cannot begin."""
        raise NotImplementedError

    def press(self, process: Process, state: dict[str, Any], key: str) -> int | None:
        """A key was pressed: change the state; an exit code ends the program."""
        raise NotImplementedError

    def draw(self, process: Process, state: dict[str, Any], wide: int, high: int) -> list[str]:
        """The rows of the screen; the cursor goes to `state["row"]`, `state["column"]`."""
        raise NotImplementedError

    version = ""
    """What it says of itself."""

    def start(self, process: Process) -> Outcome:
        if self.version and set(process.argv[1:]) & {"--version", "-V"}:
            process.print(self.version)
            return Exit(0)
        made = self.begin(process)
        if isinstance(made, int):
            return Exit(made)
        return self.enter(process, made)

    def enter(self, process: Process, state: dict[str, Any]) -> Outcome:
        terminal = process.terminal
        if terminal is None or not process.is_terminal(1):
            process.error(f"{process.name}: needs a terminal")
            return Exit(1)
        terminal.set_raw(True)
        for number in (signals.WINCH, signals.TERM, signals.HUP):
            process.handle(number)
        process.write(1, ENTER + "\x1b[?2004h")
        process.state = {**state, "half": b""}
        return self.show(process)

    def show(self, process: Process) -> Outcome:
        terminal = process.terminal
        if terminal is None:
            return Exit(1)
        state = dict(process.state)
        rows = self.draw(process, state, terminal.columns, terminal.rows)
        drawn = "\x1b[?25l\x1b[H" + "\r\n".join(row + "\x1b[K" for row in rows[: terminal.rows]) + "\x1b[J"
        place = f"\x1b[{state.get('row', 0) + 1};{state.get('column', 0) + 1}H\x1b[?25h"
        process.write(1, drawn + place)
        process.state = state
        return self.wait(process)

    def wait(self, process: Process) -> Outcome:
        return Wait("typed", readable=(self.keyboard(process),))

    def keyboard(self, process: Process) -> int:
        """The descriptor that keys come from: stdin, or the terminal itself when stdin is a file or a pipe."""
        return 0 if process.is_terminal(0) else 2 if process.is_terminal(2) else 1

    def typed(self, process: Process) -> Outcome:
        data = process.read(self.keyboard(process), AT_ONCE)
        if data is None:
            return self.wait(process)
        if not data:
            return self.leave(process, 1)
        state = dict(process.state)
        pressed, state["half"] = keys(state["half"] + data)
        for number, key in enumerate(pressed):
            process.spend(KEY_COST + len(state.get("lines", ())) // 300)
            code = self.press(process, state, key)
            if code is not None:
                process.unread(
                    self.keyboard(process), "".join(key for key in pressed[number + 1 :] if len(key) == 1).encode()
                )
                return self.leave(process, code)
        process.state = state
        return self.show(process)

    def leave(self, process: Process, code: int) -> Outcome:
        if process.terminal is not None:
            process.terminal.set_raw(False)
        process.write(1, "\x1b[?2004l" + LEAVE)
        return Exit(code)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        if signal == signals.WINCH:
            return self.show(process)
        return self.leave(process, 128 + signal)


def clipped(text: str, start: int, wide: int) -> str:
    """The part of a line that shows in `wide` columns from column `start` on, tabs as blanks."""
    made, column = [], 0
    for character in text:
        shown = (
            " " * (8 - column % 8)
            if character == "\t"
            else character
            if character >= " "
            else "^" + chr(ord(character) + 64)
        )
        size = len(shown) if character < " " else columns(character)
        if column >= start and column + size <= start + wide:
            made.append(shown)
        column += size
        if column >= start + wide:
            break
    return "".join(made)


def column_of(text: str, position: int) -> int:
    """The column in which the character at a position begins."""
    column = 0
    for character in text[:position]:
        column += 8 - column % 8 if character == "\t" else 2 if character < " " else columns(character)
    return column


def filled(text: str, wide: int) -> str:
    """Text in reverse video over the whole width."""
    return f"\x1b[7m{clipped(text, 0, wide)}{' ' * max(wide - width(text), 0)}\x1b[m"
