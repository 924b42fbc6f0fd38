"""A class at work: who is where, one learner's terminal, help on a copy, a word to some or to all."""

from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lab.catalogue import content
from lab.catalogue.views import lesson_page
from lab.classrooms.access import for_instructors, for_members, membership_of, watched_attempt
from lab.classrooms.assignables import KINDS, parts_of, title_of
from lab.classrooms.copies import COPY, copy_of
from lab.classrooms.forms import HandForm, NoticeForm
from lab.classrooms.models import Assignment, Attempt, Classroom
from lab.classrooms.notices import say_to_class
from lab.classrooms.seats import latest_used, live_class
from lab.classrooms.transcript import number_in
from lab.grading.verdicts import SETTLED
from lab.language import say
from lab.sandboxes.journal import ClaimedElsewhere
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Sandbox
from lab.sandboxes.pages import page_of


@require_safe
@for_instructors
def live(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Everybody's seat; the page asks again every few seconds, and nobody changes places meanwhile."""
    works = list(classroom.assignments.all())
    for each in works:
        each.classroom = classroom
    chosen = chosen_work(works, request.GET.get("work", ""))
    facts: dict[str, Any] = {"classroom": classroom, "section": "live", "work": chosen}
    facts["works"] = [(each, title_of(each)) for each in works]
    if chosen is not None:
        order = request.GET.get("order", "")[:8000]
        facts["by_name"] = request.GET.get("sort") == "name"
        facts["live"] = live_class(chosen, list(classroom.learners()), order, by_name=facts["by_name"])
        facts["order"] = ",".join(str(each.membership.pk) for each in facts["live"].seats)
    return render(request, "classrooms/seats.html" if request.htmx else "classrooms/live.html", facts)


def chosen_work(works: list[Assignment], asked: str) -> Assignment | None:
    """The assignment that is asked for, or the open one that is due next, or the last."""
    named = next((each for each in works if str(each.pk) == asked), None)
    running = next((each for each in works if each.state() in ("open", "late")), None)
    return named or running or (works[-1] if works else None)


@require_safe
@login_required
def seat(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """One learner: their terminal and picture as they are, and what the checks say."""
    attempt = watched_attempt(request.user, attempt_id)
    if not request.htmx:
        return redirect("classrooms:live", attempt.assignment.classroom_id)
    sandbox = worked_in(attempt, request.GET.get("sandbox", ""))
    if sandbox is None:
        raise Http404("this attempt has no sandbox")
    known = {each.part: each for each in attempt.judgements.all()}
    work = KINDS[attempt.assignment.kind]
    here = {work.part_of(sandbox, task.id) for task in content.find(sandbox.lesson).tasks}
    parts = [each for each in parts_of(attempt.assignment, attempt) if each.id in here]
    rows = [{"part": each, "judgement": known.get(each.id)} for each in parts]
    at = next((row for row in rows if row["judgement"] is None or row["judgement"].state not in SETTLED), None)
    facts = {
        "classroom": attempt.assignment.classroom,
        "attempt": attempt,
        "sandbox": sandbox,
        "sandboxes": [(each, content.find(each.lesson).title) for each in work.sandboxes(attempt)],
        "title": title_of(attempt.assignment),
        "rows": rows,
        "at": at,
        "membership": membership_of(attempt.person, attempt.assignment.classroom),
    }
    return render(request, "classrooms/seat.html", facts)


def worked_in(attempt: Attempt, asked: str = "") -> Sandbox | None:
    """Of an attempt's sandboxes the one that is asked for, or in which the learner worked last."""
    sandboxes = KINDS[attempt.assignment.kind].sandboxes(attempt)
    return next((each for each in sandboxes if str(each.pk) == asked), None) or latest_used(sandboxes)


@require_POST
async def help_on_copy(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """A copy of the learner's sandbox as it is now, in which the instructor works."""
    person = await request.auser()
    attempt = await sync_to_async(watched_attempt)(person, attempt_id)
    origin = await sync_to_async(worked_in)(attempt, request.POST.get("sandbox", ""))
    if origin is None:
        return redirect("classrooms:live", attempt.assignment.classroom_id)
    try:
        made = await copy_of(origin, person)
    except (ClaimedElsewhere, Unreadable):
        facts = {"title": say("classes.no-copy"), "text": say("classes.no-copy-text")}
        return await sync_to_async(render)(request, "trouble.html", facts, status=409)
    return redirect(page_of(made))


@require_safe
@login_required
def copy(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """The lesson in a copy."""
    copies = Sandbox.objects.select_related("origin__owner")
    sandbox = get_object_or_404(copies, pk=sandbox_id, owner=request.user, purpose=COPY)
    attempt = Attempt.objects.at(sandbox.origin).select_related("assignment").first() if sandbox.origin else None
    return lesson_page(request, sandbox, copied=sandbox.origin, copied_attempt=attempt)


@require_POST
@for_instructors
def announce(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Say something to everybody; it appears on their pages at once."""
    form = NoticeForm(request.POST)
    if form.is_valid():
        say_to_class(classroom, request.user, form.cleaned_data["text"])
    return redirect("classrooms:live" if request.POST.get("back") == "live" else "classrooms:room", classroom.pk)


@require_POST
@for_instructors
def word(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Say something to some: those who are stuck on the same, or one learner."""
    form = NoticeForm(request.POST)
    asked = set(map(number_in, request.POST.get("to", "").split(",")))
    to = [each.person_id for each in classroom.learners() if each.person_id in asked]
    if form.is_valid() and to:
        say_to_class(classroom, request.user, form.cleaned_data["text"], to)
        classroom.memberships.filter(person__in=to).update(hand_at=None, hand_words="")
    if request.htmx:
        return HttpResponse(say("classes.word-sent", count=len(to)))
    return redirect("classrooms:live", classroom.pk)


@require_POST
@for_members
def hand(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Raise a hand, with a word about what is the matter; or take it down."""
    membership = membership_of(request.user, classroom)
    form = HandForm(request.POST)
    if membership is not None and form.is_valid():
        up = request.POST.get("do") != "down"
        membership.hand_at = timezone.now() if up else None
        membership.hand_words = form.cleaned_data["words"] if up else ""
        membership.save(update_fields=["hand_at", "hand_words"])
    if request.htmx:
        return render(request, "classrooms/hand.html", {"classroom": classroom, "membership": membership})
    return redirect("classrooms:room", classroom.pk)


@require_POST
@for_instructors
def hand_down(request: HttpRequest, classroom: Classroom, person_id: int) -> HttpResponse:
    """A hand that was seen to goes down."""
    classroom.memberships.filter(person=person_id).update(hand_at=None, hand_words="")
    return redirect("classrooms:live", classroom.pk)
