"""Exams: begun, worked on with the time running, graded once when over, looked at afterwards."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lab.accounts.models import User
from lab.catalogue import content
from lab.grading.grader import grader_of
from lab.grading.models import Progress
from lab.grading.terms import Terms
from lab.grading.verdicts import Verdict
from lab.practice import sets
from lab.practice.models import ExamAttempt, ExamPart
from lab.sandboxes.host import host
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Sandbox


def exam_page(sandbox: Sandbox) -> str:
    part = ExamPart.objects.get(sandbox=sandbox)
    return reverse("practice:part", args=[part.attempt_id, part.number])


def exam_terms(sandbox: Sandbox) -> Terms:
    """Nothing helps, and nothing is said before the end, unless it is for practice."""
    serious = not ExamAttempt.objects.filter(parts__sandbox=sandbox, practice=True).exists()
    return Terms(hints=False, solution=False, silent=serious)


@transaction.atomic
def begin(exam: Any, owner: User, *, practice: bool = False) -> ExamAttempt:
    """A new attempt, with a drawn world for every task; the one that is going on if there is one."""
    going_on = ExamAttempt.objects.filter(owner=owner, exam=exam.id, graded_at=None, ends_at__gt=timezone.now()).first()
    if going_on is not None:
        return going_on
    ends_at = timezone.now() + timedelta(minutes=exam.minutes)
    attempt = ExamAttempt.objects.create(owner=owner, exam=exam.id, ends_at=ends_at, practice=practice)
    for number, task in enumerate(exam.lessons, 1):
        sandbox = Sandbox.objects.create(
            owner=owner, lesson=task.id, purpose="exam", seed=f"{attempt.seed}{number:02}", closes_at=ends_at
        )
        ExamPart.objects.create(
            attempt=attempt, number=number, task=task.id, sandbox=sandbox, possible=sets.points(task)
        )
    return attempt


async def hand_in(attempt: ExamAttempt) -> None:
    """End an attempt now, and grade it. Doing it twice changes nothing."""
    now = timezone.now()
    if not attempt.is_over(now):
        attempt.ends_at = now
        await attempt.asave(update_fields=["ends_at"])
        await Sandbox.objects.filter(exam_part__attempt=attempt).aupdate(closes_at=now)
    await grade(attempt)


async def grade(attempt: ExamAttempt) -> None:
    """Look at every world as it was left. A part that cannot be looked at is ours to answer for."""
    parts = [part async for part in attempt.parts.select_related("sandbox")]
    for part in parts:
        if not part.verdicts:
            await grade_part(part, attempt)
    await ExamAttempt.objects.filter(pk=attempt.pk, graded_at=None).aupdate(graded_at=timezone.now())
    await attempt.arefresh_from_db()


async def grade_part(part: ExamPart, attempt: ExamAttempt) -> None:
    """The verdicts on one part's tasks; whoever has touched nothing is not looked at."""
    lesson = content.drawn(content.find(part.task), part.sandbox.seed)
    if not await part.sandbox.inputs.aexists():
        part.verdicts = {task.id: asdict(Verdict("todo")) for task in lesson.tasks}
        await part.asave(update_fields=["verdicts"])
        return
    try:
        live = await host().open(part.sandbox_id)
    except Unreadable:
        part.verdicts, part.ours = {task.id: asdict(Verdict("error")) for task in lesson.tasks}, True
        await part.asave(update_fields=["verdicts", "ours"])
        return
    live.closes_at = attempt.ends_at
    grader = grader_of(live)
    await grader.look(asked=True)
    passed = await sync_to_async(_passed)(part.sandbox)
    found = {
        task.id: grader.verdicts.get(task.id, Verdict("pass" if task.id in passed else "todo")) for task in lesson.tasks
    }
    part.verdicts = {task: asdict(verdict) for task, verdict in found.items()}
    part.earned = sum(task.points for task in lesson.tasks if task.id in passed)
    part.ours = any(verdict.state == "error" for verdict in found.values())
    if part.ours:
        part.earned += sum(task.points for task in lesson.tasks if found[task.id].state == "error")
    await part.asave(update_fields=["verdicts", "earned", "ours"])


def _passed(sandbox: Sandbox) -> set[str]:
    return set(Progress.objects.of(sandbox).filter(passed_at__isnull=False).values_list("task", flat=True))


def attempts_of(person: User, exam_id: str) -> Sequence[ExamAttempt]:
    return list(
        ExamAttempt.objects.filter(owner=person, exam=exam_id).prefetch_related("parts").order_by("-started_at")
    )
