"""What can be assigned: each kind of work says what there is of it, what its parts are, and how they are judged.

A new kind is a class and a line in `KINDS`.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from lab.catalogue import content
from lab.classrooms.models import Assignment, Attempt, Judgement
from lab.grading.verdicts import Verdict, judged
from lab.language import in_language, say
from lab.practice import sets
from lab.practice.exams import found_at_the_end, seed_of, sit
from lab.practice.models import ExamAttempt
from lab.quizzes.cards import asked_in, told
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
    place: Texts | None = None
    """Of a part of something larger, such as a task of an exam: what that is called."""


class Unjudgeable(Exception):
    """What is stored cannot be judged again: it is gone, or of another version. What it was worth stays."""


class Assignable(Protocol):
    """A kind of work that can be assigned."""

    def targets(self) -> Sequence[str]:
        """What there is of it."""

    def title(self, target: str) -> str:
        """How one of them is called, in the reader's language. Raises `Http404`."""

    def parts(self, target: str, seed: str = "") -> Sequence[Part]:
        """What is judged in it; with a seed, as that attempt has it. Raises `Http404`."""

    def rules(self, target: str) -> Sequence[str]:
        """What learners are told of it beside the assignment's own rules."""

    def begin(self, attempt: Attempt) -> None:
        """Make what an attempt needs."""

    def page(self, attempt: Attempt) -> str:
        """The address at which the attempt is worked on."""

    def goes_on(self, attempt: Attempt) -> bool:
        """Whether an attempt has to end before another can begin."""

    def sandboxes(self, attempt: Attempt) -> Sequence[Sandbox]:
        """Where it is worked on."""

    def part_of(self, sandbox: Sandbox, task: str) -> str:
        """The id of the part that a task is in one of its sandboxes."""

    def dated(self, attempt: Attempt) -> datetime:
        """As of when something that is found now counts."""

    def answered(self, attempt: Attempt, judgement: Judgement) -> Sequence[Texts]:
        """What was answered, where a part is a question."""

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        """What is stored of one part, judged anew. Raises `Unjudgeable`."""


class Work:
    """What most kinds have in common."""

    def rules(self, target: str) -> list[str]:
        return [say("classes.rule-counts")]

    def goes_on(self, attempt: Attempt) -> bool:
        return False

    def sandboxes(self, attempt: Attempt) -> list[Sandbox]:
        return [attempt.sandbox] if attempt.sandbox is not None else []

    def part_of(self, sandbox: Sandbox, task: str) -> str:
        return task

    def answered(self, attempt: Attempt, judgement: Judgement) -> list[Texts]:
        return []

    def dated(self, attempt: Attempt) -> datetime:
        return timezone.now()


class LessonWork(Work):
    """The tasks of a lesson, in a sandbox of the attempt's own."""

    def targets(self) -> list[str]:
        return [lesson.id for lesson in content.lessons() if lesson.tasks]

    def title(self, target: str) -> str:
        lesson = content.find(target)
        return f"{content.number_of(lesson)} {in_language(dict(lesson.title))}"

    def parts(self, target: str, seed: str = "") -> list[Part]:
        return [Part(task.id, task.title, task.points) for task in content.drawn(content.find(target), seed).tasks]

    def begin(self, attempt: Attempt) -> None:
        attempt.sandbox = Sandbox.objects.create(
            owner_id=attempt.person_id,
            lesson=attempt.assignment.target,
            purpose=ATTEMPT,
            seed=attempt.seed,
            keeps_all=True,
        )

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:attempt", args=[attempt.pk])

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        if judgement.state == "late":  # what came before what is history, and not seen in a world
            return judgement.state, judgement.verdict
        try:
            verdict = judged(world_of(judgement), content.find(attempt.assignment.target), judgement.part)
        except Exception as error:
            raise Unjudgeable from error
        return verdict.state, stored(verdict) | {"since": list(judgement.since)}


class GymWork(LessonWork):
    """A broken world of the gym, drawn anew for every attempt."""

    def targets(self) -> list[str]:
        return [world.id for world in sets.worlds()]

    def title(self, target: str) -> str:
        return str(in_language(dict(content.find(target).title)))


