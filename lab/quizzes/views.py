"""The quiz after a lesson, and the questions that come back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.models import User
from lab.catalogue import content
from lab.quizzes.cards import asked_in, card
from lab.quizzes.models import Answer, record
from lab.quizzes.questions import Question
from lab.quizzes.reviews import is_review, review_after
from lab.quizzes.reviews import reviews as reviews_of_modules
from lab.sandboxes.models import Sandbox


@require_safe
@login_required
def quiz(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """All questions of a lesson, answered ones with their reasons."""
    answers = {each.question: each for each in Answer.objects.filter(owner=request.user, lesson=lesson_id)}
    cards = [card(each, answers.get(each.key)) for each in asked(request, lesson_id)]
    if not cards:
        raise Http404(f"{lesson_id} asks no questions")
    lesson = content.drawn(content.find(lesson_id), seed_of(request, lesson_id))
    _, after = content.neighbours(lesson)
    onward = {"after": after, "review": review_after(lesson), "is_review": is_review(lesson_id)}
    return render(request, "quizzes/quiz.html", facts(cards) | {"lesson": lesson} | onward)


@require_safe
@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    """The missed questions that are due, of all lessons."""
    cards = []
    for answer in due(request):
        question = next((each for each in asked(request, answer.lesson) if each.key == answer.question), None)
        if question is not None:
            cards.append(card(question, answer, afresh=True))
    return render(request, "quizzes/reviews.html", facts(cards) | {"back": "reviews"})


@require_POST
@login_required
def answer(request: HttpRequest, lesson_id: str, key: str) -> HttpResponse:
    """Judge an answer and say why; an incomplete one is asked for again."""
    question = next((each for each in asked(request, lesson_id) if each.key == key), None)
    if question is None:
        raise Http404(f"no question {key} in {lesson_id}")
    given = question.read(request.POST)
    kept = None if given is None else answered(request, question, given)
    if not request.htmx:
        back = request.POST.get("back") == "reviews"
        return redirect(reverse("quizzes:reviews") if back else reverse("quizzes:quiz", args=[lesson_id]) + f"#q-{key}")
    shown = card(question, kept) | {"incomplete": given is None}
    counted = {"done": Answer.objects.filter(owner=request.user, lesson=lesson_id).count()}
    counted["all"] = len(asked(request, lesson_id))
    told = {"card": shown, "oob": True, "back": request.POST.get("back", "")}
    return render(request, "quizzes/question.html", counted | told)


def answered(request: HttpRequest, question: Question, given: Any) -> Answer:
    """Judge an answer and keep it, unless there is one that is not due: that stays, and nobody judges again."""
    assert isinstance(request.user, User)
    before = Answer.objects.filter(owner=request.user, lesson=question.lesson, question=question.key).first()
    if before is not None and not before.is_due:
        return before
    right, kept = question.judge(given)
    spaced = is_review(question.lesson)
    return record(request.user.pk, question.lesson, question.key, kept, right, comes_back=spaced)


def facts(cards: list[dict[str, Any]]) -> dict[str, Any]:
    return {"cards": cards, "all": len(cards), "done": sum(each["answer"] is not None for each in cards)}


def due(request: HttpRequest) -> list[Answer]:
    """What this person should be asked again now: what was missed first, and the longest due first."""
    if not isinstance(request.user, User):
        return []
    known = [lesson.id for lesson in (*content.lessons(), *reviews_of_modules())]
    waiting = Answer.objects.filter(owner=request.user, due_at__lte=timezone.now(), lesson__in=known)
    return list(waiting.order_by("right", "due_at"))


def asked(request: HttpRequest, lesson_id: str) -> list[Question]:
    """The questions of a lesson as this person meets them; those of a review with other values at each turn."""
    turns = {}
    if is_review(lesson_id):
        answers = Answer.objects.filter(owner=request.user, lesson=lesson_id)
        turns = {each.question: each.times if each.is_due else each.times - 1 for each in answers}
    return asked_in(lesson_id, seed_of(request, lesson_id), turns)


def seed_of(request: HttpRequest, lesson_id: str) -> str:
    """The seed of the learner's sandbox, so that questions speak of the names that were drawn there."""
    seeds = (
        Sandbox.objects.own()
        .filter(owner=request.user, lesson=content.find(lesson_id).id)
        .values_list("seed", flat=True)
    )
    return seeds.first() or str(request.user.pk)
