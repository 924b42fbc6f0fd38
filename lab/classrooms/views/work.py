"""Assignments: made by instructors, worked on by learners."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lab.catalogue import content
from lab.catalogue.views import lesson_page
from lab.classrooms.access import for_instructors, for_members, membership_of, own_attempt
from lab.classrooms.assignables import KINDS, parts_of, rules_of, title_of
from lab.classrooms.due import Due, due_for
from lab.classrooms.forms import AssignmentForm
from lab.classrooms.models import LEARNER, Assignment, Attempt, Classroom, Judgement
from lab.classrooms.scoring import settle, settle_all
from lab.practice.models import ExamAttempt
from lab.quizzes.cards import asked_in, card
from lab.quizzes.models import Answer
from lab.sandboxes.models import Sandbox, new_seed


@for_instructors
def new(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    return edited(request, classroom, Assignment(classroom=classroom))


@for_instructors
def edit(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    return edited(request, classroom, get_object_or_404(classroom.assignments, pk=assignment_id))


def edited(request: HttpRequest, classroom: Classroom, assignment: Assignment) -> HttpResponse:
    """The form of an assignment. Changed rules count for what was handed in before as well."""
    form = AssignmentForm(request.POST or None, instance=assignment)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        with transaction.atomic():
            settle_all(form.save())
        return redirect("classrooms:room", classroom.pk)
    status = 422 if request.method == "POST" and "preview" not in request.POST else 200
    facts = {"classroom": classroom, "section": "room", "form": form, "assignment": assignment}
    if request.htmx:
        return render(request, "classrooms/parts.html", facts)
    return render(request, "classrooms/assignment-form.html", facts, status=status)


@require_POST
@for_instructors
def delete(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """Take an assignment back, with all that was reached in it; the page has asked before."""
    assignment = get_object_or_404(classroom.assignments, pk=assignment_id)
    with transaction.atomic():
        Sandbox.objects.filter(attempt__assignment=assignment).delete()
        Sandbox.objects.filter(exam_part__attempt__attempt__assignment=assignment).delete()
        ExamAttempt.objects.filter(attempt__assignment=assignment).delete()
        assignment.delete()
    return redirect("classrooms:room", classroom.pk)


def find_due(classroom: Classroom, person: Any, assignment_id: int) -> Due:
    """An assignment that a learner knows of. Raises `Http404`."""
    found = next((each for each in due_for(classroom, person) if each.assignment.pk == assignment_id), None)
    if found is None:
        raise Http404(f"no assignment {assignment_id}")
    return found


@require_safe
@for_members
def assignment(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """An assignment as its learner sees it: the rules, what was reached, what the instructor says."""
    due = find_due(classroom, request.user, assignment_id)
    facts = {
        "classroom": classroom,
        "due": due,
        "rules": rules_of(due.assignment),
        "parts": parts_of(due.assignment),
        "attempts": [shown(due, each) for each in due.attempts],
    }
    return render(request, "classrooms/assignment.html", facts)


def shown(due: Due, attempt: Attempt) -> dict[str, Any]:
    known = {each.part: each for each in attempt.judgements.all()}
    parts = parts_of(due.assignment, attempt)
    sandboxes = KINDS[due.assignment.kind].sandboxes(attempt) if due.assignment.faults else []
    return {
        "attempt": attempt,
        "rows": [(part, known[part.id].state if part.id in known else "todo") for part in parts],
        "visits": list(attempt.visits.select_related("by")),
        "presses": [row for each in sandboxes for row in faults_in(each)],
        "page": KINDS[due.assignment.kind].page(attempt),
    }


def faults_in(sandbox: Sandbox) -> list[tuple[Any, bool]]:
    """What an instructor has set off, and whether it may be said which: it is a riddle for as long as it stands."""
    undone = sandbox.presses.filter(undo=True, refused={}).exclude(done_at=None)
    over = set(undone.values_list("generation", "identity"))
    presses = sandbox.presses.by_others().select_related("by")
    return [
        (each, not each.identity or each.generation < sandbox.generation or (each.generation, each.identity) in over)
        for each in presses
    ]


@require_POST
@for_members
def begin(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """Begin an attempt, or go on with it where none is left."""
    membership = membership_of(request.user, classroom)
    if membership is None or membership.role != LEARNER:
        raise PermissionDenied
    due = find_due(classroom, request.user, assignment_id)
    if not due.may_begin:
        if due.latest is None:
            raise PermissionDenied
        return redirect(KINDS[due.assignment.kind].page(due.latest))
    attempt = begun(due.assignment, request.user, len(due.attempts) + 1)
    return redirect(KINDS[due.assignment.kind].page(attempt))


def begun(assignment: Assignment, person: Any, number: int) -> Attempt:
    """A new attempt, or the one that a second click at the same moment has made."""
    try:
        with transaction.atomic():
            attempt = Attempt(assignment=assignment, person=person, number=number, seed=new_seed())
            KINDS[assignment.kind].begin(attempt)
            attempt.save(force_insert=True)
            return attempt
    except IntegrityError:
        return Attempt.objects.get(assignment=assignment, person=person, number=number)


@require_safe
@login_required
def attempt(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """The lesson in the attempt's sandbox."""
    mine = own_attempt(request.user, attempt_id)
    if mine.sandbox is None:
        raise Http404("this attempt has no sandbox")
    return lesson_page(request, mine.sandbox, **frame(request, mine))


