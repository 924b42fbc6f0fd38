"""An exam that is an assignment: its tasks, the time that is left, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.classrooms.access import own_attempt
from lab.classrooms.assignables import KINDS, title_of
from lab.classrooms.models import Attempt
from lab.classrooms.views.work import frame
from lab.grading.solutions import steps
from lab.grading.verdicts import Verdict
from lab.practice import exams, views
from lab.practice.grading import have_graded
from lab.practice.models import ExamAttempt
from lab.practice.sets import exam as exam_of


def own_exam(person: Any, attempt_id: UUID) -> tuple[Attempt, ExamAttempt]:
    """An attempt at an exam, of a class that its learner has not left. Raises `Http404`."""
    mine = own_attempt(person, attempt_id)
    if mine.sitting is None:
        raise Http404("this attempt is no exam")
    return mine, mine.sitting


@require_safe
@login_required
def exam(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """While it goes on all tasks; then how far grading is; then what came of it."""
    mine, sitting = own_exam(request.user, attempt_id)
    around = frame(request, mine)
    if not sitting.is_over():
        return render(request, "classrooms/exam.html", around | {"sitting": views.sitting(sitting, request.path)})
    if sitting.graded_at is None:
        job = have_graded(sitting, title_of(mine.assignment))
        return render(request, "classrooms/exam-over.html", around | {"job": job})
    facts = {"exam": exam_of(sitting.exam), "rows": reviewed(mine, sitting)}
    return render(request, "classrooms/exam-over.html", around | facts)


def reviewed(mine: Attempt, sitting: ExamAttempt) -> list[dict[str, Any]]:
    """Each task with what counts of it now. A way to do it is shown once nobody can do it any more."""
    known = {each.part: each for each in mine.judgements.all()}
    asked = mine.assignment.parts
    rows = []
    for each in sitting.parts.select_related("sandbox"):
        lesson = views.drawn(each)
        ids = {task.id: KINDS[mine.assignment.kind].part_of(each.sandbox, task.id) for task in lesson.tasks}
        tasks = [task for task in lesson.tasks if not asked or ids[task.id] in asked]
        found = [(task, verdict_of(known.get(ids[task.id]))) for task in tasks]
        part = {
            "number": each.number,
            "earned": sum(task.points for task, verdict in found if verdict.state in ("pass", "error")),
            "possible": sum(task.points for task, verdict in found if verdict.state != "unjudged"),
            "ours": any(verdict.state == "error" for _, verdict in found),
        }
        shown = steps(lesson) if mine.assignment.state() == "closed" else []
        rows.append({"part": part, "lesson": lesson, "tasks": found, "steps": shown})
    return rows


def verdict_of(judgement: Any) -> Verdict:
    return Verdict(judgement.state, **judgement.verdict) if judgement is not None else Verdict("todo")


@require_safe
@login_required
def part(request: HttpRequest, attempt_id: UUID, number: int) -> HttpResponse:
    """One task at work."""
    mine, sitting = own_exam(request.user, attempt_id)
    return views.part_page(request, sitting, number, path_of(mine), **frame(request, mine))


@require_POST
@login_required
def flag(request: HttpRequest, attempt_id: UUID, number: int) -> HttpResponse:
    """Mark a task to come back to, or no more."""
    mine, sitting = own_exam(request.user, attempt_id)
    views.turn_flag(sitting, number)
    return redirect(f"{path_of(mine)}{number}/")


@require_POST
@login_required
def hand_in(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """It is over, by choice or because the time is."""
    mine, sitting = own_exam(request.user, attempt_id)
    if not views.is_early(request, sitting):
        exams.end(sitting)
    return redirect(path_of(mine))


def path_of(mine: Attempt) -> str:
    return KINDS[mine.assignment.kind].page(mine)
