"""Quizzes: every kind is judged, every option says why, what was missed comes back after 1, 3, 7 and 21 days."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from lab.accounts.models import User
from lab.catalogue import content
from lab.quizzes import cards
from lab.quizzes.models import Answer, record
from lab.quizzes.questions import Question, questions
from tests.lab import course

WHY = {"en": "Because.", "ko": "그래서."}


def both(text: str) -> dict[str, str]:
    return {"en": text, "ko": f"{text} (ko)"}


def options(*right: bool) -> list[dict[str, Any]]:
    return [
        {"text": both(f"option {number}"), "why": both(f"reason {number}"), "right": each}
        for number, each in enumerate(right)
    ]


SINGLE = {"kind": "single", "ask": both("Which?"), "options": options(False, True, False)}
MULTIPLE = {"kind": "multiple", "ask": both("Which two?"), "options": options(True, False, True)}
ORDER = {"kind": "order", "ask": both("First?"), "order": [both("a"), both("b"), both("c")], "why": WHY}
MATCH = {
    "kind": "match",
    "ask": both("What is what?"),
    "pairs": [
        {"left": both("1"), "right": both("one")},
        {"left": both("2"), "right": both("two")},
        {"left": both("II"), "right": both("two")},
    ],
    "why": WHY,
}
NUMBER = {"kind": "number", "ask": both("How many?"), "answer": 300, "why": WHY}
RANGE = {"kind": "number", "ask": both("About how many?"), "answer": [8, 12.5], "why": WHY}
QUIZ = (SINGLE, MULTIPLE, ORDER, MATCH, NUMBER)


@pytest.fixture(autouse=True)
def quiz_in_the_course(small_course: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(course.FIRST, quiz=QUIZ)
    module = replace(course.COURSE.modules[0], lessons=[first, course.SECOND])
    monkeypatch.setattr(course, "COURSE", course.Course([module]))
    content.course.cache_clear()


def asked(declared: dict[str, Any]) -> Question:
    lesson = replace(course.FIRST, quiz=(declared,))
    return questions(lesson, lesson, "seed")[0]


@pytest.mark.parametrize(
    ("declared", "form", "right"),
    [
        (SINGLE, "choice=1", True),
        (SINGLE, "choice=0", False),
        (MULTIPLE, "choice=0&choice=2", True),
        (MULTIPLE, "choice=0", False),
        (MULTIPLE, "choice=0&choice=1&choice=2", False),
        (ORDER, "item=0&item=1&item=2", True),
        (ORDER, "item=1&item=0&item=2", False),
        (MATCH, "pair-0=0&pair-1=1&pair-2=2", True),
        (MATCH, "pair-0=0&pair-1=2&pair-2=1", True),
        (MATCH, "pair-0=1&pair-1=1&pair-2=2", False),
        (NUMBER, "number=300", True),
        (NUMBER, "number=300 s", True),
        (NUMBER, "number=300.0", True),
        (NUMBER, "number=30", False),
        (RANGE, "number=12.5", True),
        (RANGE, "number=12.6", False),
    ],
)
def test_answers_are_judged(declared: dict[str, Any], form: str, right: bool) -> None:
    question = asked(declared)
    given = question.read(QueryDict(form))
    assert given is not None
    assert question.judge(given) == (right, given)


@pytest.mark.parametrize(
    ("declared", "form"),
    [
        (SINGLE, ""),
        (SINGLE, "choice=9"),
        (SINGLE, "choice=x"),
        (ORDER, "item=0&item=1"),
        (ORDER, "item=0&item=0&item=2"),
        (MATCH, "pair-0=0&pair-1=1"),
        (NUMBER, "number=many"),
    ],
)
def test_an_incomplete_answer_is_none(declared: dict[str, Any], form: str) -> None:
    assert asked(declared).read(QueryDict(form)) is None


def test_a_question_keeps_its_key_when_others_come_before_it() -> None:
    alone, behind = (replace(course.FIRST, quiz=quiz) for quiz in ((NUMBER,), QUIZ))
    assert questions(alone, alone, "s")[0].key == questions(behind, behind, "s")[-1].key


def test_things_to_order_are_never_shown_in_their_order() -> None:
    lesson = replace(course.FIRST, quiz=(ORDER,))
    assert all(questions(lesson, lesson, str(seed))[0].shuffled != [0, 1, 2] for seed in range(30))


def test_what_can_be_matched_is_offered_once(browser: Client) -> None:
    page = browser.get("/en/lessons/first-pod/quiz/").content.decode()
    offered = re.findall(r'<select[^>]* name="pair-0".*?</select>', page, re.DOTALL)[0]
    assert sorted(re.findall(r">(one|two)</option>", offered)) == ["one", "two"]


def test_every_option_says_why_after_an_answer(browser: Client) -> None:
    page = browser.get("/en/lessons/first-pod/quiz/").content.decode()
    assert "Which?" in page and "reason 0" not in page
    assert "0 of 5 answered" in page
    key = cards.asked_in("first-pod", "x")[0].key
    answer = browser.post(f"/en/lessons/first-pod/quiz/{key}/", {"choice": "0"}, HTTP_HX_REQUEST="true")
    shown = answer.content.decode()
    assert all(f"reason {number}" in shown for number in range(3))
    assert "your answer" in shown and "right answer" in shown and "Asked again tomorrow" in shown
    page = browser.get("/ko/lessons/first-pod/quiz/").content.decode()
    assert "reason 0 (ko)" in page and "5개 중 1개 답함" in page


def test_without_scripts_an_answer_leads_back_to_its_question(browser: Client) -> None:
    key = cards.asked_in("first-pod", "x")[4].key
    answer = browser.post(f"/en/lessons/first-pod/quiz/{key}/", {"number": "300"})
    assert answer.headers["Location"] == f"/en/lessons/first-pod/quiz/#q-{key}"


def test_an_incomplete_answer_is_asked_for_again(browser: Client) -> None:
    key = cards.asked_in("first-pod", "x")[0].key
    answer = browser.post(f"/en/lessons/first-pod/quiz/{key}/", {}, HTTP_HX_REQUEST="true")
    assert "Something is still missing" in answer.content.decode()
    assert not Answer.objects.exists()


def later(answer: Answer, days: float) -> None:
    """Let days pass: move what is due nearer."""
    Answer.objects.filter(pk=answer.pk).update(due_at=answer.due_at - timedelta(days=days) if answer.due_at else None)


def test_what_was_missed_comes_back_after_1_3_7_and_21_days(learner: User) -> None:
    answer = record(learner.pk, "first-pod", "q", [0], False)
    for days in (1, 3, 7, 21):
        assert answer.due_at is not None
        assert timedelta(days=days, minutes=-1) < answer.due_at - timezone.now() <= timedelta(days=days)
        later(answer, days)
        answer = record(learner.pk, "first-pod", "q", [1], True)
    assert answer.due_at is None and answer.times == 5


def test_missed_again_begins_again(learner: User) -> None:
    answer = record(learner.pk, "first-pod", "q", [0], False)
    later(answer, 1)
    answer = record(learner.pk, "first-pod", "q", [1], True)
    later(answer, 3)
    assert record(learner.pk, "first-pod", "q", [0], False).step == 0


def test_right_at_once_is_not_asked_again_and_an_answer_cannot_be_corrected(learner: User) -> None:
    assert record(learner.pk, "first-pod", "q", [1], True).due_at is None
    assert record(learner.pk, "first-pod", "q", [0], False).right


def test_due_questions_are_asked_on_their_page_and_told_on_the_map(browser: Client, learner: User) -> None:
    assert "Nothing is due" in browser.get("/en/reviews/").content.decode()
    key = cards.asked_in("first-pod", "x")[0].key
    later(record(learner.pk, "first-pod", key, [0], False), 1)
    assert "due again: 1" in browser.get("/en/course/").content.decode()
    page = browser.get("/en/reviews/").content.decode()
    assert "Which?" in page and "reason 0" not in page
    browser.post(f"/en/lessons/first-pod/quiz/{key}/", {"choice": "1", "back": "reviews"})
    assert "Nothing is due" in browser.get("/en/reviews/").content.decode()


def test_strangers_answers_are_their_own(browser: Client, stranger: User) -> None:
    key = cards.asked_in("first-pod", "x")[0].key
    record(stranger.pk, "first-pod", key, [0], False)
    assert "reason 0" not in browser.get("/en/lessons/first-pod/quiz/").content.decode()


def test_the_page_is_for_who_has_begun(client: Client, db: None) -> None:
    assert client.get("/en/lessons/first-pod/quiz/").status_code == 302


COMMAND = {"kind": "command", "ask": both("Make it so."), "judge": [], "answer": "kubectl apply -f it.yaml", "why": WHY}
PREDICT = {
    "kind": "predict",
    "ask": both("What comes?"),
    "run": "kubectl apply",
    "options": [{"text": both(f"thing {n}"), "why": both(f"because {n}"), "when": []} for n in (1, 2)],
}
BANK = course.Lesson("review-pods", both("Pods"), {}, [], quiz=(COMMAND, PREDICT, NUMBER))


@dataclass(frozen=True)
class Tried:
    right: bool
    output: str


def tried(lesson: Any, number: int, command: str, seed: str) -> Tried:
    return Tried("apply" in command, f"question {number} of {lesson.id}: {command} with <seed>")


def outcome(lesson: Any, number: int, seed: str) -> list[bool]:
    return [False, True]


@pytest.fixture
def bank(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A module whose review has questions that a world answers; the keys of these."""
    settings.TRIED, settings.OUTCOME = f"{__name__}.tried", f"{__name__}.outcome"
    module = replace(course.COURSE.modules[0], review=BANK)
    monkeypatch.setattr(course, "COURSE", course.Course([module]))
    content.course.cache_clear()
    return [each.key for each in questions(BANK, BANK, "x")]


