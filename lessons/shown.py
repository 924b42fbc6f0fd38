"""The commands that a lesson's text offers, and what it claims they print.

A fence of kind `run` holds commands. Words after the kind say more: `exit=1` (the exit code that is right), `wait=20`
(seconds that pass afterwards). A fence of kind `prints` right after it holds lines that the output must contain.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PART = re.compile(
    r"^```(?P<fence>\w+)[^\n]*\n(?P<body>.*?)^```$|^(?P<row>\|[^\n]*)$|^(?P<heading>#+) ", re.MULTILINE | re.DOTALL
)
"""What a translation must have too: a fence, a row of a table, a heading."""
PAUSE = 5.0


@dataclass(frozen=True)
class Shown:
    """One block of commands."""

    command: str
    codes: tuple[int, ...] = (0,)
    pause: float = PAUSE
    prints: tuple[str, ...] = ()

    def missing(self, output: str) -> list[str]:
        """Lines that the text claims and the output lacks; runs of blanks count as one."""
        squeezed = [" ".join(line.split()) for line in output.splitlines()]
        return [line for line in self.prints if not any(" ".join(line.split()) in found for found in squeezed)]


def commands(text: str) -> list[Shown]:
    """The blocks of a text in order."""
    found: list[Shown] = []
    for kind, words, body in FENCE.findall(text):
        if kind == "run":
            settings = dict(word.split("=", 1) for word in words.split() if "=" in word)
            codes = tuple(int(code) for code in settings.get("exit", "0").split(","))
            found.append(Shown(body.strip(), codes, float(settings.get("wait", PAUSE))))
        elif kind == "prints" and found:
            last = found[-1]
            found[-1] = Shown(last.command, last.codes, last.pause, tuple(body.strip().splitlines()))
    return found


def outline(text: str) -> list[str]:
    """The parts of a text in order, of which a translation has the same: headings, rows of tables and fences;
    what is typed and printed is the same in every language."""
    found = []
    for part in PART.finditer(text):
        kind = part["fence"]
        if kind == "predict":
            found.append(f"predict, {size(yaml.safe_load(part['body']))}")
        elif kind:
            found.append(part[0])
        elif part["row"]:
            found.append(f"row of {part['row'].count('|') - 1}")
        else:
            found.append(part["heading"])
    return found


def size(asked: dict[str, Any]) -> str:
    """How much a prediction lets choose, and for a table which choice comes: that is the same in every language."""
    if "options" in asked:
        return f"{len(asked['options'])} options"
    columns = [column["options"] for column in asked["columns"]]
    comes = [[options.index(cell) for cell, options in zip(row["is"], columns, strict=True)] for row in asked["rows"]]
    return f"of {list(map(len, columns))} options {comes}"
