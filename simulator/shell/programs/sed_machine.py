"""Carrying out a sed script, a slice at a time, on lines as they come. Upstream: sed(1)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.shell.programs.base import LONGEST_LINE
from simulator.shell.programs.sed_language import BEFORE, Script, Step, filled

SLICE = 2_000
"""Steps of the script in one step of the process."""
STEP_COST = 3
MATCH_COST = 10
SEARCHED = 200
"""How many characters an expression searches at the cost of a unit."""

BEGINNING: Mapping[str, Any] = {
    "lines": (), "at": 0, "space": "", "bare": False, "hold": "", "number": 0, "place": None, "appended": (),
    "changed": False, "ranges": {}, "owed": False, "code": None,
}  # fmt: skip
"""What a machine remembers before its first line."""


class Wanting(Exception):
    """The script cannot go on before more input, or its end, has come."""


class Machine:
    """One script on its way through its input; `packed` is what lasts from slice to slice.

    A line ends with its newline, but for the last one of an input that has none (`bare`). `place` is the step that
    comes next, None between two lines.
    """

    def __init__(self, process: Process, script: Script, memory: Mapping[str, Any], *, quiet: bool, end: str) -> None:
        self.process = process
        self.path = "-"
        self.steps = script.steps
        self.quiet = quiet
        self.newline = end
        self.lines: tuple[str, ...] = memory["lines"]
        self.at: int = memory["at"]
        self.space: str = memory["space"]
        self.bare: bool = memory["bare"]
        self.hold: str = memory["hold"]
        self.number: int = memory["number"]
        self.place: int | None = memory["place"]
        self.appended: list[str] = list(memory["appended"])
        self.changed: bool = memory["changed"]
        self.ranges: dict[int, tuple[bool, int]] = dict(memory["ranges"])
        self.owed: bool = memory["owed"]
        self.code: int | None = memory["code"]
        self.over = False
        self.last: Any = None
        """The expression used last, which an empty one stands for."""
        self.output: list[str] = []

    def packed(self) -> dict[str, Any]:
        return {
            "lines": self.lines[self.at :], "at": 0, "space": self.space, "bare": self.bare, "hold": self.hold,
            "number": self.number, "place": self.place, "appended": tuple(self.appended), "changed": self.changed,
            "ranges": self.ranges, "owed": self.owed, "code": self.code,
        }  # fmt: skip

    def run(self, *, over: bool) -> bool:
        """Go on until more input is wanted, or the script has ended; False when the slice was used up before that.

        `over`: no more input will come.
        """
        self.over = over
        for _ in range(SLICE):
            self.process.spend(STEP_COST)
            try:
                if self.code is not None or not self._go_on():
                    return True
            except Wanting:
                return True
            if len(self.space) + len(self.hold) > LONGEST_LINE:
                raise OSFailure("ENOMEM")
        return False

    def _go_on(self) -> bool:
        """Begin a line, take a step or end a line; whether there was one."""
        if self.place is None:
            if self.at == len(self.lines):
                return False
            self._load()
            self.place, self.changed = 0, False
        elif self.place >= len(self.steps):
            self._end_line(shown=True)
        else:
            number, step = self.place, self.steps[self.place]
            if self._applies(number, step):
                self.place = number + 1
                try:
                    self._do(number, step)
                except Wanting:
                    self.place = number
                    raise
            else:
                self.place = step.target + 1 if step.name == "{" else number + 1
        return True

    # lines

    def _load(self, before: str = "") -> None:
        line = self.lines[self.at]
        self.at += 1
        self.number += 1
        self.bare = not line.endswith(self.newline)
        self.space = before + line.removesuffix(self.newline)

    def _end_line(self, *, shown: bool) -> None:
        if shown and not self.quiet:
            self._show(self.space)
        self._show_appended()
        self.place = None

    def _show(self, text: str) -> None:
        """Print a line that came from the input, with a newline if it had one."""
        self._print(text if self.bare else text + self.newline)
        self.owed = self.bare

    def _print(self, text: str) -> None:
        self.output.append(self.newline + text if self.owed else text)
        self.owed = False

    def _show_appended(self) -> None:
        for text in self.appended:
            self._print(text)
        self.appended = []

    # addresses

    def _applies(self, number: int, step: Step) -> bool:
        if step.first is None:
            return not step.inverted
        if step.last is None:
            return self._matches(step.first) != step.inverted
        return self._in_range(number, step) != step.inverted

    def _in_range(self, number: int, step: Step) -> bool:
        active, since = self.ranges.get(number, (step.first == BEFORE, 0))
        kind = step.last[0]
        if active:
            self.ranges[number] = not self._range_ends(step, since), since
            return True if kind != "line" or step.last[1] >= self.number else self._matches(step.first)
        if not self._matches(step.first):
            return False
        goes_on = not (kind == "line" and step.last[1] <= self.number) and not (kind == "plus" and not step.last[1])
        self.ranges[number] = goes_on, self.number
        return True

    def _range_ends(self, step: Step, since: int) -> bool:
        kind = step.last[0]
        if kind == "line":
            return bool(self.number >= step.last[1])
        if kind == "plus":
            return bool(self.number >= since + step.last[1])
        return self._matches(step.last)

    def _matches(self, address: Any) -> bool:
        kind = address[0]
        if kind == "line":
            return bool(self.number == address[1])
        if kind == "last":
            return self._is_last()
        if kind == "every":
            return bool(self.number >= address[1] and (self.number - address[1]) % max(address[2], 1) == 0)
        return self._expression(address[1]).search(self.space) is not None

    def _is_last(self) -> bool:
        if self.at == len(self.lines) and not self.over:
            raise Wanting
        return self.at == len(self.lines)

    def _expression(self, given: Any) -> Any:
        self.process.spend(len(self.space) // SEARCHED)
        self.last = given or self.last
        if self.last is None:
            raise OSFailure("EINVAL", "no previous regular expression")
        return self.last

    # steps

    def _do(self, number: int, step: Step) -> None:
        """Carry out a step; `place` already names the one behind it."""
        name = step.name
        if name == "s":
            self._substitute(step)
        elif name == "p":
            self._show(self.space)
        elif name == "d":
            self._end_line(shown=False)
        elif name == "D":
            self._delete_first()
        elif name in "aricw":
            self._text(number, step)
        elif name in "nN":
            self._next(name)
        elif name in "qQ":
            if name == "q":
                self._end_line(shown=True)
            self.code = step.number
        elif name in "btT":
            self._branch(step)
        elif name == "y":
            self.space = self.space.translate(str.maketrans(*step.replacement))
        else:
            self._exchange(name)

    def _delete_first(self) -> None:
        if "\n" in self.space:
            self.space = self.space.partition("\n")[2]
            self._show_appended()
            self.place = 0
        else:
            self._end_line(shown=False)

    def _branch(self, step: Step) -> None:
        jumps = step.name == "b" or self.changed == (step.name == "t")
        if step.name != "b":
            self.changed = False
        if jumps:
            self.place = step.target

    def _exchange(self, name: str) -> None:
        if name == "P":
            self._print(self.space.partition("\n")[0] + self.newline)
        elif name == "=":
            self._print(f"{self.number}\n")
        elif name == "F":
            self._print(f"{self.path}\n")
        elif name == "h":
            self.hold = self.space
        elif name == "H":
            self.hold += "\n" + self.space
        elif name == "g":
            self.space = self.hold
        elif name == "G":
            self.space += "\n" + self.hold
        elif name == "x":
            self.space, self.hold = self.hold, self.space
        elif name == "z":
            self.space = ""
        elif name == "l":
            shown = self.space.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
            self._print(shown + "$\n")

    def _text(self, number: int, step: Step) -> None:
        """Insert, append, change; read and write files."""
        if step.name == "i":
            self._print(step.text)
        elif step.name == "a":
            self.appended.append(step.text)
        elif step.name == "r":
            node = self.process.files.find(step.text)
            self.appended.append((node or {}).get("content", b"").decode("utf-8", "surrogateescape"))
        elif step.name == "w":
            self._write(step.text)
        else:
            if not self.ranges.get(number, (False, 0))[0]:
                self._print(step.text)
            self._end_line(shown=False)

    def _next(self, name: str) -> None:
        if self.at == len(self.lines):
            if not self.over:
                raise Wanting
            self.place = len(self.steps)
            return
        if name == "n" and not self.quiet:
            self._show(self.space)
        self._show_appended()
        self._load(self.space + "\n" if name == "N" else "")

    def _substitute(self, step: Step) -> None:
        made: list[str] = []
        position = count = 0
        wanted = step.number or 1
        before = -1
        for found in self._expression(step.expression).finditer(self.space):
            if found.end() == before:
                continue  # nothing, right behind what was found before
            before = found.end()
            count += 1
            self.process.spend(MATCH_COST)
            if count < wanted:
                continue
            made += [self.space[position : found.start()], filled(step.replacement, found)]
            position = found.end()
            if "g" not in step.flags:
                break
        if not made:
            return
        self.space = "".join(made) + self.space[position:]
        self.changed = True
        if "p" in step.flags:
            self._show(self.space)
        if step.text:
            self._write(step.text)

    def _write(self, path: str) -> None:
        if path in ("/dev/stdout", "/dev/stderr"):
            self.process.write(1 if path.endswith("out") else 2, self.space + "\n")
        else:
            self.process.files.write(path, self.space + "\n", append=True)