def answered(browser: Client, key: str, **form: str) -> str:
    return browser.post(f"/en/lessons/review-pods/quiz/{key}/", form, HTTP_HX_REQUEST="true").content.decode()


def test_a_command_is_typed_and_what_it_printed_is_shown(browser: Client, bank: list[str]) -> None:
    page = browser.get("/en/lessons/review-pods/quiz/").content.decode()
    assert "Review: Pods" in page and 'name="command"' in page and "kubectl apply -f it.yaml" not in page
    assert "Something is still missing" in answered(browser, bank[0], command="  ")
    shown = answered(browser, bank[0], command="kubectl get it")
    assert "That is not right" in shown and "kubectl apply -f it.yaml" in shown
    assert "question 0 of review-pods: kubectl get it with &lt;seed&gt;" in shown


def test_a_prediction_is_right_when_it_comes(browser: Client, bank: list[str]) -> None:
    shown = answered(browser, bank[1], choice="1")
    assert "That is right" in shown and "because 1" in shown


def test_an_answer_that_is_not_due_is_not_judged_again(browser: Client, bank: list[str]) -> None:
    answered(browser, bank[0], command="kubectl get it")
    assert "kubectl get it" in answered(browser, bank[0], command="kubectl apply -f other.yaml")
    assert not Answer.objects.get().right


