"""Exams: begun, worked on with the time running, graded once when over, looked at afterwards."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from lab.accounts.models import User
from lab.catalogue import content
from lab.catalogue.content import Lesson
from lab.grading.grader import Look, listeners
from lab.grading.models import Progress
from lab.grading.terms import Terms
from lab.grading.verdicts import Verdict, verdict_on
from lab.practice import sets
from lab.practice.models import ExamAttempt, ExamPart
from lab.sandboxes.flow import SECOND
from lab.sandboxes.host import host
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Input, Sandbox
from lab.sandboxes.replaying import as_it_is, let_pass

EXAM = "exam"
"""The purpose of the sandbox of a task in an exam that somebody sits for themselves."""
ON_ITS_WAY = 120 * SECOND
"""How long (µs) is waited, in a copy, for what was still on its way when the time was over."""
LOOKS = 6
"""In how many steps."""
MERELY_SEEN = ("open", "resize", "set_off", "release")
"""The inputs of a page that somebody only looks at, and what an instructor does."""

logger = logging.getLogger(__name__)


def exam_page(sandbox: Sandbox) -> str:
    part = ExamPart.objects.get(sandbox=sandbox)
    return reverse("practice:part", args=[part.attempt_id, part.number])


def exam_terms(sandbox: Sandbox) -> Terms:
    """Nothing helps, and nothing is said before the end, unless it is for practice."""
    serious = not ExamAttempt.objects.filter(parts__sandbox=sandbox, practice=True).exists()
    return Terms(hints=False, solution=False, silent=serious, inside=False, faults=False)


@transaction.atomic
def begin(exam: Any, owner: User, *, practice: bool = False) -> ExamAttempt:
    """A new attempt of one's own; the one that is going on if there is one."""
    own = ExamAttempt.objects.filter(owner=owner, exam=exam.id, assigned=False)
    going_on = own.filter(graded_at=None, ends_at__gt=timezone.now()).first()
    if going_on is not None:
        return going_on
    attempt = ExamAttempt(owner=owner, exam=exam.id, practice=practice)
    return sit(attempt, exam.lessons, timezone.now() + timedelta(minutes=exam.minutes), EXAM)


@transaction.atomic
def sit(attempt: ExamAttempt, tasks: Collection[Lesson], ends_at: datetime, purpose: str) -> ExamAttempt:
    """Have an attempt begin, with a drawn world for every task."""
    attempt.ends_at = ends_at
    attempt.save()
    for number, task in enumerate(tasks, 1):
        sandbox = Sandbox.objects.create(
            owner_id=attempt.owner_id,
            lesson=task.id,
            purpose=purpose,
            seed=seed_of(attempt.seed, task.id),
            closes_at=ends_at,
            keeps_all=attempt.assigned,
        )
        ExamPart.objects.create(
            attempt=attempt, number=number, task=task.id, sandbox=sandbox, possible=sets.points(task)
        )
    return attempt


def seed_of(attempt_seed: str, task: str) -> str:
    """From which the world of a task is drawn in an attempt."""
    return f"{attempt_seed}-{task}"[:40]


def end(attempt: ExamAttempt) -> None:
    """Let the time of an attempt be over now. Doing it twice changes nothing."""
    now = timezone.now()
    if not attempt.is_over(now):
        end_at(attempt, now)


def end_at(attempt: ExamAttempt, moment: datetime) -> None:
    """Let the time of an attempt be over at another moment than it was said."""
    attempt.ends_at = moment
    with transaction.atomic():
        attempt.save(update_fields=["ends_at"])
        Sandbox.objects.filter(exam_part__attempt=attempt).update(closes_at=moment)
    for sandbox in attempt.parts.values_list("sandbox", flat=True):
        host().end(sandbox, moment)


def grade(attempt: ExamAttempt) -> Iterator[None]:
    """Look at every world as it was left, a part a step. A part that cannot be looked at is ours to answer for."""
    for part in with_touch(attempt).select_related("sandbox__beginning"):
        if not part.verdicts:
            grade_part(part)
        yield
    ExamAttempt.objects.filter(pk=attempt.pk, graded_at=None).update(graded_at=timezone.now())
    attempt.refresh_from_db()


def with_touch(attempt: ExamAttempt) -> Any:
    """The parts of an attempt, each with whether its learner did anything in its world (`touched`)."""
    return attempt.parts.annotate(touched=touched())


def touched() -> Exists:
    return Exists(Input.objects.filter(sandbox=OuterRef("sandbox")).exclude(kind__in=MERELY_SEEN))


def grade_part(part: Any) -> None:
    """The verdicts on one part's tasks; whoever has touched nothing is not looked at."""
    lesson = content.drawn(content.find(part.task), part.sandbox.seed)
    progress = Progress.objects.of(part.sandbox).filter(passed_at__isnull=False)
    before = set(progress.values_list("task", flat=True))
    if part.touched:
        world, found = looked_at(part.sandbox, lesson)
        new = [task for task, verdict in found.items() if verdict.state == "pass" and task not in before]
        for listen in listeners:
            listen(Look(part.sandbox, world, part.sandbox.last_order, found, new))
    else:
        found = {task.id: Verdict("todo") for task in lesson.tasks}
    found |= {task: Verdict("pass") for task in before & found.keys()}
    part.verdicts = {task: asdict(verdict) for task, verdict in found.items()}
    part.ours = any(verdict.state == "error" for verdict in found.values())
    part.earned = sum(task.points for task in lesson.tasks if found[task.id].state in ("pass", "error"))
    part.possible = sum(task.points for task in lesson.tasks if found[task.id].state != "unjudged")
    part.save(update_fields=["verdicts", "earned", "possible", "ours"])


def looked_at(sandbox: Sandbox, lesson: Lesson) -> tuple[Any, dict[str, Verdict]]:
    """A sandbox's world as it was left, and what is found in it. None is the world that cannot be brought back."""
    try:
        world = as_it_is(sandbox)
    except Unreadable as error:
        logger.exception("report %s", error.report)
        return None, {task.id: Verdict("error") for task in lesson.tasks}
    return world, found_at_the_end(world, lesson, [task.id for task in lesson.tasks])


def found_at_the_end(world: Any, lesson: Lesson, tasks: Sequence[str]) -> dict[str, Verdict]:
    """What is found of tasks in a world that was left, which stays as it is. What was on its way may still arrive."""
    later = world.fork()
    found = {task: at_the_end(later, lesson, task) for task in tasks}
    for _ in range(LOOKS):
        late = [task for task, verdict in found.items() if verdict.state == "waiting"]
        if not late:
            break
        let_pass(later, later.clock.now + ON_ITS_WAY // LOOKS)
        found |= {task: at_the_end(later, lesson, task) for task in late}
    return found


def at_the_end(world: Any, lesson: Lesson, task: str) -> Verdict:
    return replace(verdict_on(world, lesson, task), tried=True)


def attempts_of(person: User, exam_id: str) -> Sequence[ExamAttempt]:
    own = ExamAttempt.objects.filter(owner=person, exam=exam_id, assigned=False)
    return list(own.prefetch_related("parts").order_by("-started_at"))
