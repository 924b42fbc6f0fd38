"""A terminal's output as text: what was typed after each prompt and what came of it, by the number of the command."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

MARK = re.compile(r"\x1b\]133;([ABCD])(?:;([^\x07\x1b]*))?(?:\x07|\x1b\\)")
"""The shell's marks: A a prompt begins, B typing begins, C a command runs, D it has ended, with its exit code."""
CONTROL = re.compile(
    r"\x1b\[([0-9;?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b."
    r"|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+"
)
FULL_SCREEN = re.compile(r"\x1b\[\?1049h.*?(?:\x1b\[\?1049l|\Z)", re.DOTALL)
"""What a full-screen program draws: gone once it has ended, as in a real terminal."""
MOST = 64 * 1024
"""How much of the output's end is looked at (bytes)."""
MOST_DIGITS = 9
WIDEST, LONGEST = 1000, 2000
"""Where the cursor stops, so that nobody can make the screen grow without end."""


@dataclass(frozen=True)
class Block:
    """One command: its number, its prompt with what was typed, its output, its exit code."""

    number: int
    typed: str
    output: str
    code: int | None = None
    terminal: str = ""

    @property
    def prompt(self) -> str:
        return self.typed.partition(" ")[0]

    @property
    def command(self) -> str:
        return self.typed.partition(" ")[2]


def blocks(data: bytes, terminal: str = "") -> list[Block]:
    """The commands in a terminal's output, oldest first; the last one may still run, or be typed."""
    text = FULL_SCREEN.sub("", data[-MOST:].decode(errors="replace"))
    found: list[Block] = []
    number, typed, output, begun = 0, "", "", False
    end = 0
    for mark in MARK.finditer(text):
        piece, end = text[end : mark.start()], mark.end()
        kind, detail = mark[1], mark[2] or ""
        if begun:
            output += piece
        else:
            typed += piece
        if kind == "A" and detail != "k=s":
            number = number_in(detail[2:])
            typed, output, begun = "", "", False
        elif kind == "C":
            begun = True
        elif kind == "D" and begun and number:
            code = number_in(detail) if detail else None
            found.append(Block(number, rendered(typed), rendered(output), code, terminal))
            number = 0
    if number:
        rest = text[end:]
        typed, output = (typed, output + rest) if begun else (typed + rest, "")
        found.append(Block(number, rendered(typed), rendered(output), None, terminal))
    return found


def number_in(text: str) -> int:
    """A number as programs and addresses have it, 0 for anything else; whoever writes a longer one means no good."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def rendered(text: str) -> str:
    """What a screen shows after these characters and control sequences, without colours."""
    screen = Screen()
    for found in CONTROL.finditer(text):
        screen.take(found)
    return "\n".join("".join(line).rstrip() for line in screen.lines).strip("\n")


class Screen:
    """Lines of cells and a cursor. A wide letter takes two cells; the second is empty."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.row = self.column = 0

    def take(self, found: re.Match[str]) -> None:
        if found[2]:
            self.control(found[2], [number_in(each) for each in found[1].split(";")[:4]])
        elif found[0] == "\r":
            self.column = 0
        elif found[0] == "\n":
            self.go(self.row + 1, self.column)
        elif found[0] == "\b":
            self.go(self.row, self.column - 1)
        elif found[0] == "\t":
            self.go(self.row, (self.column // 8 + 1) * 8)
        elif found[0] >= " " and not found[0].startswith("\x7f"):
            self.write(found[0])

    def write(self, text: str) -> None:
        for letter in text:
            if unicodedata.combining(letter):
                continue
            cells = [letter, ""] if unicodedata.east_asian_width(letter) in "WF" else [letter]
            line = self.lines[self.row]
            line.extend(" " * (self.column - len(line)))
            line[self.column : self.column + len(cells)] = cells
            self.go(self.row, self.column + len(cells))

    def go(self, row: int, column: int) -> None:
        self.row, self.column = min(max(row, 0), LONGEST), min(max(column, 0), WIDEST)
        while len(self.lines) <= self.row:
            self.lines.append([])

    def control(self, kind: str, numbers: list[int]) -> None:
        count = max(numbers[0], 1)
        match kind:
            case "A":
                self.go(self.row - count, self.column)
            case "B":
                self.go(self.row + count, self.column)
            case "C":
                self.go(self.row, self.column + count)
            case "D":
                self.go(self.row, self.column - count)
            case "G":
                self.go(self.row, count - 1)
            case "H":
                self.go(count - 1, max(numbers[1] if len(numbers) > 1 else 1, 1) - 1)
            case "J":
                self.erase_below(numbers[0])
            case "K":
                self.erase_line(numbers[0])

    def erase_below(self, how: int) -> None:
        if how >= 2:
            self.lines, self.row = [[]], 0
            return
        del self.lines[self.row + 1 :]
        self.erase_line(0)

    def erase_line(self, how: int) -> None:
        line = self.lines[self.row]
        if how == 0:
            del line[self.column :]
        elif how == 1:
            line[: self.column] = " " * min(self.column, len(line))
        else:
            line.clear()


def of_world(world: Any) -> list[Block]:
    """The commands of all terminals of a world."""
    found = []
    for terminal in list(world.machines.terminals.rows):
        data, _ = world.machines.output(terminal, 0)
        found += blocks(data, terminal)
    return found


def around(found: list[Block], since: tuple[str, int], before: int = 2, after: int = 6) -> list[Block]:
    """A few commands around the one that is spoken of; the last ones if none is."""
    terminal, number = since
    own = [each for each in found if not terminal or each.terminal == terminal]
    place = next((place for place, each in enumerate(own) if number and each.number == number), len(own) - 1)
    return own[max(place - before, 0) : place + after + 1]
