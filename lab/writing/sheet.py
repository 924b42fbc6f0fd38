"""A draft as its author reads it: everything that a learner may come to see, in each language."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from lab.catalogue import content
from lab.catalogue.content import Lesson
from lab.catalogue.markdown import rendered
from lessons.course import LANGUAGES
from lessons.drafts import Draft
from lessons.problems import Problem

OPTION = re.compile(r'<button type="button" aria-pressed="false">(.*?)</button>')
"""An option of a prediction: here it is read and not chosen."""

type Answer = dict[str, Any]


def sheet(draft: Draft, seed: str) -> dict[str, Any]:
    """What the page shows of a draft, as drawn for a seed."""
    try:
        lesson = content.drawn(draft.lesson, seed)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):  # draws of another shape: told as a problem
        lesson = draft.lesson
    reader = translation.get_language()
    languages = sorted(LANGUAGES, key=lambda each: each != reader)  # one's own first, where there is room for one only
    return {"draft": draft, "lesson": lesson, "columns": [column(lesson, each) for each in languages]}


def column(lesson: Lesson, language: str) -> dict[str, Any]:
    """One language's half of the page."""
    with translation.override(language):
        html = OPTION.sub(r"<span>\1</span>", rendered(lesson.text[language], language))
    return {
        "language": language,
        "title": lesson.title[language],
        "html": html,
        "tasks": [
            {"title": task.title[language], "points": task.points, "hints": task.hints.get(language, ())}
            for task in lesson.tasks
        ],
        "quiz": [
            {"ask": question["ask"][language], "kind": question["kind"], "answers": answers(question, language)}
            for question in lesson.quiz
        ],
    }


def answers(question: Mapping[str, Any], language: str) -> list[Answer]:
    """What can be answered to a question: what is right is marked, and why stands with it."""
    why = (question.get("why") or {}).get(language, "")
    match question["kind"]:
        case "order":
            return [*({"text": each[language]} for each in question["order"]), {"why": why}]
        case "match":
            pairs = [{"text": f"{each['left'][language]}: {each['right'][language]}"} for each in question["pairs"]]
            return [*pairs, {"why": why}]
        case "number" | "command":
            return [{"text": f"`{question['answer']}`", "why": why, "right": True}]
    return [
        {"text": each["text"][language], "why": each["why"][language], "right": each.get("right", False)}
        for each in question["options"]
    ]


def placed(problem: Problem) -> dict[str, Any]:
    """A problem with its file as the author calls it: from the course's folder on."""
    path = problem.path
    inside = path.relative_to(settings.CONTENT) if path.is_relative_to(settings.CONTENT) else Path(path.name)
    return {"file": str(inside), "line": problem.line, "says": problem.says}
