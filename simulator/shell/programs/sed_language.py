"""What a sed script says: steps with their addresses. Upstream: sed(1)"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simulator.shell.lexer import escape
from simulator.shell.programs.base import Usage
from simulator.shell.programs.expressions import compiled

BEFORE = ("line", 0)
"""The address before the first line: of a range that may end on the first already, `0,/this/`."""
ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(slots=True)
class Step:
    """One command of a script with its addresses."""

    name: str
    first: Any = None
    last: Any = None
    inverted: bool = False
    text: str = ""
    expression: Any = None
    replacement: tuple[Any, ...] = ()
    flags: str = ""
    number: int = 0
    target: int = 0
    """For `{`: the step behind its `}`; for a branch: the step of its label."""


@lru_cache(maxsize=64)
def script(text: str, *, extended: bool) -> Script:
    """A script that has been read; raises `Usage`."""
    return Script(text, extended=extended)


class Script:
    """Reads a sed script into steps; raises `Usage`."""

    def __init__(self, text: str, *, extended: bool) -> None:
        self.text = text
        self.extended = extended
        self.position = 0
        self.steps: list[Step] = []
        self._read()
        self._link()

    def mistake(self, words: str) -> Usage:
        return Usage(f"-e expression #1, char {min(self.position + 1, len(self.text))}: {words}")

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _read(self) -> None:
        open_ = 0
        while True:
            while self.peek() and self.peek() in " \t\n;":
                self.position += 1
            if not self.peek():
                break
            if self.peek() == "#":
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
                continue
            step = self._step()
            open_ += (step.name == "{") - (step.name == "}")
            if open_ < 0:
                raise self.mistake("unexpected `}'")
            self.steps.append(step)
        if open_:
            raise Usage("-e expression #1, char 0: unmatched `{'")

    def _step(self) -> Step:
        step = Step("")
        step.first = self._address()
        if step.first is not None and self.peek() == ",":
            self.position += 1
            step.last = self._address(second=True)
            if step.last is None:
                raise self.mistake("unexpected `,'")
        if step.first == BEFORE and (step.last is None or step.last[0] != "match"):
            raise self.mistake("invalid usage of line address 0")
        while self.peek() and self.peek() in " \t":
            self.position += 1
        while self.peek() == "!":
            step.inverted = True
            self.position += 1
        step.name = self.peek()
        if not step.name:
            raise self.mistake("missing command")
        self.position += 1
        if step.name in "aic":
            step.text = self._text()
        elif step.name in "btT:":
            step.text = self._word()
        elif step.name == "s":
            self._substitute(step)
        elif step.name == "y":
            self._transliterate(step)
        elif step.name in "rw":
            step.text = self._rest()
        elif step.name in "qQ":
            step.number = int(self._word() or 0)
        elif step.name not in "{}=dDFgGhHlnNpPxz":
            raise self.mistake(f"unknown command: `{step.name}'")
        return step

    def _address(self, *, second: bool = False) -> Any:
        while self.peek() and self.peek() in " \t":
            self.position += 1
        start = self.position
        if second and self.peek() == "+":
            self.position += 1
        while self.peek().isdecimal():
            self.position += 1
        if self.position > start:
            text = self.text[start : self.position]
            if self.peek() == "~" and not second:
                self.position += 1
                begin = self.position
                while self.peek().isdecimal():
                    self.position += 1
                return ("every", int(text), int(self.text[begin : self.position] or 1))
            return ("plus", int(text[1:])) if text[0] == "+" else ("line", int(text))
        if self.peek() == "$":
            self.position += 1
            return ("last",)
        if self.peek() in ("/", "\\") and self.peek():
            self.position += self.peek() == "\\"
            pattern = self._delimited(self.peek())
            fold = self.peek() == "I"
            self.position += fold
            return ("match", compiled(pattern, extended=self.extended, fold=fold) if pattern else None)
        return None

    def _delimited(self, mark: str) -> str:
        """The text up to the next delimiter; the position is behind it."""
        made: list[str] = []
        self.position += 1
        in_bracket = False
        while self.peek() != mark or in_bracket:
            character = self.peek()
            if not character:
                raise self.mistake(
                    "unterminated address regex" if mark == "/" and not made else "unterminated `s' command"
                )
            if character == "\\":
                following = self.text[self.position + 1 : self.position + 2]
                self.position += 2
                made.append(
                    following
                    if following == mark and mark not in "(){}+?|.*[]^$"
                    else "\n"
                    if following == "n"
                    else "\\" + following
                )
                continue
            if character == "[" and not in_bracket:
                in_bracket = "]" in self.text[self.position + 2 :].split("\n")[0]
            elif character == "]" and in_bracket and made[-1:] not in (["["], ["^"]):
                in_bracket = False
            made.append(character)
            self.position += 1
        self.position += 1
        return "".join(made)

    def _plain(self, mark: str) -> str:
        made: list[str] = []
        while self.peek() != mark:
            character = self.peek()
            if not character:
                raise self.mistake("unterminated `s' command")
            if character == "\\":
                following = self.text[self.position + 1 : self.position + 2]
                self.position += 2
                made.append(following if following == mark else "\\" + following)
                continue
            made.append(character)
            self.position += 1
        self.position += 1
        return "".join(made)

    def _substitute(self, step: Step) -> None:
        mark = self.peek()
        pattern = self._delimited(mark)
        step.replacement = replacement_of(self._plain(mark))
        while self.peek() and self.peek() in "gpiI0123456789":
            if self.peek().isdecimal():
                step.number = step.number * 10 + int(self.peek())
            step.flags += self.peek()
            self.position += 1
        if self.peek() == "w":
            self.position += 1
            step.text = self._rest()
        if self.peek() == "e":
            raise self.mistake("running what a substitution made is not simulated")
        if self.peek() and self.peek() not in " \t\n;}#":
            raise self.mistake("unknown option to `s'")
        fold = "i" in step.flags or "I" in step.flags
        step.expression = compiled(pattern, extended=self.extended, fold=fold) if pattern else None

    def _transliterate(self, step: Step) -> None:
        mark = self.peek()
        first = self._delimited(mark)
        second = self._plain(mark)
        if len(first) != len(second):
            raise self.mistake("strings for `y' command are different lengths")
        step.replacement = (first, second)

    def _text(self) -> str:
        while self.peek() and self.peek() in " \t":
            self.position += 1
        if self.peek() == "\\":
            self.position += 1
            while self.peek() and self.peek() in " \t":
                self.position += 1
            self.position += self.peek() == "\n"
        made: list[str] = []
        while self.peek() and self.peek() != "\n":
            if self.peek() == "\\":
                self.position += 1
                made.append(ESCAPES.get(self.peek(), self.peek()))
            else:
                made.append(self.peek())
            self.position += 1
        return "".join(made) + "\n"

    def _word(self) -> str:
        while self.peek() in (" ", "\t"):
            self.position += 1
        start = end = self.position
        while end < len(self.text) and self.text[end] not in ";\n}" and not (end > start and self.text[end].isspace()):
            end += 1
        word = self.text[self.position : end].strip()
        self.position = end
        return word

    def _rest(self) -> str:
        end = self.text.find("\n", self.position)
        end = len(self.text) if end < 0 else end
        word = self.text[self.position : end].strip()
        self.position = end
        return word

    def _link(self) -> None:
        stack: list[int] = []
        labels = {step.text: number for number, step in enumerate(self.steps) if step.name == ":"}
        for number, step in enumerate(self.steps):
            if step.name == "{":
                stack.append(number)
            elif step.name == "}":
                self.steps[stack.pop()].target = number
            elif step.name in "btT":
                if step.text and step.text not in labels:
                    raise Usage(f"-e expression #1, char {len(self.text)}: can't find label for jump to `{step.text}'")
                step.target = labels.get(step.text, len(self.steps))


def replacement_of(text: str) -> tuple[Any, ...]:
    """Texts, group numbers and case changes (`U`, `L`, `E` after a backslash)."""
    made: list[Any] = []
    position = 0
    while position < len(text):
        if text[position] == "&":
            made.append(0)
            position += 1
        elif text[position] == "\\" and position + 1 < len(text):
            following = text[position + 1]
            if following.isdecimal():
                made.append(int(following))
                position += 2
            elif following in "ULElu":
                made.append(("case", following))
                position += 2
            elif following in "nt":
                character, position = escape(text, position)
                made.append(character)
            else:
                made.append(following)
                position += 2
        else:
            made.append(text[position])
            position += 1
    return tuple(made)


def filled(replacement: tuple[Any, ...], found: Any) -> str:
    """A replacement with its groups filled in."""
    made, case, once = [], "E", ""
    for part in replacement:
        if isinstance(part, tuple):
            case, once = (case, part[1]) if part[1] in "lu" else (part[1], "")
            continue
        text = part if isinstance(part, str) else (found.group(part) or "" if part <= len(found.groups()) else "")
        text = text.upper() if case == "U" else text.lower() if case == "L" else text
        if once and text:
            text = (text[0].upper() if once == "u" else text[0].lower()) + text[1:]
            once = ""
        made.append(text)
    return "".join(made)
