"""The gym's broken worlds and the exams' tasks: folders like a lesson's, whose text tells the symptom or the wish.

`gym/<area>/<world>` and `exams/<exam>/<task>`. An area and an exam have a `module.yaml`; an exam's also says how many
`minutes` it lasts and which percentage of the points is `needed`.
"""

from functools import cache
from pathlib import Path

from lessons.course import Course, Lesson, load

FOLDER = Path(__file__).parent


def gym() -> Course:
    """The broken worlds, by area."""
    return load(FOLDER / "gym")


def exams() -> Course:
    """The exams; their lessons are their tasks, in order."""
    return load(FOLDER / "exams")


@cache
def everything() -> list[Lesson]:
    """Whatever can be proved: the lessons and reviews of the course, and all exercises."""
    return [lesson for course in (load(), gym(), exams()) for lesson in (*course.lessons(), *course.reviews())]
