"""Programs that put lines in order or compare neighbours: sort, uniq, comm. Upstream: coreutils(1)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cmp_to_key
from heapq import merge
from operator import itemgetter
from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.programs.base import Run, Stream, Usage, Whole, lines, options

RUN = 5_000
"""How many lines are put in order by one call."""
COST = 4
"""What a line costs."""


@program("sort")
class Sort(Whole):
    failure = 2

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        keys: list[str] = []
        words = list(process.argv)
        for number, word in enumerate(words):
            if word == "-k" and number + 1 < len(words):
                keys.append(words[number + 1])
            elif word.startswith("-k"):
                keys.append(word[2:])
        long = {"numeric-sort": "n", "reverse": "r", "unique": "u", "key=": "k", "field-separator=": "t",
                "ignore-case": "f",
                "human-numeric-sort": "h", "version-sort": "V", "stable": "s", "output=": "o",
                "check": "c"}  # fmt: skip
        flags, paths = options(process, "nruk:t:fhVbso:cgM", long, code=2)
        return {**flags, "keys": tuple(keys or ([flags["k"]] if "k" in flags else []))}, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        found = [line for _, content in inputs for line in lines(content)]
        process.spend(COST * len(found) * (1 + len(settings["keys"])))
        if "c" in settings:
            return self.check(process, settings, found, inputs[0][0])
        last_resort = "s" not in settings and "u" not in settings
        made: list[str] = []
        before: Any = None
        for key, line in in_order(self.keyed(settings, found), None if last_resort else itemgetter(0), "r" in settings):
            if not made or "u" not in settings or key != before:
                made.append(line + "\n")
            before = key
        if "o" in settings:
            process.files.write(settings["o"], "".join(made))
        else:
            process.write(1, "".join(made))
        return 0

    def check(self, process: Process, settings: Mapping[str, Any], found: list[str], path: str) -> int:
        before: Any = None
        for number, line in enumerate(found):
            key = self.key(settings, line)
            if number and before > key:
                process.error(f"sort: {path}:{number + 1}: disorder: {line}")
                return 1
            before = key
        return 0

    def keyed(self, settings: Mapping[str, Any], found: list[str]) -> Iterator[list[tuple[Any, str]]]:
        """The lines with what they are ordered by, a run at a time."""
        for at in range(0, len(found), RUN):
            yield [(self.key(settings, line), line) for line in found[at : at + RUN]]

    def key(self, settings: Mapping[str, Any], line: str) -> tuple[Any, ...]:
        if not settings["keys"]:
            return (self.value(settings, line, ""),)
        return tuple(self.value(settings, *self.part(settings, line, key)) for key in settings["keys"])

    def part(self, settings: Mapping[str, Any], line: str, key: str) -> tuple[str, str]:
        start, _, end = key.partition(",")
        letters = "".join(character for character in key if character.isalpha())
        fields = line.split(settings["t"]) if "t" in settings else line.split()
        first, _, offset = start.rstrip("nrfhVbgM").partition(".")
        last = end.rstrip("nrfhVbgM").partition(".")[0]
        chosen = fields[int(first or 1) - 1 : int(last) if last.isdecimal() else None]
        text = settings.get("t", " ").join(chosen)
        return text[int(offset) - 1 :] if offset.isdecimal() else text, letters

    def value(self, settings: Mapping[str, Any], text: str, letters: str) -> Any:
        kind = {*letters, *(settings if not letters.strip("r") else ())}
        if kind & {"n", "h", "g"}:
            value: Any = (_leading(text, human="h" in kind),)
        elif "V" in kind:
            value = tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in _runs(text))
        else:
            value = (text.upper() if "f" in kind else text.encode("utf-8", "surrogateescape"),)
        return _Reversed(value) if "r" in letters else value


def in_order[T](runs: Iterable[list[T]], key: Any, reverse: bool) -> Iterator[T]:
    """All in order: ordering, or forgetting, everything at once could not be interrupted."""
    ordered = [sorted(run, key=key, reverse=reverse) for run in runs]
    yield from merge(*ordered, key=key, reverse=reverse)
    while ordered:
        ordered.pop()


@cmp_to_key
def _Reversed(one: Any, other: Any) -> int:  # noqa: N802 - used as the class of keys that sort the other way
    return int(one < other) - int(one > other)


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for character in text:
        if runs and runs[-1][-1].isdecimal() == character.isdecimal():
            runs[-1] += character
        else:
            runs.append(character)
    return runs


def _leading(text: str, *, human: bool) -> float:
    """The number that a text begins with; 0 without one."""
    text = text.strip()
    end = 0
    while end < len(text) and (text[end].isdecimal() or text[end] == "." or (end == 0 and text[end] == "-")):
        end += 1
    try:
        value = float(text[:end])
    except ValueError:
        return 0.0
    return value * 1024.0 ** (
        " KMGTP".find(text[end : end + 1].upper())
        if human and text[end : end + 1].upper() in "KMGTP" and text[end:]
        else 0
    )


@program("uniq")
class Uniq(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, paths = options(
            process, "cdui f:s:w:".replace(" ", ""), {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"}
        )
        return flags, paths[:1]

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"line": None, "count": 0}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        for line in lines(data):
            known = run.memory["line"]
            if known is not None and self._key(run, line) == self._key(run, known):
                run.memory["count"] += 1
                continue
            self._show(process, run)
            run.memory["line"], run.memory["count"] = line, 1

    def _key(self, run: Run, line: str) -> str:
        line = " ".join(line.split()[int(run.settings["f"]) :]) if "f" in run.settings else line
        return line.lower() if "i" in run.settings else line

    def _show(self, process: Process, run: Run) -> None:
        line, count = run.memory["line"], run.memory["count"]
        if line is None or ("d" in run.settings and count < 2) or ("u" in run.settings and count > 1):
            return
        process.print(f"{count:>7} {line}" if "c" in run.settings else line)

    def end(self, process: Process, run: Run) -> int:
        self._show(process, run)
        return run.code


@program("comm", "join")
class Comm(Whole):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        if process.name == "join":
            raise Usage("join is not simulated; awk can do it")
        flags, paths = options(process, "123")
        if len(paths) != 2:
            raise Usage("missing operand")
        return flags, paths

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        one, two = (lines(content) for _, content in inputs)
        indents = {
            column: "\t" * sum(str(before) not in settings for before in range(1, column)) for column in (1, 2, 3)
        }
        left, right = 0, 0
        while left < len(one) or right < len(two):
            if right == len(two) or (left < len(one) and one[left] < two[right]):
                column, line, left = 1, one[left], left + 1
            elif left == len(one) or one[left] > two[right]:
                column, line, right = 2, two[right], right + 1
            else:
                column, line, left, right = 3, one[left], left + 1, right + 1
            if str(column) not in settings:
                process.print(indents[column] + line)
        return 0