def frame(request: HttpRequest, mine: Attempt) -> dict[str, Any]:
    """What stands around the work: which assignment it is, where the class is, the hand to raise."""
    classroom = mine.assignment.classroom
    return {
        "attempt": mine,
        "assignment": mine.assignment,
        "assignment_title": title_of(mine.assignment),
        "assignment_state": mine.assignment.state(),
        "classroom": classroom,
        "membership": membership_of(request.user, classroom),
    }


@require_safe
@login_required
def quiz(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """The questions of a quiz that counts; each is answered once."""
    mine = own_attempt(request.user, attempt_id)
    cards = quiz_cards(mine)
    if not cards:
        raise Http404("this attempt asks no questions")
    done = sum(each["answer"] is not None for each in cards)
    facts = {"cards": cards, "all": len(cards), "done": done, "lesson": content.find(mine.assignment.target)}
    return render(request, "classrooms/quiz.html", facts | frame(request, mine))


def quiz_cards(mine: Attempt) -> list[dict[str, Any]]:
    known = {each.part: each for each in mine.judgements.all()}
    asked = {part.id for part in parts_of(mine.assignment)} if mine.assignment.kind == "quiz" else set()
    questions = [each for each in asked_in(mine.assignment.target, mine.seed) if each.key in asked]
    return [quiz_card(mine, each, known.get(each.key)) for each in questions]


def quiz_card(mine: Attempt, question: Any, judgement: Judgement | None) -> dict[str, Any]:
    """A question with where its answer goes; the answer lies in the judgement."""
    given = judgement and Answer(given=judgement.verdict["given"], right=judgement.state == "pass")
    return card(question, given) | {"action": reverse("classrooms:answer", args=[mine.pk, question.key])}


@require_POST
@login_required
def answer(request: HttpRequest, attempt_id: UUID, key: str) -> HttpResponse:
    """Judge an answer; the first complete one counts, and none after closing."""
    mine = own_attempt(request.user, attempt_id)
    known = {each["question"].key: each["question"] for each in quiz_cards(mine)}
    if key not in known:
        raise Http404(f"no question {key}")
    if mine.assignment.state() == "closed":
        raise PermissionDenied
    given = known[key].read(request.POST)
    if given is not None and not mine.judgements.filter(part=key).exists():
        right, kept = known[key].judge(given)
        record_answer(mine, key, kept, right)
    if not request.htmx:
        return redirect(reverse("classrooms:quiz", args=[mine.pk]) + f"#q-{key}")
    judgement = mine.judgements.filter(part=key).first()
    facts = {"card": quiz_card(mine, known[key], judgement) | {"incomplete": given is None}, "oob": True}
    facts |= {"done": mine.judgements.count(), "all": len(known)}
    return render(request, "quizzes/question.html", facts)


@transaction.atomic
def record_answer(mine: Attempt, key: str, given: Any, right: bool) -> None:
    state = {"state": "pass" if right else "fail", "verdict": {"given": given}}
    _, new = Judgement.objects.get_or_create(attempt=mine, part=key, defaults=state)
    if new:
        mine.moved_at = timezone.now() if right else mine.moved_at
        settle(mine)
