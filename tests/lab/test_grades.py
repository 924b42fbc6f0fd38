"""Grades: how points come about, what is kept with a verdict, judging again."""

import zlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from lab.catalogue import content
from lab.classrooms.assignables import Part
from lab.classrooms.judging import keep
from lab.classrooms.models import Assignment, Attempt, Evidence, Judgement
from lab.classrooms.scoring import days_late, score
from lab.grading.models import Progress
from lab.grading.verdicts import Verdict, verdict_on
from lab.sandboxes.models import Sandbox
from tests.lab import course
from tests.lab.classes import Cast, attempt_of, cast, look, typed
from tests.lab.running import regraded

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
PARTS = [Part("a", {"en": "A"}, 2), Part("b", {"en": "B"}, 1), Part("c", {"en": "C"}, 1)]
DUE = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def people() -> Cast:
    return cast()


def passed(part: str, after: timedelta = -HOUR, hints: int = 0, state: str = "pass") -> Judgement:
    return Judgement(part=part, state=state, at=DUE + after, hints=hints)


@pytest.mark.parametrize(
    ("rules", "judgements", "points"),
    [
        pytest.param({}, [], "0", id="nothing"),
        pytest.param({}, [passed("a"), passed("b"), passed("c")], "10", id="everything"),
        pytest.param({}, [passed("a")], "5", id="by weight"),
        pytest.param({}, [passed("a", state="fail"), passed("b", state="waiting")], "0", id="not passed"),
        pytest.param({}, [passed("b", state="error")], "2.5", id="an error of ours costs no points"),
        pytest.param({}, [passed("a", state="unjudged")], "0", id="what could not be judged is not earned"),
        pytest.param({}, [passed("a", state="unjudged"), passed("b")], "5", id="and costs nothing"),
        pytest.param({}, [passed(each, state="unjudged") for each in "abc"], "0", id="nothing could be judged"),
        pytest.param({"late_percent": 10}, [passed("a", HOUR)], "4.5", id="one day begun"),
        pytest.param(
            {"late_percent": 10}, [passed("a", 25 * HOUR), passed("b")], "6.5", id="each part by its own time"
        ),
        pytest.param({"late_percent": 60}, [passed("a", 25 * HOUR)], "0", id="never below nothing"),
        pytest.param({}, [passed("a", 100 * HOUR)], "5", id="late costs nothing unless said"),
        pytest.param({"closes_at": DUE + HOUR}, [passed("a", 2 * HOUR), passed("b", HOUR)], "2.5", id="after closing"),
        pytest.param({"hint_percent": 15}, [passed("a", hints=2)], "3.5", id="hints"),
        pytest.param({"hint_percent": 50}, [passed("a", hints=3)], "0", id="more hints than points"),
        pytest.param({"hint_percent": 10, "late_percent": 10}, [passed("a", HOUR, 1)], "4.05", id="both"),
        pytest.param({"points": 1}, [passed("b"), passed("c")], "0.5", id="parts of a point"),
    ],
)
def test_points(rules: dict[str, Any], judgements: list[Judgement], points: str) -> None:
    assignment = Assignment(**{"points": 10, "due_at": DUE, **rules})
    assert score(assignment, PARTS, judgements) == Decimal(points)


@pytest.mark.parametrize(("hours", "days"), [(-1, 0), (0, 0), (1, 1), (24, 1), (25, 2)])
def test_a_day_counts_once_it_has_begun(hours: int, days: int) -> None:
    assert days_late(Assignment(due_at=DUE), DUE + hours * HOUR) == days


FAIL = Verdict("fail", {"en": "x"}, {"en": "y"}, "Pod web", since=("1", 3), tried=True)


def begun(people: Cast) -> Attempt:
    return attempt_of(people.people["learner"], people.assignment)


def test_a_verdict_is_kept_with_its_world_its_time_and_its_command(people: Cast) -> None:
    attempt = begun(people)
    assert attempt.sandbox is not None
    Progress.objects.create(
        owner=attempt.person, lesson="first-pod", task="run-a-pod", sandbox=attempt.sandbox, hints=2
    )
    keep(look(attempt.sandbox, 9, run_a_pod=Verdict("pass", since=("1", 4)), lose_it=FAIL))
    known = {each.part: each for each in attempt.judgements.all()}
    assert (known["run-a-pod"].state, known["run-a-pod"].since, known["run-a-pod"].hints) == ("pass", ("1", 4), 2)
    assert (known["lose-it"].state, known["lose-it"].since) == ("fail", ("1", 3))
    evidence = Evidence.objects.get()
    assert (evidence.order, evidence.judgements.count()) == (9, 2)
    assert zlib.decompress(bytes(evidence.world)) == typed("run-a-pod").save()
    attempt.refresh_from_db()
    assert attempt.points == 5


