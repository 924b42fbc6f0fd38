"""The gym's worlds and the exams' tasks, as the settings `GYM` and `EXAMS` give them."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

from lab.catalogue.content import Lesson


def areas() -> list[Any]:
    """The areas of the gym, each with its worlds."""
    return list(import_string(settings.GYM)().modules)


def exams() -> list[Any]:
    """The exams, each with its tasks, its minutes and the percentage that is enough."""
    return list(import_string(settings.EXAMS)().modules)


def worlds() -> list[Lesson]:
    return [world for area in areas() for world in area.lessons]


def exam_tasks() -> list[Lesson]:
    return [task for exam in exams() for task in exam.lessons]


def exam(exam_id: str) -> Any:
    """Raises `Http404`."""
    for each in exams():
        if each.id == exam_id:
            return each
    raise Http404(f"no exam {exam_id}")


def world(world_id: str) -> Lesson:
    """Raises `Http404`."""
    for each in worlds():
        if each.id == world_id:
            return each
    raise Http404(f"no world {world_id}")


def points(lesson: Lesson) -> int:
    return sum(task.points for task in lesson.tasks)
