"""sed: a script applied to every line. Upstream: sed(1)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.lexer import escape
from simulator.shell.programs.base import Usage, Whole, options
from simulator.shell.programs.busybox import unread
from simulator.shell.programs.expressions import compiled

MOST_STEPS = 2_000_000
LONG = {"quiet": "n", "silent": "n", "expression=": "e", "file=": "f", "regexp-extended": "E", "in-place": "i",
        "in-place=": "I",
        "separate": "s", "null-data": "z", "unbuffered": "u"}  # fmt: skip


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
    active: bool = field(default=False, compare=False)


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
        elif step.name not in "{}=dDgGhHlnNpPxz":
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
            return ("match", compiled(pattern, extended=self.extended, fold=fold))
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
        step.replacement = _replacement(self._plain(mark))
        while self.peek() and self.peek() in "gpiIeM0123456789":
            if self.peek().isdecimal():
                step.number = step.number * 10 + int(self.peek())
            step.flags += self.peek()
            self.position += 1
        if self.peek() == "w":
            self.position += 1
            step.text = self._rest()
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
                made.append(self.peek() if self.peek() != "t" else "\t")
            else:
                made.append(self.peek())
            self.position += 1
        return "".join(made) + "\n"

    def _word(self) -> str:
        end = self.position
        while end < len(self.text) and self.text[end] not in ";\n}":
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


def _replacement(text: str) -> tuple[Any, ...]:
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


class Machine:
    """Applies a script to the lines of a text."""

    def __init__(self, process: Process, script: Script, *, quiet: bool) -> None:
        self.process = process
        self.steps = script.steps
        self.quiet = quiet
        self.output: list[str] = []
        self.hold = ""
        self.number = 0
        self.steps_taken = 0
        self.code: int | None = None

    def run(self, content: list[str]) -> None:
        self.lines = content
        self.at = 0
        while self.at < len(self.lines) and self.code is None:
            self.space = self.lines[self.at]
            self.at += 1
            self.number += 1
            self.appended: list[str] = []
            self.changed = False
            shown = self._cycle()
            if shown and not self.quiet:
                self.output.append(self.space + "\n")
            self.output += self.appended

    def _cycle(self) -> bool:
        """One pass of the script over the pattern space; whether it is printed at the end."""
        place = 0
        while place < len(self.steps):
            self.steps_taken += 1
            if self.steps_taken > MOST_STEPS:
                raise Usage("the script takes too many steps")
            step = self.steps[place]
            if not self._applies(step):
                place = step.target + 1 if step.name == "{" else place + 1
                continue
            following = self._do(step)
            if following is None:
                place += 1
            elif following < 0:
                return following == -2
            else:
                place = following
        return True

    def _applies(self, step: Step) -> bool:
        if step.first is None:
            return not step.inverted
        if step.last is None:
            return self._matches(step.first) != step.inverted
        return self._in_range(step) != step.inverted

    def _in_range(self, step: Step) -> bool:
        if step.active:
            step.active = not self._range_ends(step)
            return True if step.last[0] != "line" or step.last[1] >= self.number else self._matches(step.first)
        if not self._matches(step.first):
            return False
        step.number = self.number if step.last[0] == "plus" else step.number
        step.active = not (step.last[0] == "line" and step.last[1] <= self.number) and not (
            step.last[0] == "plus" and not step.last[1]
        )
        return True

    def _range_ends(self, step: Step) -> bool:
        kind = step.last[0]
        if kind == "line":
            return bool(self.number >= step.last[1])
        if kind == "plus":
            return bool(self.number >= step.number + step.last[1])
        return self._matches(step.last)

    def _matches(self, address: Any) -> bool:
        kind = address[0]
        if kind == "line":
            return bool(self.number == address[1])
        if kind == "last":
            return self.at == len(self.lines)
        if kind == "every":
            return bool(self.number >= address[1] and (self.number - address[1]) % max(address[2], 1) == 0)
        return address[1].search(self.space) is not None

    def _do(self, step: Step) -> int | None:
        """Carry out a step: None goes on, -1 ends the cycle silently, -2 with printing, else the next step's place."""
        name = step.name
        if name == "s":
            self._substitute(step)
        elif name == "p":
            self.output.append(self.space + "\n")
        elif name == "d":
            return -1
        elif name == "D":
            if "\n" not in self.space:
                return -1
            self.space = self.space.partition("\n")[2]
            return 0
        elif name in "aric":
            return self._insert(step)
        elif name in "nN":
            return self._next(name)
        elif name in "qQ":
            self.code = step.number
            return -2 if name == "q" else -1
        elif name in "bt":
            if name == "b" or self.changed:
                self.changed = self.changed and name == "b"
                return step.target
        elif name == "T":
            if not self.changed:
                return step.target
            self.changed = False
        elif name == "y":
            self.space = self.space.translate(str.maketrans(*step.replacement))
        else:
            self._space(name)
        return None

    def _space(self, name: str) -> None:
        if name == "P":
            self.output.append(self.space.partition("\n")[0] + "\n")
        elif name == "=":
            self.output.append(f"{self.number}\n")
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
            self.output.append(self.space.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") + "$\n")

    def _insert(self, step: Step) -> int | None:
        if step.name == "i":
            self.output.append(step.text)
        elif step.name == "a":
            self.appended.append(step.text)
        elif step.name == "r":
            node = self.process.files.find(step.text)
            self.appended.append((node or {}).get("content", b"").decode("utf-8", "surrogateescape"))
        else:
            if not step.active:
                self.output.append(step.text)
            return -1
        return None

    def _next(self, name: str) -> int | None:
        if self.at >= len(self.lines):
            return -2
        if name == "n":
            if not self.quiet:
                self.output.append(self.space + "\n")
            self.space = self.lines[self.at]
        else:
            self.space += "\n" + self.lines[self.at]
        self.at += 1
        self.number += 1
        return None

    def _substitute(self, step: Step) -> None:
        made: list[str] = []
        position = count = 0
        wanted = step.number or 1
        for found in step.expression.finditer(self.space):
            count += 1
            if count < wanted or (count > wanted and "g" not in step.flags):
                continue
            made += [self.space[position : found.start()], filled(step.replacement, found)]
            position = found.end()
        if not made:
            return
        self.space = "".join(made) + self.space[position:]
        self.changed = True
        if "p" in step.flags:
            self.output.append(self.space + "\n")
        if step.text:
            self.process.files.write(step.text, self.space + "\n", append=True)


@program("sed")
class Sed(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        scripts, argv = [], [process.argv[0]]
        left = list(process.argv[1:])
        while left:
            word = left.pop(0)
            if word in ("-e", "-f", "-ne", "-Ee", "-re", "-nE") and left and word != "-nE":
                argv += ["-" + letter for letter in word[1:-1]]
                text = left.pop(0)
                scripts.append(process.files.text(text) if word == "-f" else text)
            elif word.startswith("--expression="):
                scripts.append(word.partition("=")[2])
            elif word.startswith("-i") and len(word) > 2 and not word.startswith("-ie"):
                argv.append("--in-place=" + word[2:])
            else:
                argv.append(word)
        given, process.argv = process.argv, tuple(argv)
        flags, words = options(process, "nErizsu", LONG)
        process.argv = given
        if not scripts:
            if not words:
                raise Usage("no script specified")
            scripts.append(words.pop(0))
        text = "\n".join(scripts)
        extended = "E" in flags or "r" in flags
        Script(text, extended=extended)
        return {**flags, "text": text, "extended": extended, "given": tuple(words)}, words

    def complain(self, process: Process, run: Any, failure: Any) -> None:
        run.code = unread(process, run.path, failure, code=2, gnu="can't read {path}")

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        in_place = "i" in settings or "I" in settings
        groups = [[one] for one in inputs] if in_place else [inputs]
        code = 0
        for group in groups:
            machine = Machine(
                process,
                Script(settings["text"], extended=settings["extended"]),
                quiet="n" in settings or settings["text"].startswith("#n\n"),
            )
            content = [line for _, data in group for line in _split(data)]
            try:
                machine.run(content)
            except Usage as usage:
                return process.fail(str(usage))
            process.spend(machine.steps_taken)
            text = "".join(machine.output)
            if group and group[-1][1] and not group[-1][1].endswith(b"\n"):
                text = text.removesuffix("\n")
            if in_place:
                path, before = group[0]
                if settings.get("I"):
                    process.files.write(path + settings["I"], before)
                process.files.write(path, text.encode("utf-8", "surrogateescape"))
            else:
                process.write(1, text)
            code = machine.code or 0
        return code


def _split(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    return text.removesuffix("\n").split("\n") if text else []
