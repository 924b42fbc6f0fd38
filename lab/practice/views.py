"""The gym and the exams."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import aget_object_or_404, get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.limits import too_many
from lab.accounts.models import User
from lab.accounts.views import refused
from lab.catalogue import content
from lab.catalogue.views import lesson_page
from lab.grading.solutions import steps
from lab.grading.verdicts import Verdict
from lab.language import in_language, say
from lab.practice import exams, gym, sets
from lab.practice.models import ExamAttempt, ExamPart
from lab.sandboxes.host import host
from lab.sandboxes.models import Sandbox

HOUR = 3600
DOOR = login_required(login_url="accounts:sign-in")

# The gym.


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Areas and worlds by their symptoms; never by their causes."""
    person = request.user if isinstance(request.user, User) else None
    facts = {"rooms": gym.rooms(person), "exams": [exam_row(each, person) for each in sets.exams()]}
    return render(request, "practice/overview.html", facts)


def exam_row(exam: Any, person: User | None) -> dict[str, Any]:
    done = exams.attempts_of(person, exam.id) if person else []
    return {
        "exam": exam,
        "points": sum(map(sets.points, exam.lessons)),
        "going_on": next((each for each in done if each.graded_at is None and not each.is_over()), None),
        "attempts": done,
    }


@require_POST
async def draw(request: HttpRequest, world_id: str = "") -> HttpResponse:
    """A new world: the one that is asked for, or one that the learner knows least."""
    user = await request.auser()
    if not isinstance(user, User):
        return redirect("practice:overview")
    if too_many(request, "gym", limit=120, seconds=HOUR):
        return await sync_to_async(refused)(request)
    chosen = world_id or await sync_to_async(gym.least_known)(user)
    sets.world(chosen)
    before = Sandbox.objects.filter(owner=user, purpose="gym", lesson=chosen)
    for old in [pk async for pk in before.values_list("pk", flat=True)]:
        await host().discard(old)
    await before.adelete()
    await Sandbox.objects.acreate(owner=user, purpose="gym", lesson=chosen)
    return redirect("practice:world", chosen)


@DOOR
@require_safe
def world(request: HttpRequest, world_id: str) -> HttpResponse:
    """A broken world: symptom, terminal, picture, task."""
    sandbox = get_object_or_404(Sandbox, owner=request.user, purpose="gym", lesson=world_id)
    return lesson_page(request, sandbox, about=say("practice.world"), gym=True)


# Exams.


@require_POST
@DOOR
def begin(request: HttpRequest, exam_id: str) -> HttpResponse:
    """The clock starts."""
    assert isinstance(request.user, User)
    if too_many(request, "exam", limit=20, seconds=HOUR):
        return refused(request)
    attempt = exams.begin(sets.exam(exam_id), request.user, practice="practice" in request.POST)
    return redirect("practice:attempt", attempt.pk)


async def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """All tasks of an attempt and the time that is left; when it is over, what came of it."""
    user = await request.auser()
    found = await aget_object_or_404(ExamAttempt, pk=attempt_id, owner_id=user.pk)
    if found.graded_at is None and found.is_over():
        await exams.grade(found)
    return await sync_to_async(attempt_page)(request, found)


def attempt_page(request: HttpRequest, found: ExamAttempt) -> HttpResponse:
    exam = sets.exam(found.exam)
    rows = [part_row(part, reviewed=found.graded_at is not None) for part in found.parts.select_related("sandbox")]
    facts = {"attempt": found, "exam": exam, "rows": rows, "enough": found.percent >= exam.needed}
    return render(request, f"practice/{'review' if found.graded_at else 'attempt'}.html", facts)


def part_row(part: ExamPart, *, reviewed: bool) -> dict[str, Any]:
    lesson = content.drawn(content.find(part.task), part.sandbox.seed)
    row: dict[str, Any] = {"part": part, "lesson": lesson}
    if reviewed:
        row["steps"] = steps(lesson)
        row["tasks"] = [
            {"task": task, "verdict": Verdict(**part.verdicts[task.id])}
            for task in lesson.tasks
            if task.id in part.verdicts
        ]
    return row


@DOOR
@require_safe
def part(request: HttpRequest, attempt_id: int, number: int) -> HttpResponse:
    """One task at work."""
    found = get_object_or_404(
        ExamPart.objects.select_related("attempt", "sandbox"),
        attempt=attempt_id,
        attempt__owner=request.user,
        number=number,
    )
    if found.attempt.graded_at is not None or found.attempt.is_over():
        return redirect("practice:attempt", attempt_id)
    numbers = list(found.attempt.parts.values_list("number", flat=True))
    around = {
        "before": number - 1 if number - 1 in numbers else None,
        "after": number + 1 if number + 1 in numbers else None,
    }
    exam = sets.exam(found.attempt.exam)
    about = say("practice.part", number=number, all=len(numbers), points=found.possible)
    facts = {"part": found, "attempt": found.attempt, "title": in_language(exam.title), **around}
    return lesson_page(request, found.sandbox, about=about, sitting=facts)


@require_POST
@DOOR
def flag(request: HttpRequest, attempt_id: int, number: int) -> HttpResponse:
    """Mark a task to come back to, or no more."""
    found = get_object_or_404(ExamPart, attempt=attempt_id, attempt__owner=request.user, number=number)
    ExamPart.objects.filter(pk=found.pk).update(flagged=not found.flagged)
    return redirect("practice:part", attempt_id, number)


@require_POST
async def hand_in(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """It is over, by choice or because the time is."""
    user = await request.auser()
    found = await aget_object_or_404(ExamAttempt, pk=attempt_id, owner_id=user.pk)
    if found.graded_at is None:
        await exams.hand_in(found)
    return redirect("practice:attempt", attempt_id)
