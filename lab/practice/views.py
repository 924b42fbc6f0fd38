"""The gym and the exams."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.guests import somebody
from lab.accounts.limits import HOUR, too_many
from lab.accounts.models import User
from lab.accounts.views import refused
from lab.catalogue import content
from lab.catalogue.views import lesson_page
from lab.grading.solutions import steps
from lab.grading.verdicts import Verdict
from lab.language import in_language, say
from lab.practice import exams, gym, sets
from lab.practice.grading import have_graded
from lab.practice.models import ExamAttempt, ExamPart
from lab.sandboxes.host import host
from lab.sandboxes.models import Sandbox

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
    if world_id:
        sets.world(world_id)
    user = await sync_to_async(somebody)(request)
    if user is None or too_many(request, "gym", limit=120, seconds=HOUR, whom=str(user.pk)):
        return await sync_to_async(refused)(request)
    chosen = world_id or await sync_to_async(gym.least_known)(user)
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
def begin(request: HttpRequest, exam_id: str) -> HttpResponse:
    """The clock starts."""
    exam, user = sets.exam(exam_id), somebody(request)
    if user is None or too_many(request, "exam", limit=20, seconds=HOUR, whom=str(user.pk)):
        return refused(request)
    attempt = exams.begin(exam, user, practice="practice" in request.POST)
    return redirect("practice:attempt", attempt.pk)


def own(request: HttpRequest, attempt_id: int) -> ExamAttempt:
    """An attempt of the reader's own, sat for themselves. Raises `Http404`."""
    return get_object_or_404(ExamAttempt, pk=attempt_id, owner=request.user, assigned=False)


@require_safe
@DOOR
def attempt(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """While it goes on all tasks and the time that is left; then how far grading is; then what came of it."""
    found = own(request, attempt_id)
    if not found.is_over():
        return render(request, "practice/attempt.html", sitting(found, found.path))
    exam = sets.exam(found.exam)
    facts = {"attempt": found, "exam": exam}
    if found.graded_at is None:
        facts["job"] = have_graded(found, in_language(exam.title))
    else:
        facts |= {"rows": reviewed(found), "enough": found.percent >= exam.needed}
    return render(request, "practice/review.html", facts)


def sitting(found: ExamAttempt, path: str) -> dict[str, Any]:
    """What the page of an attempt that goes on shows. The pages of its tasks lie below `path`."""
    rows = [(each, drawn(each)) for each in found.parts.select_related("sandbox")]
    return {"attempt": found, "exam": sets.exam(found.exam), "rows": rows, "path": path}


def drawn(part: ExamPart) -> content.Lesson:
    """A task as its learner met it."""
    return content.drawn(content.find(part.task), part.sandbox.seed)


def reviewed(found: ExamAttempt) -> list[dict[str, Any]]:
    """Each task with what was found of it, and one way to do it."""
    rows = []
    for each in found.parts.select_related("sandbox"):
        lesson = drawn(each)
        known = [(task, Verdict(**each.verdicts[task.id])) for task in lesson.tasks if task.id in each.verdicts]
        rows.append({"part": each, "lesson": lesson, "tasks": known, "steps": steps(lesson)})
    return rows


@require_safe
@DOOR
def part(request: HttpRequest, attempt_id: int, number: int) -> HttpResponse:
    """One task at work."""
    found = own(request, attempt_id)
    return part_page(request, found, number, found.path)


def part_page(request: HttpRequest, found: ExamAttempt, number: int, path: str, **more: Any) -> HttpResponse:
    """One task of an attempt, with its neighbours; the attempt's own page once it is over."""
    if found.graded_at is not None or found.is_over():
        return redirect(path)
    mine = get_object_or_404(found.parts.select_related("sandbox"), number=number)
    last = found.parts.count()
    around = {"before": number - 1, "after": number + 1 if number < last else 0}
    about = say("practice.part", number=number, all=last, points=mine.possible)
    facts = {"part": mine, "attempt": found, "path": path, "title": in_language(sets.exam(found.exam).title), **around}
    return lesson_page(request, mine.sandbox, about=about, sitting=facts, **more)


@require_POST
@DOOR
def flag(request: HttpRequest, attempt_id: int, number: int) -> HttpResponse:
    """Mark a task to come back to, or no more."""
    turn_flag(own(request, attempt_id), number)
    return redirect("practice:part", attempt_id, number)


def turn_flag(found: ExamAttempt, number: int) -> None:
    mine = get_object_or_404(found.parts, number=number)
    found.parts.filter(pk=mine.pk).update(flagged=not mine.flagged)


@require_POST
@DOOR
def hand_in(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """It is over, by choice or because the time is."""
    found = own(request, attempt_id)
    if found.graded_at is None and not is_early(request, found):
        exams.end(found)
    return redirect(found.path)


def is_early(request: HttpRequest, found: ExamAttempt) -> bool:
    """Whether it was the page's clock that handed in, and somebody has given more time meanwhile."""
    return request.POST.get("by") == "clock" and not found.is_over()
