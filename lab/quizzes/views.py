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
from lab.sandboxes.models import Sandbox


@require_safe
@login_required
def quiz(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """All questions of a lesson, answered ones with their reasons."""
    seed = seed_of(request, lesson_id)
    answers = {each.question: each for each in Answer.objects.filter(owner=request.user, lesson=lesson_id)}
    cards = [card(each, answers.get(each.key)) for each in asked_in(lesson_id, seed)]
    if not cards:
        raise Http404(f"{lesson_id} asks no questions")
    lesson = content.drawn(content.find(lesson_id), seed)
    _, after = content.neighbours(lesson)
    return render(request, "quizzes/quiz.html", facts(cards) | {"lesson": lesson, "after": after})


@require_safe
@login_required
def reviews(request: HttpRequest) -> HttpResponse:
    """The missed questions that are due, of all lessons."""
    cards = []
    for answer in due(request):
        question = next((each for each in asked(request, answer.lesson) if each.key == answer.question), None)
        if question is not None:
            cards.append(card(question, answer, again=True))
    return render(request, "quizzes/reviews.html", facts(cards) | {"back": "reviews"})


@require_POST
@login_required
def answer(request: HttpRequest, lesson_id: str, key: str) -> HttpResponse:
    """Judge an answer and say why; an incomplete one is asked for again."""
    question = next((each for each in asked(request, lesson_id) if each.key == key), None)
    if question is None:
        raise Http404(f"no question {key} in {lesson_id}")
    given = question.read(request.POST)
    kept = None
    if given is not None:
        kept = record(request.user.pk, lesson_id, key, given, question.is_right(given))
    if not request.htmx:
        back = request.POST.get("back") == "reviews"
        return redirect(reverse("quizzes:reviews") if back else reverse("quizzes:quiz", args=[lesson_id]) + f"#q-{key}")
    shown = card(question, kept) | {"incomplete": given is None}
    counted = {"done": Answer.objects.filter(owner=request.user, lesson=lesson_id).count()}
    counted["all"] = len(asked(request, lesson_id))
    told = {"card": shown, "oob": True, "back": request.POST.get("back", "")}
    return render(request, "quizzes/question.html", counted | told)


def facts(cards: list[dict[str, Any]]) -> dict[str, Any]:
    return {"cards": cards, "all": len(cards), "done": sum(each["answer"] is not None for each in cards)}


def due(request: HttpRequest) -> list[Answer]:
    """What this person should be asked again now, the longest due first."""
    if not isinstance(request.user, User):
        return []
    known = [lesson.id for lesson in content.lessons()]
    waiting = Answer.objects.filter(owner=request.user, due_at__lte=timezone.now(), lesson__in=known)
    return list(waiting.order_by("due_at"))


def asked(request: HttpRequest, lesson_id: str) -> list[Question]:
    return asked_in(lesson_id, seed_of(request, lesson_id))


def seed_of(request: HttpRequest, lesson_id: str) -> str:
    """The seed of the learner's sandbox, so that questions speak of the names that were drawn there."""
    seeds = (
        Sandbox.objects.own()
        .filter(owner=request.user, lesson=content.find(lesson_id).id)
        .values_list("seed", flat=True)
    )
    return seeds.first() or str(request.user.pk)
