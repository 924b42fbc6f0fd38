"""A lesson's published solution, one command after another, for who asks to see it."""

from dataclasses import dataclass

from lab.catalogue.content import Lesson
from simulator.shell.nodes import SyntaxMistake
from simulator.shell.parser import parse_next


@dataclass(frozen=True)
class Step:
    """One complete command of a solution, with what its author says about it."""

    command: str
    says: str = ""


def steps(lesson: Lesson) -> list[Step]:
    """The first solution in steps; a lesson may have none."""
    scripts = list(lesson.solutions)
    return split(scripts[0][1]) if scripts else []


def split(script: str) -> list[Step]:
    """Complete commands, here-documents included; the comment lines before a command say something about it,
    but for those that only prove it (`#: task`)."""
    found: list[Step] = []
    at, line = 0, 1
    try:
        while at < len(script):
            _, end, line = parse_next(script, at, line, ())
            if end <= at:
                break
            rows = script[at:end].strip("\n").splitlines()
            first = next((number for number, row in enumerate(rows) if row.strip() and row[0] != "#"), len(rows))
            says = " ".join(row.lstrip("# ") for row in rows[:first] if not row.startswith("#:"))
            if rows[first:]:
                found.append(Step("\n".join(rows[first:]), says))
            at = end
    except SyntaxMistake:
        return [Step(script.strip())]
    return found
