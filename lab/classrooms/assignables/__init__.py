"""What can be assigned: each kind of work says what there is of it, what its parts are, and how they are judged.

A new kind is a module and a line in `KINDS`.
"""

from django.http import Http404

from lab.catalogue import content
from lab.classrooms.assignables.exams import ExamWork
from lab.classrooms.assignables.lessons import GymWork, LessonWork
from lab.classrooms.assignables.quizzes import QuizWork
from lab.classrooms.assignables.work import ATTEMPT, Assignable, Found, Part, Unjudgeable, stored
from lab.classrooms.models import Assignment, Attempt, Judgement
from lab.language import say
from lab.sandboxes.models import Sandbox

__all__ = [
    "ATTEMPT",
    "KINDS",
    "Assignable",
    "Found",
    "GymWork",
    "Part",
    "Unjudgeable",
    "choices",
    "parts_of",
    "rules_of",
    "sandbox_of",
    "stored",
    "title_of",
]

KINDS: dict[str, Assignable] = {"lesson": LessonWork(), "quiz": QuizWork(), "gym": GymWork(), "exam": ExamWork()}


def title_of(assignment: Assignment) -> str:
    """How an assignment is called: by its own name, or as in the course."""
    try:
        return assignment.name or KINDS[assignment.kind].title(assignment.target)
    except Http404:
        return assignment.target


def parts_of(assignment: Assignment, attempt: Attempt | None = None) -> list[Part]:
    """What is judged in an assignment, named as in an attempt; nothing if the course has it no more."""
    try:
        parts = KINDS[assignment.kind].parts(assignment.target, attempt.seed if attempt else "")
    except Http404:
        return []
    return [part for part in parts if not assignment.parts or part.id in assignment.parts]


def rules_of(assignment: Assignment) -> list[str]:
    """What learners are told of this kind of work."""
    try:
        return list(KINDS[assignment.kind].rules(assignment.target))
    except Http404:
        return []


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that can be assigned, for a form: `kind:target` and its title, by kind."""
    return [
        (say(f"classes.kind-{kind}"), [(f"{kind}:{target}", work.title(target)) for target in work.targets()])
        for kind, work in KINDS.items()
    ]


def sandbox_of(judgement: Judgement) -> Sandbox | None:
    """In which sandbox a part was worked on; none if it is gone."""
    work = KINDS[judgement.attempt.assignment.kind]
    sandboxes = work.sandboxes(judgement.attempt)
    known = {work.part_of(each, task.id): each for each in sandboxes for task in content.find(each.lesson).tasks}
    return known.get(judgement.part)
