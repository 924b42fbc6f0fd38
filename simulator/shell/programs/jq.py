"""jq: filters for JSON. Upstream: jq(1)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, program
from simulator.shell.programs.base import Usage, Whole
from simulator.shell.programs.jq_evaluator import BATCH, STEP_COST
from simulator.shell.programs.jq_functions import Filter
from simulator.shell.programs.jq_language import parse
from simulator.shell.programs.jq_values import (
    Mistake,
    tidy,
    truth,
    written,
)


def documents(source: bytes) -> Iterator[Any]:
    """The JSON values that follow one another in a text. Raises ValueError."""
    from json import JSONDecodeError, JSONDecoder

    try:
        yield orjson.loads(source)
        return
    except orjson.JSONDecodeError:
        rest = source.decode("utf-8", "replace")
    decoder, position = JSONDecoder(), 0
    while True:
        while position < len(rest) and rest[position] in " \t\r\n":
            position += 1
        if position == len(rest):
            return
        try:
            value, position = decoder.raw_decode(rest, position)
        except (JSONDecodeError, RecursionError) as mistake:
            line = rest.count("\n", 0, position) + 1
            words = getattr(mistake, "msg", "too deeply nested")
            raise ValueError(
                f"parse error: {words} at line {line}, column {position - rest.rfind(chr(10), 0, position)}"
            ) from None
        yield value


@program("jq")
class Jq(Whole):
    failure = 2

    def start(self, process: Process) -> Outcome:
        if process.argv[1:2] in (("--version",), ("-V",)):
            process.print("jq-1.7.1")
            return Exit(0)
        return super().start(process)

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags: dict[str, Any] = {}
        variables: dict[str, Any] = {}
        words, operands = list(process.argv[1:]), []
        while words:
            word = words.pop(0)
            if word in ("--arg", "--argjson", "--slurpfile", "--rawfile") and len(words) > 1:
                name, value = words.pop(0), words.pop(0)
                variables[name] = self._argument(process, word, value)
            elif word in LONG:
                flags[LONG[word]] = True
            elif word == "--indent" and words:
                flags["indent"] = int(words.pop(0))
            elif word.startswith("-") and len(word) > 1 and not word.startswith("--"):
                for letter in word[1:]:
                    if letter not in "rcnseajSCM":
                        raise Usage(f"Unknown option: {word}", 2)
                    flags[letter] = True
            elif word.startswith("--"):
                raise Usage(f"Unknown option: {word}", 2)
            else:
                operands.append(word)
        if not operands:
            operands = ["."]
        parse(operands[0])
        flags |= {"filter": operands[0], "variables": variables}
        return flags, ["/dev/null"] if "n" in flags and len(operands) == 1 else operands[1:]

    def _argument(self, process: Process, kind_: str, value: str) -> Any:
        try:
            if kind_ == "--arg":
                return value
            if kind_ == "--argjson":
                return orjson.loads(value)
            content = process.files.read(value)
            return list(documents(content)) if kind_ == "--slurpfile" else content.decode("utf-8", "replace")
        except ValueError:
            raise Usage(f"Invalid JSON text passed to {kind_}", 2) from None

    def work(self, process: Process, settings: Mapping[str, Any], inputs: list[tuple[str, bytes]]) -> int:
        content = b"".join(data for _, data in inputs)
        code, last, any_made = 0, None, False
        evaluator = Filter(process, settings["variables"])
        try:
            for value in self.values(settings, content):
                try:
                    for made in evaluator.run(parse(settings["filter"]), value):
                        self.show(process, settings, made)
                        last, any_made = made, True
                except Mistake as mistake:
                    message = (
                        mistake.value if isinstance(mistake.value, str) else written(mistake.value) + " (not a string)"
                    )
                    process.error(
                        f"jq: error (at <{'stdin' if inputs and inputs[0][0] == '-' else 'file'}>:0): {message}"
                    )
                    code = 5
        except ValueError as mistake:
            process.error(f"jq: {mistake}")
            code = 2
        except (Usage, RecursionError) as mistake:
            process.error(f"jq: {mistake if isinstance(mistake, Usage) else 'error: nested too deeply'}")
            return mistake.code if isinstance(mistake, Usage) else 5
        process.spend(evaluator.steps % BATCH * STEP_COST)
        if "e" in settings and not code:
            return 4 if not any_made else int(not truth(last))
        return code

    def values(self, settings: Mapping[str, Any], content: bytes) -> Iterator[Any]:
        if "n" in settings:
            yield None
        elif "R" in settings:
            lines = content.decode("utf-8", "replace").removesuffix("\n").split("\n")
            yield from ["\n".join(lines)] if "s" in settings else lines
        elif "s" in settings:
            yield list(documents(content)) if content.strip() else []
        elif content.strip():
            yield from documents(content)

    def show(self, process: Process, settings: Mapping[str, Any], made: Any) -> None:
        ending = "" if "j" in settings else "\n"
        if isinstance(made, str) and ("r" in settings or "j" in settings):
            process.write(1, made + ending)
            return
        options = orjson.OPT_SORT_KEYS if "S" in settings else 0
        if "c" not in settings:
            options |= orjson.OPT_INDENT_2
        process.write(1, orjson.dumps(tidy(made), option=options) + ending.encode())


LONG = {
    "--raw-output": "r", "--compact-output": "c", "--null-input": "n", "--slurp": "s", "--exit-status": "e",
    "--sort-keys": "S",
    "--join-output": "j", "--ascii-output": "a", "--color-output": "C", "--monochrome-output": "M",
    "--raw-input": "R", "-R": "R",
    "--tab": "tab", "--args": "args",
}  # fmt: skip