class QuizWork(Work):
    """The questions after a lesson, each answered once an attempt."""

    def targets(self) -> list[str]:
        return [lesson.id for lesson in content.lessons() if lesson.quiz]

    def title(self, target: str) -> str:
        lesson = content.find(target)
        return f"{content.number_of(lesson)} {say('quiz.title', lesson=in_language(dict(lesson.title)))}"

    def parts(self, target: str, seed: str = "") -> list[Part]:
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

    def answered(self, attempt: Attempt, judgement: Judgement) -> list[Texts]:
        question = self.question(attempt, judgement.part)
        return told(question, judgement.verdict["given"]) if question is not None else []

    def question(self, attempt: Attempt, key: str) -> Question | None:
        asked = asked_in(attempt.assignment.target, attempt.seed)
        return next((each for each in asked if each.key == key), None)


class ExamWork(Work):
    """An exam: against the clock, each task in a world of its own, judged when its time is over."""

    def targets(self) -> list[str]:
        return [exam.id for exam in sets.exams()]

    def title(self, target: str) -> str:
        return str(in_language(dict(sets.exam(target).title)))

    def parts(self, target: str, seed: str = "") -> list[Part]:
        return [
            Part(f"{lesson.id}/{task.id}", task.title, task.points, lesson.title)
            for found in sets.exam(target).lessons
            for lesson in [content.drawn(found, seed_of(seed, found.id))]
            for task in lesson.tasks
        ]

    def rules(self, target: str) -> list[str]:
        exam = sets.exam(target)
        return [say("classes.rule-exam", minutes=exam.minutes), say("classes.rule-exam-silent")]

    def begin(self, attempt: Attempt) -> None:
        """The clock starts; closing stops it."""
        assignment, exam = attempt.assignment, sets.exam(attempt.assignment.target)
        ends_at = timezone.now() + timedelta(minutes=exam.minutes)
        chosen = {part.partition("/")[0] for part in assignment.parts}
        tasks = [each for each in exam.lessons if not chosen or each.id in chosen]
        sitting = ExamAttempt(owner_id=attempt.person_id, exam=exam.id, seed=attempt.seed, assigned=True)
        attempt.sitting = sit(sitting, tasks, min(ends_at, assignment.closes_at or ends_at), ATTEMPT)

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:exam", args=[attempt.pk])

    def goes_on(self, attempt: Attempt) -> bool:
        return attempt.sitting is not None and not attempt.sitting.is_over()

    def sandboxes(self, attempt: Attempt) -> list[Sandbox]:
        parts = attempt.sitting.parts.select_related("sandbox") if attempt.sitting else []
        return [part.sandbox for part in parts]

    def part_of(self, sandbox: Sandbox, task: str) -> str:
        return f"{sandbox.lesson}/{task}"

    def dated(self, attempt: Attempt) -> datetime:
        now = timezone.now()
        return min(now, attempt.sitting.ends_at) if attempt.sitting else now

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        lesson, _, task = judgement.part.partition("/")
        try:
            verdict = found_at_the_end(world_of(judgement), content.find(lesson), [task])[task]
        except Exception as error:
            raise Unjudgeable from error
        return verdict.state, stored(verdict) | {"since": list(judgement.since)}


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


def world_of(judgement: Judgement) -> Any:
    """The world that a verdict was found in. Raises `Unjudgeable`, and whatever is wrong with what is stored."""
    if judgement.evidence is None:
        raise Unjudgeable
    return restore(zlib.decompress(bytes(judgement.evidence.world)))


def sandbox_of(judgement: Judgement) -> Sandbox | None:
    """In which sandbox a part was worked on; none if it is gone."""
    work = KINDS[judgement.attempt.assignment.kind]
    sandboxes = work.sandboxes(judgement.attempt)
    known = {work.part_of(each, task.id): each for each in sandboxes for task in content.find(each.lesson).tasks}
    return known.get(judgement.part)


def stored(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a judgement keeps it."""
    facts = {"expected": verdict.expected, "seen": verdict.seen, "object": verdict.object, "message": verdict.message}
    return facts | {"since": list(verdict.since)}
