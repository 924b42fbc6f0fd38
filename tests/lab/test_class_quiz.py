"""A quiz that counts: each question is answered once an attempt, and judged again from what was answered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lab.catalogue import content
from lab.classrooms.models import Assignment, Attempt, Judgement
from lab.classrooms.seats import live_class
from lab.classrooms.views.work import quiz_cards
from lab.jobs.models import Job
from lab.jobs.tasks import work
from lab.quizzes.cards import told
from lab.quizzes.models import Answer
from lab.quizzes.questions import Question
from tests.lab import course
from tests.lab.classes import Cast, cast
from tests.lab.test_quizzes import NUMBER, SINGLE

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def people(small_course: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    first = replace(course.FIRST, quiz=(SINGLE, NUMBER))
    monkeypatch.setattr(course, "COURSE", course.Course([replace(course.COURSE.modules[0], lessons=[first])]))
    content.course.cache_clear()
    people = cast()
    Assignment.objects.update(kind="quiz", attempts_allowed=2)
    people.assignment.refresh_from_db()
    return people


def begun(people: Cast, browser: Client) -> tuple[Attempt, str]:
    """A new attempt, and the page with its questions."""
    address = f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/begin/"
    page = browser.post(address, follow=True)
    assert page.status_code == 200
    return Attempt.objects.latest("number"), page.text


def answer(browser: Client, attempt: Attempt, number: int, fields: dict[str, Any]) -> Any:
    key = quiz_cards(attempt)[number]["question"].key
    return browser.post(f"/en/attempts/{attempt.pk}/quiz/{key}/", fields, headers=HTMX)


def test_a_question_is_answered_once_and_says_why(people: Cast) -> None:
    browser = people.browser("learner")
    attempt, page = begun(people, browser)
    assert f"/attempts/{attempt.pk}/quiz/" in page and "0 of 2 answered" in page
    assert 'role="alert"' in answer(browser, attempt, 0, {}).text and not Judgement.objects.exists()
    assert "reason 0" in answer(browser, attempt, 0, {"choice": "0"}).text
    answer(browser, attempt, 0, {"choice": "1"})
    assert [(each.state, each.verdict) for each in Judgement.objects.all()] == [("fail", {"given": [0]})]
    answer(browser, attempt, 1, {"number": "300"})
    attempt.refresh_from_db()
    assert attempt.points == 5
    assert not Answer.objects.exists(), "what counts in a class is no practice"


def test_the_instructor_reads_what_was_answered_and_sees_who_is_where(people: Cast) -> None:
    """What is answered is done with: nobody who got it wrong is stuck on it."""
    browser, teacher = people.browser("learner"), people.browser("instructor")
    attempt, _ = begun(people, browser)
    room = f"/en/classes/{people.classroom.pk}/"
    cell = f"{room}grades/{attempt.person_id}/{people.assignment.pk}/"
    (seat,) = live_class(people.assignment, list(people.classroom.learners())).seats
    assert (seat.at, seat.state, seat.marks) == (0, "working", ["todo", "todo"])
    answer(browser, attempt, 0, {"choice": "0"})
    (seat,) = live_class(people.assignment, list(people.classroom.learners())).seats
    assert (seat.at, seat.state, seat.marks) == (1, "working", ["fail", "todo"])
    assert "stands still" not in teacher.get(f"{room}live/").text
    answer(browser, attempt, 1, {"number": "300"})
    (seat,) = live_class(people.assignment, list(people.classroom.learners())).seats
    assert (seat.is_done, seat.state) == (True, "done")
    page = teacher.get(cell, headers=HTMX).text
    assert "Answer: option 0" in page and "Answer: 300" in page


@pytest.mark.parametrize(
    ("declared", "given", "says"),
    [
        ({"kind": "command"}, {"command": "kubectl get po", "output": "x"}, ["`kubectl get po`"]),
        ({"kind": "order", "order": [{"en": "a", "ko": "ㄱ"}, {"en": "b", "ko": "ㄴ"}]}, [1, 0], ["b", "a"]),
        (
            {"kind": "match", "pairs": [{"left": {"en": "l", "ko": "l"}, "right": {"en": "r", "ko": "r"}}] * 2},
            [1, 9],
            ["l: r"],
        ),
        ({"kind": "multiple", "options": [{"text": {"en": "a", "ko": "ㄱ"}}] * 3}, [0, 2], ["a", "a"]),
    ],
)
def test_an_answer_of_every_kind_reads(declared: dict[str, Any], given: Any, says: list[str]) -> None:
    assert [each["en"] for each in told(Question("first-pod", declared, "k", 1, ""), given)] == says


def test_the_better_attempt_counts(people: Cast) -> None:
    browser = people.browser("learner")
    first, _ = begun(people, browser)
    answer(browser, first, 1, {"number": "300"})
    second, page = begun(people, browser)
    assert (second.number, "0 of 2 answered" in page) == (2, True)
    answer(browser, second, 0, {"choice": "0"})
    assert "5 of 10" in browser.get(f"/en/classes/{people.classroom.pk}/").text
    book = people.browser("instructor").get(f"/en/classes/{people.classroom.pk}/grades/").text
    assert ">5</a>" in book


def test_after_closing_nothing_is_answered(people: Cast) -> None:
    browser = people.browser("learner")
    attempt, _ = begun(people, browser)
    Assignment.objects.update(closes_at=timezone.now() - timedelta(hours=1))
    assert answer(browser, attempt, 1, {"number": "300"}).status_code == 403
    assert not Judgement.objects.exists()


def test_an_answer_is_judged_again_by_the_mended_question(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = people.browser("learner")
    attempt, _ = begun(people, browser)
    answer(browser, attempt, 1, {"number": "250"})
    mended = replace(course.FIRST, quiz=(SINGLE, NUMBER | {"answer": [200, 300]}))
    monkeypatch.setattr(course, "COURSE", course.Course([replace(course.COURSE.modules[0], lessons=[mended])]))
    content.course.cache_clear()
    job = Job.objects.create(
        kind="regrade", classroom=people.classroom, facts={"assignment": people.assignment.pk, "title": ""}
    )
    assert work(str(job.pk)) == "done"
    attempt.refresh_from_db()
    assert attempt.points == 5
    judgement = attempt.judgements.get()
    assert (judgement.state, judgement.verdict) == ("pass", {"given": "250"})


def test_a_classmate_answers_nothing_of_mine(people: Cast) -> None:
    attempt, _ = begun(people, people.browser("learner"))
    people.classroom.enrol(people.people["stranger"])
    assert answer(people.browser("stranger"), attempt, 1, {"number": "300"}).status_code == 404
