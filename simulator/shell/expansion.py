"""Words to fields: parameters, substitutions, splitting, path names. Upstream: IEEE 1003.1 2.6, bash(1) EXPANSION

An expansion that meets a command substitution whose output is not known yet raises `NeedsCommand`, and is begun again
when it is. What an expansion has brought about (outputs, arithmetic, `:=`, random numbers) is kept in a journal, so
that
beginning again gives the same and changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import re2

from simulator.kernel.clock import SECOND
from simulator.shell import patterns
from simulator.shell.arithmetic import Arithmetic, ArithmeticMistake
from simulator.shell.nodes import Node, Word

if TYPE_CHECKING:
    from simulator.shell.interpreter import Shell

type Value = str | list[str] | None
LARGEST = 1 << 20
"""Characters that one expansion may grow to."""


class NeedsCommand(Exception):
    """The output of this command is needed first."""

    def __init__(self, node: Node) -> None:
        super().__init__("a command substitution")
        self.node = node


class Abandon(Exception):
    """The command cannot go on (the message has no name in front); a script ends, a prompt comes back."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class Expander:
    """Expands the words of one command; `journal` is what it has brought about so far."""

    def __init__(self, shell: Shell, journal: tuple[Any, ...]) -> None:
        self.shell = shell
        self.journal = list(journal)
        self.place = 0
        self._fields: list[list[tuple[str, bool]]] = []
        self._current: list[tuple[str, bool]] | None = None

    # what callers ask for

    def fields(self, word: Word) -> list[str]:
        """The fields that a word becomes: none, one or many."""
        self._fields, self._current = [], None
        for number, part in enumerate(word):
            if number == 0 and part[0] == "plain" and part[1].startswith("~"):
                self._tilde(part[1], last=len(word) == 1)
            else:
                self._part(part, quoted=False)
        self._finish_field()
        self.shell.process.spend(len(self._fields))
        return [name for field in self._fields for name in self._names(field)]

    def text(self, word: Word, *, assigned: bool = False) -> str:
        """A word as one text, neither split nor matched against files."""
        made = []
        for number, part in enumerate(word):
            if part[0] == "plain":
                made.append(self._home(part[1], assigned=assigned) if number == 0 or assigned else part[1])
            else:
                made.append(self._plainly(part))
        text = "".join(made)
        if len(text) > LARGEST:
            raise Abandon("the text of an expansion grew too large")
        return text

    def pattern(self, word: Word) -> str:
        """A word as a pattern, in which what was quoted stands for itself."""
        return "".join(
            part[1] if part[0] == "plain" else
            patterns.quoted(self._plainly(part)) if part[0] in ("quoted", "double") else self._plainly(part)
            for part in word
        )  # fmt: skip

    def expression(self, word: Word) -> str:
        """A word as a regular expression, in which what was quoted stands for itself."""
        return "".join(
            part[1] if part[0] == "plain" else
            re2.escape(self._plainly(part)) if part[0] in ("quoted", "double") else self._plainly(part)
            for part in word
        )  # fmt: skip

    def number(self, text: str) -> int:
        """The value of an arithmetic expression; its assignments happen once."""

        def compute() -> int:
            try:
                return Arithmetic(text, self.shell.arithmetic_get, self.shell.arithmetic_put).evaluate()
            except ArithmeticMistake as mistake:
                raise Abandon(str(mistake)) from None

        return int(self.effect(compute))

    def effect(self, compute: Callable[[], Any]) -> Any:
        """What `compute` gave the first time."""
        if self.place == len(self.journal):
            self.journal.append(compute())
        self.place += 1
        return self.journal[self.place - 1]

    def command(self, node: Node) -> str:
        if self.place == len(self.journal):
            raise NeedsCommand(node)
        self.place += 1
        output: str = self.journal[self.place - 1]
        return output

    # parts

    def _part(self, part: Any, *, quoted: bool) -> None:
        kind = part[0]
        if kind in ("plain", "quoted"):
            self._add(part[1], kind == "quoted" or quoted)
        elif kind == "double":
            if not part[1]:
                self._add("", True)
            for inner in part[1]:
                self._part(inner, quoted=True)
        elif kind == "command":
            self._result(self.command(part[1]), quoted)
        elif kind == "arithmetic":
            self._result(str(self.number(self.text(part[1]))), quoted)
        else:
            self._parameter(part, quoted)

    def _parameter(self, part: Any, quoted: bool) -> None:
        _, name, index, operator, words = part
        if operator in (":-", "-", ":+", "+") and not quoted:
            value = self.lookup(name, index)
            present = value is not None and (value not in ("", []) or operator in ("-", "+"))
            if present == (operator in (":+", "+")):
                for inner in words[0] if words else ():
                    if inner[0] == "plain":
                        self._result(inner[1], False)
                    else:
                        self._part(inner, quoted=False)
                return
        value = self.evaluate(part)
        if isinstance(value, list):
            self._many(value, quoted, star=name == "*" or _is_star(index))
        else:
            self._result(value or "", quoted)

    def _many(self, values: list[str], quoted: bool, *, star: bool) -> None:
        if quoted and star:
            separator = self.shell.get("IFS")
            self._add((" " if separator is None else separator[:1]).join(values), True)
            return
        for number, value in enumerate(values):
            if number:
                self._finish_field()
            self._result(value, quoted)

    def _add(self, text: str, quoted: bool) -> None:
        if self._current is None:
            self._current = []
        self._current.append((text, quoted))

    def _result(self, text: str, quoted: bool) -> None:
        """Text that came from an expansion: split where it is not quoted."""
        if quoted:
            self._add(text, True)
            return
        separators = self.shell.get("IFS")
        separators = " \t\n" if separators is None else separators
        if not text or not separators:
            if text:
                self._add(text, False)
            return
        start = 0
        for position, character in enumerate(text):
            if character not in separators:
                continue
            if position > start:
                self._add(text[start:position], False)
            if character in " \t\n" or self._current is not None:
                self._finish_field()
            else:
                self._fields.append([("", True)])
            start = position + 1
        if start < len(text):
            self._add(text[start:], False)

    def _finish_field(self) -> None:
        if self._current is not None:
            self._fields.append(self._current)
            self._current = None
            if len(self._fields) > 50_000:
                raise Abandon("an expansion gave too many words")

    def _names(self, field: list[tuple[str, bool]]) -> list[str]:
        text = "".join(part for part, _ in field)
        if "f" in self.shell.options or not any(not quoted and patterns.is_pattern(part) for part, quoted in field):
            return [text]
        pattern = "".join(patterns.quoted(part) if quoted else part for part, quoted in field)
        found = patterns.paths(pattern, self.shell.process.files)
        if not found and "nullglob" in self.shell.options:
            return []
        return found or [text]

    def _tilde(self, text: str, *, last: bool) -> None:
        prefix, slash, rest = text.partition("/")
        if not slash and not last:
            self._add(text, False)
            return
        home = self.shell.home(prefix[1:])
        self._add(home if home is not None else prefix, True)
        self._add(slash + rest, False)

    def _home(self, text: str, *, assigned: bool) -> str:
        if "~" not in text:
            return text
        parts = text.split(":") if assigned else [text]
        for number, part in enumerate(parts):
            if part.startswith("~"):
                prefix, slash, rest = part.partition("/")
                home = self.shell.home(prefix[1:])
                parts[number] = (prefix if home is None else home) + slash + rest
        return ":".join(parts)

    def _plainly(self, part: Any) -> str:
        kind = part[0]
        if kind in ("plain", "quoted"):
            return str(part[1])
        if kind == "double":
            return "".join(self._plainly(inner) for inner in part[1])
        if kind == "command":
            return self.command(part[1])
        if kind == "arithmetic":
            return str(self.number(self.text(part[1])))
        value = self.evaluate(part)
        return " ".join(value) if isinstance(value, list) else value or ""

    # parameters

    def lookup(self, name: str, index: Word | None) -> Value:
        """The value of a parameter, a list for `@` and `*`, None when it is unset."""
        shell = self.shell
        if name in ("@", "*"):
            return list(shell.arguments)
        if name == "RANDOM":
            return str(self.effect(lambda: shell.process.random(32768)))
        if index is None:
            return shell.parameter(name)
        held = shell.variables.get(name)
        elements = held if isinstance(held, dict) else {} if held is None else {0: held}
        if _is_star(index) or index == (("plain", "@"),):
            return [elements[key] for key in _ordered(elements)]
        key: Any = self.key(name, index)
        return elements.get(key)

    def key(self, name: str, index: Word) -> int | str:
        """An array's key: a text for an associative one, else a number (negative: from the end)."""
        if "A" in self.shell.attributes.get(name, ""):
            return self.text(index)
        number = self.number(self.text(index))
        if number < 0:
            held = self.shell.variables.get(name)
            number += max(held, default=-1) + 1 if isinstance(held, dict) else 1
        return number

    def evaluate(self, part: Any) -> Value:
        """The value of a `${...}` with its operator."""
        _, name, index, operator, words = part
        if operator == "names":
            return sorted(known for known in self.shell.variables if known.startswith(name))
        if operator == "!":
            return self._indirect(name, index)
        value = self.lookup(name, index)
        if operator == "length":
            return str(len(value or "")) if name not in ("@", "*") else str(len(self.shell.arguments))
        if operator.removeprefix(":") in ("-", "=", "?", "+") and operator != ":":
            return self._default(name, index, operator, value, words)
        if value is None:
            if "u" in self.shell.options and name not in ("@", "*"):
                raise Abandon(f"{name}: unbound variable", 127 if self.shell.source == "-c" else 1)
            value = ""
        if not operator:
            return value
        if operator == ":":
            return self._slice(name, value, words)
        change = self._change(operator, words)
        return [change(item) for item in value] if isinstance(value, list) else change(value)

    def _indirect(self, name: str, index: Word | None) -> Value:
        if index is not None:
            held = self.shell.variables.get(name)
            return [str(key) for key in _ordered(held)] if isinstance(held, dict) else ["0"] if held is not None else []
        target = self.shell.parameter(name)
        return None if not target else self.lookup(target, None)

    def _default(self, name: str, index: Word | None, operator: str, value: Value, words: tuple[Word, ...]) -> Value:
        present = value is not None and not (operator[0] == ":" and value in ("", []))
        sign = operator[-1]
        if sign == "+":
            return self.text(words[0]) if present else ""
        if present:
            return value
        text = self.text(words[0]) if words else ""
        if sign == "?":
            raise Abandon(f"{name}: {text or 'parameter null or not set'}", 127 if self.shell.flavour == "bash" else 2)
        if sign == "=":
            self.effect(lambda: self.shell.assign(name, text))
        return text

    def _slice(self, name: str, value: str | list[str], words: tuple[Word, ...]) -> Value:
        start = self.number(self.text(words[0]))
        length = self.number(self.text(words[1])) if len(words) > 1 else None
        if isinstance(value, list) and name in ("@", "*"):
            value = [self.shell.name, *value]
        if start < 0:
            start += len(value)
            if start < 0:
                return [] if isinstance(value, list) else ""
        end = len(value) if length is None else start + length if length >= 0 else len(value) + length
        if end < start:
            raise Abandon(f"{length}: substring expression < 0")
        return value[start:end]

    def _change(self, operator: str, words: tuple[Word, ...]) -> Callable[[str], str]:
        """The function that an operator such as `#`, `/` or `^^` applies to each value."""
        if operator in ("#", "##"):
            pattern = self.pattern(words[0])
            return lambda text: patterns.without_prefix(text, pattern, longest=operator == "##")
        if operator in ("%", "%%"):
            pattern = self.pattern(words[0])
            return lambda text: patterns.without_suffix(text, pattern, longest=operator == "%%")
        if operator in ("/", "//", "/#", "/%"):
            pattern = self.pattern(words[0])
            replacement = self.text(words[1]) if len(words) > 1 else ""
            return lambda text: patterns.replaced(text, pattern, replacement, how=operator)
        if operator == "@" and self.text(words[0]) == "Q":
            return lambda text: "'" + text.replace("'", "'\\''") + "'"
        changes: dict[str, Callable[[str], str]] = {
            "^^": str.upper, ",,": str.lower,
            "^": lambda text: text[:1].upper() + text[1:], ",": lambda text: text[:1].lower() + text[1:],
        }  # fmt: skip
        if operator not in changes:
            raise Abandon(f"${{...{operator}}}: bad substitution")
        return changes[operator]


def seconds(shell: Shell) -> str:
    return str((shell.process.now - shell.process.started) // SECOND)


def _is_star(index: Word | None) -> bool:
    return index == (("plain", "*"),)


def _ordered(elements: Any) -> list[Any]:
    keys = list(elements)
    return sorted(keys) if all(isinstance(key, int) for key in keys) else keys