def test_what_is_asked_in_a_review_comes_back_even_if_it_was_right(browser: Client, bank: list[str]) -> None:
    for number, days in enumerate((1, 3, 7, 21, 0)):
        answered(browser, bank[2], number="300")
        answer = Answer.objects.get()
        assert answer.times == number + 1
        assert (answer.due_at is None) is (days == 0)
        later(answer, days)


def test_a_question_comes_back_with_other_values_and_what_was_missed_comes_first(
    browser: Client, learner: User, bank: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[str] = []
    monkeypatch.setattr(course, "draw", lambda lesson, seed: seeds.append(seed) or lesson)
    answered(browser, bank[2], number="300")
    answered(browser, bank[1], choice="0")
    for answer in Answer.objects.all():
        later(answer, 1)
    seeds.clear()
    page = browser.get("/en/reviews/").content.decode()
    assert page.index("What comes?") < page.index("How many?")
    assert f"{learner.pk}/1" in seeds


def test_the_map_leads_to_the_review_and_so_does_the_last_quiz(browser: Client, bank: list[str]) -> None:
    answered(browser, bank[2], number="300")
    page = browser.get("/en/course/").content.decode()
    assert "Module review" in page and "1/3" in page
    assert browser.get("/en/lessons/review-pods/").status_code == 404
