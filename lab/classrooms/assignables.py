"""What can be assigned: each kind of work says what there is of it, what its parts are, and how they are judged.

A new kind, such as exams, is a class and a line in `KINDS`.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import Http404
from django.urls import reverse

from lab.catalogue import content
from lab.classrooms.models import Assignment, Attempt, Judgement
from lab.grading.verdicts import Verdict, judged
from lab.language import in_language, say
from lab.practice.sets import worlds
from lab.quizzes.cards import asked_in
from lab.quizzes.questions import Question, key_of
from lab.sandboxes.models import Sandbox
from lab.sandboxes.worlds import restore

ATTEMPT = "attempt"
"""The purpose of a sandbox that belongs to an attempt."""

type Texts = Mapping[str, str]
type Found = tuple[str, dict[str, Any]]
"""The state of a part, and what a judgement keeps as its verdict."""


@dataclass(frozen=True)
class Part:
    """One thing in an assignment that is judged by itself."""

    id: str
    title: Texts
    points: int


class Unjudgeable(Exception):
    """What is stored cannot be judged again: it is gone, or of another version. What it was worth stays."""


class Assignable(Protocol):
    """A kind of work that can be assigned."""

    def targets(self) -> Sequence[str]:
        """What there is of it."""

    def title(self, target: str) -> str:
        """How one of them is called, in the reader's language. Raises `Http404`."""

    def parts(self, target: str) -> Sequence[Part]:
        """What is judged in it. Raises `Http404`."""

    def begin(self, attempt: Attempt) -> None:
        """Make what an attempt needs."""

    def page(self, attempt: Attempt) -> str:
        """The address at which the attempt is worked on."""

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        """What is stored of one part, judged anew. Raises `Unjudgeable`."""


class LessonWork:
    """The tasks of a lesson, in a sandbox of the attempt's own."""

    def targets(self) -> list[str]:
        return [lesson.id for lesson in content.lessons() if lesson.tasks]

    def title(self, target: str) -> str:
        lesson = content.find(target)
        return f"{content.number_of(lesson)} {in_language(dict(lesson.title))}"

    def parts(self, target: str) -> list[Part]:
        return [Part(task.id, task.title, task.points) for task in content.find(target).tasks]

    def begin(self, attempt: Attempt) -> None:
        attempt.sandbox = Sandbox.objects.create(
            owner_id=attempt.person_id, lesson=attempt.assignment.target, purpose=ATTEMPT, seed=attempt.seed
        )

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:attempt", args=[attempt.pk])

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        if judgement.evidence is None:
            raise Unjudgeable
        try:
            world = restore(zlib.decompress(bytes(judgement.evidence.world)))
            verdict = judged(world, content.find(attempt.assignment.target), judgement.part)
        except Exception as error:
            raise Unjudgeable from error
        return verdict.state, stored(verdict) | {"since": list(judgement.since)}


class GymWork(LessonWork):
    """A broken world of the gym, drawn anew for every attempt."""

    def targets(self) -> list[str]:
        return [world.id for world in worlds()]

    def title(self, target: str) -> str:
        return str(in_language(dict(content.find(target).title)))


class QuizWork:
    """The questions after a lesson, each answered once an attempt."""

    def targets(self) -> list[str]:
        return [lesson.id for lesson in content.lessons() if lesson.quiz]

    def title(self, target: str) -> str:
        lesson = content.find(target)
        return f"{content.number_of(lesson)} {say('quiz.title', lesson=in_language(dict(lesson.title)))}"

    def parts(self, target: str) -> list[Part]:
        return [Part(key_of(each), each["ask"], 1) for each in content.find(target).quiz]

    def begin(self, attempt: Attempt) -> None:
        """Nothing: questions are drawn from the seed."""

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:quiz", args=[attempt.pk])

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        question = self.question(attempt, judgement.part)
        if question is None:
            raise Unjudgeable
        try:
            right, _ = question.judge(judgement.verdict["given"])
        except Exception as error:
            raise Unjudgeable from error
        return "pass" if right else "fail", judgement.verdict

    def question(self, attempt: Attempt, key: str) -> Question | None:
        asked = asked_in(attempt.assignment.target, attempt.seed)
        return next((each for each in asked if each.key == key), None)


KINDS: dict[str, Assignable] = {"lesson": LessonWork(), "quiz": QuizWork(), "gym": GymWork()}


def title_of(assignment: Assignment) -> str:
    """How an assignment is called: by its own name, or as in the course."""
    try:
        return assignment.name or KINDS[assignment.kind].title(assignment.target)
    except Http404:
        return assignment.target


def parts_of(assignment: Assignment) -> list[Part]:
    """What is judged in an assignment; nothing if the course has it no more."""
    try:
        parts = KINDS[assignment.kind].parts(assignment.target)
    except Http404:
        return []
    return [part for part in parts if not assignment.parts or part.id in assignment.parts]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that can be assigned, for a form: `kind:target` and its title, by kind."""
    return [
        (say(f"classes.kind-{kind}"), [(f"{kind}:{target}", work.title(target)) for target in work.targets()])
        for kind, work in KINDS.items()
    ]


def stored(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a judgement keeps it."""
    facts = {"expected": verdict.expected, "seen": verdict.seen, "object": verdict.object, "message": verdict.message}
    return facts | {"since": list(verdict.since)}
