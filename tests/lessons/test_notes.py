"""The notes from which the course grew: every statement is taught, tried by hand and asked about."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lessons.course import load

NOTES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "notes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("note", NOTES, ids=[note["says"] for note in NOTES])
def test_a_statement_is_taught_tried_and_asked_about(note: dict[str, Any]) -> None:
    course = load()
    taught = [course.find(lesson) for lesson in note["taught"]]
    assert taught and note["word"] in taught[0].text["ko"]
    assert note["tried"] and note["asked"]
    for place in note["tried"]:
        lesson, _, task = place.partition("/")
        assert course.find(lesson).task(task).checks
    for place in note["asked"]:
        lesson, _, number = place.partition("/")
        assert course.find(lesson).quiz[int(number) - 1]["ask"]["ko"]


def test_the_notes_reach_most_lessons_and_every_module_is_reviewed() -> None:
    course = load()
    assert all(module.review is not None and len(module.review.quiz) == 8 for module in course.modules)
    reached = {lesson for note in NOTES for lesson in note["taught"]}
    assert reached <= {lesson.id for lesson in course.lessons()}
    assert len(reached) >= 28
