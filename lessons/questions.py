"""Questions that a world answers: a command of the learner's by what it leaves and says, a prediction by what comes.

Both begin in the scene of their lesson or review. A `command` has `judge` (checks of the world that the command leaves)
or `says` (what it must print), the published `answer` and known `wrong` commands. A `predict` question with `run`
(commands at the workstation), `actions` and `wait` (seconds) has options with `when`: the checks that hold where the
option is what comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lessons.checks.comparing import compare
from lessons.checks.future import act
from lessons.checks.run import first_unmet
from lessons.checks.view import View
from lessons.course import Declared, Lesson
from lessons.draws import drawn
from lessons.running import run
from lessons.scenes import boot

PATIENCE = 120_000_000
"""Microseconds of virtual time that a learner's command may take."""
SHOWN = 4000
"""Characters of what a command printed that are kept."""
SETTLE = 20.0


@dataclass(frozen=True)
class Tried:
    """What came of a command."""

    right: bool
    output: str


def is_run(question: Mapping[str, Any]) -> bool:
    """Whether a world answers this question."""
    return question["kind"] == "command" or "run" in question or "actions" in question


def tried(lesson: Lesson, number: int, command: str, seed: str) -> Tried:
    """Type a command into a copy of the scene that nobody sees, and judge it as a question wants it."""
    question = drawn(lesson, seed).quiz[number]
    world = boot(lesson, seed)
    _, output = run(world, command, session="tried", longest=PATIENCE)
    said = output.strip()
    right = all(says(said, wish) for wish in question.get("says") or ())
    if right and "judge" in question:
        world.advance(float(question.get("wait", SETTLE)))
        right = first_unmet(View(world), question["judge"]).is_met
    return Tried(right, said[:SHOWN])


def says(output: str, wish: Mapping[str, Any]) -> bool:
    """Whether what was printed is as a question wants it; `order` names what must appear one after another."""
    if "order" in wish:
        places = [output.find(str(each)) for each in wish["order"]]
        return -1 not in places and places == sorted(places)
    return compare(output, wish)[0]


def outcome(lesson: Lesson, number: int, seed: str) -> list[bool]:
    """For each option of a prediction, whether it is what comes."""
    return list(_outcome(_Asked(lesson, number, seed)))


class _Asked:
    """A question as a cache key."""

    def __init__(self, lesson: Lesson, number: int, seed: str) -> None:
        self.lesson, self.number, self.seed = lesson, number, seed
        mine = drawn(lesson, seed)
        self.question: Declared = mine.quiz[number]
        self.text = f"{lesson.id} {mine.scene!r} {self.question!r}"

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and other.text == self.text


@lru_cache(maxsize=512)
def _outcome(asked: _Asked) -> tuple[bool, ...]:
    world, question = boot(asked.lesson, asked.seed), asked.question
    if "run" in question:
        run(world, question["run"], session="predicted")
    act(View(world), question.get("actions") or [])
    world.advance(float(question.get("wait", SETTLE)))
    return tuple(first_unmet(View(world), option["when"]).is_met for option in question["options"])
