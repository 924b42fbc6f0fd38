"""The gradebook: the table, one cell in full, changed scores, files out and in, judging again."""

import zlib
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.models import User
from lab.classrooms.access import for_instructors
from lab.classrooms.assignables import KINDS, parts_of, sandbox_of, title_of
from lab.classrooms.copies import copy_of_stored
from lab.classrooms.forms import ExtensionForm, MinutesForm, OverrideForm
from lab.classrooms.gradebook import MARKS, arranged, gradebook
from lab.classrooms.judging import accept_less, keep_more
from lab.classrooms.models import Assignment, Attempt, Classroom, Extension, Judgement, Membership
from lab.classrooms.scoring import settle
from lab.classrooms.sheets import BIGGEST
from lab.classrooms.transcript import around, number_in, of_world
from lab.jobs.tasks import begin
from lab.language import say
from lab.practice.exams import end_at
from lab.sandboxes import worlds
from lab.sandboxes.pages import page_of


@require_safe
@for_instructors
def book(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Learners by assignments, filtered and sorted as the address says; one cell may be open."""
    return book_page(request, classroom)


def book_page(request: HttpRequest, classroom: Classroom, wrong: str = "") -> HttpResponse:
    """The gradebook, with a word about what was wrong with what was asked of it."""
    asked = request.GET
    only = number_in(asked.get("work", "")) or None
    table = gradebook(classroom, only)
    sort, down = asked.get("sort", "name"), asked.get("down") == "1"
    mark = asked.get("mark", "") if asked.get("mark") in MARKS else ""
    arranged(table, name=asked.get("name", ""), mark=mark, sort=sort, down=down)
    facts: dict[str, Any] = {"classroom": classroom, "section": "book", "book": table, "marks": MARKS}
    facts |= {"base": reverse("classrooms:book", args=[classroom.pk]), "open": asked.get("open", "")}
    facts |= {"name": asked.get("name", ""), "mark": mark, "only": only, "sort": sort, "down": down}
    facts["works"] = [(each.pk, title_of(each)) for each in classroom.assignments.all()]
    person, work = map(number_in, asked.get("open", "").partition("-")[::2])
    if person and work:
        facts["cell"] = cell_facts(classroom, person, work)
    return render(request, "classrooms/book.html", facts | {"wrong": wrong}, status=422 if wrong else 200)


def find(classroom: Classroom, person_id: int, assignment_id: int) -> tuple[Membership, Assignment]:
    """A learner and an assignment of this class. Raises `Http404`."""
    membership = get_object_or_404(classroom.memberships.select_related("person"), person=person_id)
    return membership, get_object_or_404(classroom.assignments, pk=assignment_id)


@require_safe
@for_instructors
def cell(request: HttpRequest, classroom: Classroom, person_id: int, assignment_id: int) -> HttpResponse:
    """One cell in full: each part with its finding, the terminal at that command, how the score came about."""
    if not request.htmx:
        return back(classroom, f"?open={person_id}-{assignment_id}")
    facts = cell_facts(classroom, person_id, assignment_id, request.GET.get("part", ""), request.GET.get("attempt", ""))
    return render(request, "classrooms/cell.html", {"classroom": classroom, "cell": facts})


def cell_facts(
    classroom: Classroom, person_id: int, assignment_id: int, part: str = "", number: str = ""
) -> dict[str, Any]:
    membership, assignment = find(classroom, person_id, assignment_id)
    attempts = list(assignment.attempts.filter(person=person_id).select_related("sitting").order_by("number"))
    best = max(attempts, key=lambda each: (each.points, -each.number), default=None)
    attempt = next((each for each in attempts if str(each.number) == number), best)
    judgements = {each.part: each for each in attempt.judgements.select_related("evidence")} if attempt else {}
    rows: list[dict[str, Any]] = [
        {"part": each, "judgement": judgements.get(each.id)} for each in parts_of(assignment, attempt)
    ]
    for row in rows:
        if attempt is not None and row["judgement"] is not None:
            row["answer"] = KINDS[assignment.kind].answered(attempt, row["judgement"])
    opened = judgements.get(part) or next((each for each in judgements.values() if each.state == "fail"), None)
    opened = opened or next(iter(judgements.values()), None)
    overrides = list(assignment.overrides.filter(person=person_id).select_related("by"))
    current = overrides[-1] if overrides and overrides[-1].points is not None else None
    return {
        "membership": membership,
        "assignment": assignment,
        "title": title_of(assignment),
        "attempts": attempts,
        "attempt": attempt,
        "best": best,
        "goes_on": attempt is not None and KINDS[assignment.kind].goes_on(attempt),
        "rows": rows,
        "opened": opened,
        "terminal": terminal_of(opened) if opened is not None else None,
        "sandbox": sandbox_of(opened) if opened is not None else None,
        "overrides": overrides,
        "extension": assignment.extensions.filter(person=person_id).first(),
        "override": current,
        "points": current.points if current else best.points if best else None,
    }


def terminal_of(judgement: Judgement) -> dict[str, Any]:
    """The terminal as the verdict found it, around the command since which it holds."""
    if judgement.evidence is None:
        return {}
    try:
        world = worlds.restore(zlib.decompress(bytes(judgement.evidence.world)))
        blocks = around(of_world(world), judgement.since)
    except Exception:  # stored by another version: everything else about the cell is still true
        return {"unreadable": True}
    return {"blocks": blocks, "number": judgement.since[1]}


@require_POST
@for_instructors
def override(request: HttpRequest, classroom: Classroom, person_id: int, assignment_id: int) -> HttpResponse:
    """Say what somebody gets, and why; or let what they reached count again."""
    membership, assignment = find(classroom, person_id, assignment_id)
    form = OverrideForm(request.POST)
    if not form.is_valid():
        return changed_cell(request, classroom, membership, assignment, say("classes.no-points"))
    given = form.save(commit=False)
    given.assignment, given.person, given.by = assignment, membership.person, as_user(request)
    given.save()
    return changed_cell(request, classroom, membership, assignment)


@require_POST
@for_instructors
def extend(request: HttpRequest, classroom: Classroom, person_id: int, assignment_id: int) -> HttpResponse:
    """Give somebody more time, or take it back; what they reached is worth what it is worth then."""
    membership, assignment = find(classroom, person_id, assignment_id)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return changed_cell(request, classroom, membership, assignment, say("classes.no-moment"))
    own = {"assignment": assignment, "person": membership.person}
    until = form.cleaned_data["due_at"]
    with transaction.atomic():
        Extension.objects.filter(**own).delete()
        if until is not None:
            Extension.objects.create(**own, due_at=until, by=as_user(request))
        for attempt in assignment.attempts.filter(person=membership.person):
            settle(attempt)
    return changed_cell(request, classroom, membership, assignment)


@require_POST
@for_instructors
def lengthen(request: HttpRequest, classroom: Classroom, person_id: int, assignment_id: int) -> HttpResponse:
    """Give somebody more minutes in an exam that goes on, up to the closing of the assignment."""
    membership, assignment = find(classroom, person_id, assignment_id)
    attempts = assignment.attempts.filter(person=person_id, sitting__ends_at__gt=timezone.now())
    attempt = attempts.select_related("sitting").last()
    form = MinutesForm(request.POST)
    if not form.is_valid() or attempt is None or attempt.sitting is None:
        return changed_cell(request, classroom, membership, assignment, say("classes.no-minutes"))
    closes_at = assignment.for_person(person_id).closes_at
    later = attempt.sitting.ends_at + timedelta(minutes=form.cleaned_data["minutes"])
    end_at(attempt.sitting, min(later, closes_at or later))
    wrong = say("classes.closes-first") if closes_at and later > closes_at else ""
    return changed_cell(request, classroom, membership, assignment, wrong)


def changed_cell(
    request: HttpRequest, classroom: Classroom, membership: Membership, assignment: Assignment, wrong: str = ""
) -> HttpResponse:
    """The cell as it is after something was asked of it, and whether that was wrong."""
    if not request.htmx:
        opened = f"?open={membership.person_id}-{assignment.pk}"
        return book_page(request, classroom, wrong) if wrong else back(classroom, opened)
    facts = {"classroom": classroom, "cell": cell_facts(classroom, membership.person_id, assignment.pk)}
    facts["cell"]["wrong"] = wrong
    answer = render(request, "classrooms/cell.html", facts, status=422 if wrong else 200)
    answer["HX-Trigger"] = "bookchanged"
    return answer


def as_user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def back(classroom: Classroom, rest: str = "") -> HttpResponse:
    answer = redirect("classrooms:book", classroom.pk)
    answer["Location"] += rest
    return answer


@require_POST
@for_instructors
def export(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    begin("export-grades", owner=as_user(request), classroom=classroom)
    return back(classroom)


@require_POST
@for_instructors
def take_in(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Take a file in, if there is one of a sensible size; what is wrong in it the job says."""
    given = request.FILES.get("file")
    if given is None or given.size is None or given.size > BIGGEST:
        return book_page(request, classroom, say("classes.import-big", most=BIGGEST // 1_000_000))
    begin("import-grades", owner=as_user(request), classroom=classroom, given=given.read())
    return back(classroom)


@require_POST
@for_instructors
def regrade(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """Judge every attempt at an assignment again; one job at a time."""
    assignment = get_object_or_404(classroom.assignments, pk=assignment_id)
    running = classroom.jobs.filter(kind="regrade", facts__assignment=assignment.pk).unfinished()
    if not running.exists():
        facts = {"assignment": assignment.pk, "title": title_of(assignment)}
        begin("regrade", owner=as_user(request), classroom=classroom, facts=facts)
    return back(classroom)


@require_POST
@for_instructors
def settle_less(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """Have lower judgements count, or leave everything as it was."""
    assignment = get_object_or_404(classroom.assignments, pk=assignment_id)
    if request.POST.get("do") == "accept":
        accept_less(assignment)
    else:
        keep_more(assignment)
    return back(classroom)


@require_POST
@for_instructors
def open_evidence(request: HttpRequest, classroom: Classroom, judgement_id: int) -> HttpResponse:
    """A copy of a learner's world as a verdict found it, to look around in."""
    judgements = Judgement.objects.select_related("evidence", "attempt__sandbox", "attempt__assignment")
    found = get_object_or_404(judgements, pk=judgement_id, attempt__assignment__classroom=classroom)
    attempt: Attempt = found.attempt
    origin = sandbox_of(found)
    if found.evidence is None or origin is None:
        return back(classroom, f"?open={attempt.person_id}-{attempt.assignment_id}")
    try:
        made = copy_of_stored(origin, request.user, bytes(found.evidence.world))
    except Exception:  # stored by another version
        facts = {"title": say("classes.no-copy"), "text": say("classes.evidence-unreadable")}
        return render(request, "trouble.html", facts, status=409)
    return redirect(page_of(made))
