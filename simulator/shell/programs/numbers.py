"""seq: numbers, one after another for as long as somebody reads them. Upstream: seq(1)"""

from __future__ import annotations

from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.shell.printing import print_text
from simulator.shell.programs.base import Usage, refuse

RUN = 5_000
"""How many numbers are written in one step."""


@program("seq")
class Seq(Program):
    def start(self, process: Process) -> Outcome:
        try:
            process.state = {**_asked(process), "at": 0}
        except Usage as usage:
            return refuse(process, usage)
        return self.more(process)

    def more(self, process: Process) -> Outcome:
        """Write the next numbers."""
        asked, at = process.state, process.state["at"]
        end = min(at + RUN, asked["count"])
        if at < end:
            texts = [_text(asked, number) for number in range(at, end)]
            process.write(1, (asked["separator"] if at else "") + asked["separator"].join(texts))
            process.spend(end - at)
        if end >= asked["count"]:
            process.write(1, "\n" if asked["count"] > 0 else "")
            return Exit(0)
        process.state = {**asked, "at": end}
        return Wait("more", until=process.now)


def _asked(process: Process) -> dict[str, Any]:
    """What the command line asks for; raises `Usage`."""
    separator, form, padded, words = "\n", "", False, []
    left = list(process.argv[1:])
    while left:
        word = left.pop(0)
        if word in ("-s", "-f") and left:
            value = left.pop(0)
            separator, form = (value, form) if word == "-s" else (separator, value)
        elif word.startswith("-s") and len(word) > 2:
            separator = word[2:]
        elif word == "-w":
            padded = True
        else:
            words.append(word)
    if not 1 <= len(words) <= 3:
        raise Usage("missing operand" if not words else f"extra operand ‘{words[3]}’")
    numbers = [_number(word) for word in words]
    first, step, last = (
        (1.0, 1.0, numbers[0]) if len(numbers) == 1
        else (numbers[0], 1.0, numbers[1]) if len(numbers) == 2
        else (numbers[0], numbers[1], numbers[2])
    )  # fmt: skip
    if not step:
        raise Usage(f"invalid Zero increment value: ‘{words[1]}’")
    digits = max((len(word.partition(".")[2]) for word in words), default=0)
    count = int((last - first) / step + 1e-9) + 1
    wide = max(len(f"{first:.{digits}f}"), len(f"{first + (count - 1) * step:.{digits}f}")) if padded else 0
    return {"first": first, "step": step, "count": count, "digits": digits, "wide": wide, "form": form,
            "separator": separator}  # fmt: skip


def _number(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        raise Usage(f"invalid floating point argument: ‘{word}’") from None
    if not abs(number) <= 1e15:
        raise Usage(f"‘{word}’: numbers beyond 1e15 are not simulated")
    return number


def _text(asked: dict[str, Any], number: int) -> str:
    text = f"{asked['first'] + number * asked['step']:.{asked['digits']}f}".zfill(asked["wide"])
    return print_text(asked["form"], [text])[0] if asked["form"] else text
