"""What differs per learner: values drawn from a seed, and filled in wherever a lesson writes `{{ name }}`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from lessons.course import Lesson, Wrong

PLACE = re.compile(r"\{\{ *([a-z][a-z0-9_]*) *\}\}")


def draw(lesson: Lesson, seed: str) -> dict[str, Any]:
    """A value for each drawn name: one of a list, or a whole number of a range (`{from: 3, to: 5}`). Where the list has
    maps, what is drawn is several values that belong together, under their own names."""
    values: dict[str, Any] = {}
    for name, number in picked(lesson, seed).items():
        choice = lesson.draws[name]
        if isinstance(choice, list):
            one = choice[number]
            values |= one if isinstance(one, dict) else {name: one}
        else:
            values[name] = choice["from"] + number
    return values


def picked(lesson: Lesson, seed: str) -> dict[str, int]:
    """Which of its choices each of the draws of a lesson takes, by number."""
    found = {}
    for name, choice in lesson.draws.items():
        bits = int.from_bytes(blake2b(f"{lesson.id}/{seed}/{name}".encode(), digest_size=8).digest())
        found[name] = bits % (len(choice) if isinstance(choice, list) else choice["to"] - choice["from"] + 1)
    return found


def drawn(lesson: Lesson, seed: str) -> Lesson:
    """The lesson as one learner meets it."""
    values = draw(lesson, seed)
    if not values:
        return lesson
    return replace(
        lesson,
        title=filled(lesson.title, values),
        text=filled(lesson.text, values),
        tasks=tuple(
            replace(
                task,
                title=filled(task.title, values),
                hints=filled(task.hints, values),
                checks=filled(task.checks, values),
                remarks=filled(task.remarks, values),
            )
            for task in lesson.tasks
        ),
        scene=filled(lesson.scene, values),
        solutions=filled(lesson.solutions, values),
        wrong=tuple(answered(each, values) for each in lesson.wrong),
        remarked=tuple(answered(each, values) for each in lesson.remarked),
        quiz=filled(lesson.quiz, values),
    )


def answered(answer: Wrong, values: Mapping[str, Any]) -> Wrong:
    return replace(answer, script=filled(answer.script, values), says=filled(answer.says, values))


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """A copy in which places are filled in; a text that is nothing but a place becomes the value itself."""
    if isinstance(value, str):
        whole = PLACE.fullmatch(value)
        if whole is not None and whole[1] in values:
            return values[whole[1]]
        return PLACE.sub(lambda match: str(values.get(match[1], match[0])), value)
    if isinstance(value, Mapping):
        return {filled(key, values): filled(item, values) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([filled(item, values) for item in value])
    return value
