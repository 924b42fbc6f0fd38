"""What the pages need of the course, and where it comes from."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

type Texts = Mapping[str, str]
"""The same text in each language: `{"en": …, "ko": …}`."""


class Task(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Texts: ...
    @property
    def points(self) -> int: ...
    @property
    def hints(self) -> Mapping[str, Sequence[str]]: ...


class Lesson(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Texts: ...
    @property
    def minutes(self) -> int: ...
    @property
    def text(self) -> Texts: ...
    @property
    def tasks(self) -> Sequence[Task]: ...
    @property
    def solutions(self) -> Sequence[tuple[str, str]]: ...
    @property
    def quiz(self) -> Sequence[Mapping[str, Any]]: ...


class Module(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Texts: ...
    @property
    def lessons(self) -> Sequence[Any]: ...
    @property
    def review(self) -> Lesson | None: ...


class Course(Protocol):
    @property
    def modules(self) -> Sequence[Module]: ...


@cache
def course() -> Course:
    """The course, read once; the setting `COURSE` names what reads it."""
    loaded: Course = import_string(settings.COURSE)()
    return loaded


def lessons() -> list[Lesson]:
    """Every lesson in the order we suggest."""
    return [lesson for module in course().modules for lesson in module.lessons]


shelves: list[Callable[[], Sequence[Lesson]]] = []
"""Where texts beside a terminal stand that are not of the course: the playground's, the gym's, the exams'."""


def find(lesson_id: str) -> Lesson:
    """The lesson of that id. Raises `Http404`."""
    for shelf in (lessons, *shelves):
        for lesson in shelf():
            if lesson.id == lesson_id:
                return lesson
    raise Http404(f"no lesson {lesson_id}")


def drawn(lesson: Lesson, seed: str) -> Lesson:
    """The lesson as the learner with this seed meets it: names and numbers filled in."""
    if getattr(lesson, "draws", True) == {}:
        return lesson
    mine: Lesson = import_string(settings.DRAW)(lesson, seed)
    return mine


def task_of(lesson: Lesson, task_id: str) -> Task:
    """A task of a lesson. Raises `Http404`."""
    for task in lesson.tasks:
        if task.id == task_id:
            return task
    raise Http404(f"no task {task_id} in {lesson.id}")


def number_of(lesson: Lesson) -> str:
    """How a lesson is called in the map, such as `3.1`."""
    for module in course().modules:
        for position, other in enumerate(module.lessons, 1):
            if other.id == lesson.id:
                return f"{numeral(module)}.{position}"
    return ""


def numeral(module: Module) -> int:
    """The number on a module's door: its own, or its place in the course."""
    number = getattr(module, "number", None)
    return list(course().modules).index(module) if number is None else int(number)


def module_of(lesson: Lesson) -> Module | None:
    """The module of a lesson of the course."""
    holds = (module for module in course().modules if any(other.id == lesson.id for other in module.lessons))
    return next(holds, None)


def neighbours(lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
    """The lesson before and the lesson after."""
    row = lessons()
    ids = [other.id for other in row]
    if lesson.id not in ids:
        return None, None
    place = ids.index(lesson.id)
    before = row[place - 1] if place else None
    after = row[place + 1] if place + 1 < len(row) else None
    return before, after