def test_only_what_is_new_is_kept_and_what_is_passed_stays(people: Cast) -> None:
    attempt = begun(people)
    assert attempt.sandbox is not None
    keep(look(attempt.sandbox, lose_it=Verdict("fail", seen={"en": "untouched"})))
    assert not attempt.judgements.exists(), "who has done nothing has not failed"
    keep(look(attempt.sandbox, 1, run_a_pod=Verdict("pass"), lose_it=FAIL))
    first = list(attempt.judgements.order_by("part").values())
    keep(look(attempt.sandbox, 2, run_a_pod=FAIL, lose_it=FAIL))
    assert first == list(attempt.judgements.order_by("part").values())
    keep(look(attempt.sandbox, 3, lose_it=Verdict("fail", seen={"en": "other"}, tried=True)))
    assert [each.order for each in Evidence.objects.order_by("order")] == [1, 3]
    keep(look(attempt.sandbox, 4, lose_it=Verdict("pass")))
    assert [each.order for each in Evidence.objects.order_by("order")] == [1, 4], "worlds nobody needs are gone"


def test_what_makes_a_check_stumble_is_neither_earned_nor_held_against_anybody(people: Cast) -> None:
    """The instructor is asked, and what they say settles it."""
    attempt = begun(people)
    assert attempt.sandbox is not None
    lesson = content.find("first-pod")
    found = [verdict_on(typed("an odd thing"), lesson, task.id).state for task in lesson.tasks]
    assert found == ["unjudged", "unjudged"]
    keep(look(attempt.sandbox, run_a_pod=Verdict("pass"), lose_it=Verdict("unjudged")))
    attempt.refresh_from_db()
    assert attempt.points == 10, "the part is left out"
    teacher, book = people.browser("instructor"), f"/en/classes/{people.classroom.pk}/grades/"
    assert "not judged" in teacher.get(book).text
    assert "Learner" in teacher.get(f"{book}?mark=unjudged").text.partition("<tbody>")[2]
    cell = f"{book}{attempt.person_id}/{attempt.assignment_id}/"
    assert "until you say what it is worth" in teacher.get(cell, headers=HTMX).text
    teacher.post(f"{cell}override/", {"points": "5"}, headers=HTMX)
    assert "not judged" not in teacher.get(book).text.partition("<tbody>")[2]


def test_a_check_that_stumbles_everywhere_is_ours(people: Cast, settings: Any) -> None:
    settings.CHECK = "tests.lab.test_grades.broken"
    assert verdict_on(typed("run-a-pod"), content.find("first-pod"), "run-a-pod").state == "error"


def broken(world: Any, lesson: Any, task: str) -> Any:
    raise KeyError("ours")


@pytest.mark.parametrize("rules", [{"closes_at": DUE - HOUR}, {"parts": ["lose-it"]}])
def test_what_does_not_count_is_not_kept(people: Cast, rules: dict[str, Any]) -> None:
    Assignment.objects.update(**rules)
    attempt = begun(people)
    assert attempt.sandbox is not None
    keep(look(attempt.sandbox, run_a_pod=Verdict("pass")))
    assert not attempt.judgements.exists()


def test_the_lessons_own_sandbox_makes_no_grades(people: Cast) -> None:
    own = Sandbox.objects.create(owner=people.people["learner"], lesson="first-pod")
    begun(people)
    keep(look(own, run_a_pod=Verdict("pass")))
    assert not Judgement.objects.exists()


# Judging again.


def test_a_mended_check_raises_scores_at_once_at_the_time_they_were_earned(people: Cast) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod")
    Judgement.objects.update(state="fail", at=DUE - HOUR)
    assert regraded(people).outcome == {"attempts": 1, "up": 1, "down": 0, "stuck": 0}
    attempt.refresh_from_db()
    judgement = attempt.judgements.get()
    assert (attempt.points, judgement.state, judgement.at) == (5, "pass", DUE - HOUR)


def test_a_stricter_check_lowers_nothing_until_an_instructor_says_so(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod", points=5)
    monkeypatch.setattr(course, "check", lambda *_: course.Finding("fail", {"en": "more"}, {"en": "less"}))
    assert regraded(people).outcome["down"] == 1
    attempt.refresh_from_db()
    assert attempt.points == 5
    browser = people.browser("instructor")
    page = browser.get(f"/en/classes/{people.classroom.pk}/grades/").text
    assert "scores would be lower for 1 of" in page
    lower = f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/lower/"
    browser.post(lower, {"do": "keep"})
    attempt.refresh_from_db()
    assert (attempt.points, attempt.judgements.get().again) == (5, {})
    regraded(people)
    browser.post(lower, {"do": "accept"})
    attempt.refresh_from_db()
    assert (attempt.points, attempt.judgements.get().state) == (0, "fail")


@pytest.mark.parametrize("trouble", ["unreadable", "gone", "check"])
def test_what_cannot_be_judged_again_stays_as_it_was(
    people: Cast, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod", points=5)
    if trouble == "unreadable":
        Evidence.objects.update(world=b"another version")
    elif trouble == "gone":
        Evidence.objects.all().delete()
    else:
        monkeypatch.setattr(course, "check", lambda *_: 1 / 0)
    assert regraded(people).outcome["stuck"] == 1
    attempt.refresh_from_db()
    assert (attempt.points, attempt.judgements.get().state) == (5, "pass")
