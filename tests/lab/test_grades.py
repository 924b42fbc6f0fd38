"""Grades: how points come about, what is kept with a verdict, judging again, overrides, the table, files."""

import csv
import io
import zlib
from datetime import timedelta
from decimal import Decimal
from statistics import median
from time import process_time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lab.catalogue import content
from lab.classrooms.assignables import Part
from lab.classrooms.judging import keep
from lab.classrooms.models import Assignment, Attempt, Evidence, Judgement, Override
from lab.classrooms.scoring import days_late, score
from lab.classrooms.sheets import BIGGEST, harmless, plain_number
from lab.grading.grader import Look
from lab.grading.models import Progress
from lab.grading.verdicts import Verdict, verdict_on
from lab.jobs.models import FAILED, PAUSED, RUNNING, WAITING, Job
from lab.jobs.tasks import STALE, take_up, work
from lab.sandboxes.models import Sandbox
from tests.lab import course
from tests.lab.classes import Cast, attempt_of, cast, person, typed
from tests.lab.running import cleaned

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


def look(sandbox: Sandbox, order: int = 1, **verdicts: Verdict) -> Look:
    named = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return Look(sandbox, typed("run-a-pod"), order, named, [key for key, each in named.items() if each.state == "pass"])


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


def regraded(people: Cast) -> Job:
    browser = people.browser("instructor")
    browser.post(f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/regrade/")
    job = Job.objects.filter(kind="regrade").latest("created_at")
    assert work(str(job.pk)) == "done"
    job.refresh_from_db()
    return job


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


# Jobs.


def many(people: Cast, count: int) -> list[Attempt]:
    learners = [person(f"L{number:02}") for number in range(count)]
    for each in learners:
        people.classroom.enrol(each)
    return [attempt_of(each, people.assignment, "run-a-pod") for each in learners]


def test_a_job_that_is_paused_stops_and_goes_on_where_it_was(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many(people, 3)
    looked = []

    def check(world: Any, lesson: Any, task: str) -> course.Finding:
        looked.append(task)
        if len(looked) == 2:
            Job.objects.update(state=PAUSED)
        return course.Finding("pass")

    monkeypatch.setattr(course, "check", check)
    browser = people.browser("instructor")
    browser.post(f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/regrade/")
    job = Job.objects.get()
    assert work(str(job.pk)) == PAUSED
    assert len(looked) == 2
    strip = browser.get(f"/en/jobs/{job.pk}/", headers=HTMX).text
    assert "1 of 3" in strip and "Go on" in strip and "every 1s" not in strip
    page = browser.get(f"/en/classes/{people.classroom.pk}/grades/").text
    assert page.count("being graded again</span>") == 1
    browser.post(f"/en/jobs/{job.pk}/pause/", headers=HTMX)
    assert work(str(job.pk)) == "done"
    assert len(looked) == 3, "what was done is not done again"


def test_a_job_is_done_by_one_worker_and_taken_over_from_a_dead_one(people: Cast) -> None:
    many(people, 1)
    job = Job.objects.create(kind="regrade", state=RUNNING, facts={"assignment": people.assignment.pk, "title": "x"})
    assert work(str(job.pk)) == "taken"
    Job.objects.update(changed_at=timezone.now() - STALE - HOUR)
    assert take_up() == 1
    assert work(str(job.pk)) == "done"
    assert work(str(job.pk)) == "taken"


def test_a_fault_of_ours_is_told_with_a_number(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.objects.create(kind="export-grades", classroom=people.classroom)
    monkeypatch.setattr("lab.classrooms.sheets.head_of", lambda book: 1 / 0)
    assert work(str(job.pk)) == FAILED
    job.refresh_from_db()
    strip = people.browser("instructor").get(f"/en/jobs/{job.pk}/", headers=HTMX).text
    assert f"Report {job.report}" in strip and len(job.report) == 4


def test_jobs_that_are_over_are_forgotten_after_a_week(people: Cast) -> None:
    for state, days in (("done", 8), ("done", 6), (WAITING, 8)):
        Job.objects.create(kind="x", state=state, changed_at=timezone.now() - timedelta(days=days))
    assert cleaned("forget-jobs").outcome == {"gone": 1}
    assert Job.objects.filter(kind="x").count() == 2


# Overrides and the table.


def override(people: Cast, browser: Client, **fields: str) -> Any:
    learner = people.people["learner"]
    address = f"/en/classes/{people.classroom.pk}/grades/{learner.pk}/{people.assignment.pk}/override/"
    return browser.post(address, fields, headers=HTMX)


def test_an_override_counts_is_kept_with_who_and_why_and_can_be_taken_back(people: Cast) -> None:
    attempt_of(people.people["learner"], people.assignment, "run-a-pod", points=5)
    instructor, learner = people.browser("instructor"), people.browser("learner")
    answer = override(people, instructor, points="8.5", note="Good <i>reason</i>")
    assert answer["HX-Trigger"] == "bookchanged"
    assert "Good &lt;i&gt;reason&lt;/i&gt;" in answer.text and "Instructor," in answer.text
    own = learner.get(f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/").text
    assert "8.5 of 10" in own and "Instructor gives 8.5 points." in own and "Good &lt;i&gt;reason&lt;/i&gt;" in own
    override(people, instructor, back="1")
    assert "5 of 10" in learner.get(f"/en/classes/{people.classroom.pk}/").text
    assert [each.points for each in Override.objects.all()] == [Decimal("8.5"), None]


@pytest.mark.parametrize(("check", "given", "reached"), [("pass", "2", 5), ("fail", "8.5", 0)], ids=["more", "less"])
def test_what_was_changed_by_hand_stays_when_it_is_graded_again(
    people: Cast, monkeypatch: pytest.MonkeyPatch, check: str, given: str, reached: int
) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod", points=5)
    Judgement.objects.update(state="fail" if check == "pass" else "pass")
    browser, room = people.browser("instructor"), f"/en/classes/{people.classroom.pk}"
    override(people, browser, points=given, note="By word of mouth")
    monkeypatch.setattr(course, "check", lambda *_: course.Finding(check))
    regraded(people)
    browser.post(f"{room}/assignments/{people.assignment.pk}/lower/", {"do": "accept"})
    attempt.refresh_from_db()
    assert attempt.points == reached
    cell = browser.get(f"{room}/grades/{attempt.person_id}/{people.assignment.pk}/", headers=HTMX).text
    assert f"{given} of 10" in cell and f"reached: {reached}." in cell and "By word of mouth" in cell


def test_somebody_gets_more_time(people: Cast) -> None:
    Assignment.objects.update(due_at=DUE - 48 * HOUR, closes_at=DUE - 24 * HOUR, late_percent=50)
    learner = people.people["learner"]
    attempt = attempt_of(learner, people.assignment, "run-a-pod", moved_at=DUE - 30 * HOUR)
    Judgement.objects.update(at=DUE - 30 * HOUR)
    browser = people.browser("instructor")
    address = f"/en/classes/{people.classroom.pk}/grades/{learner.pk}/{people.assignment.pk}/extend/"
    page = f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/"
    assert 'quiet">closed' in people.browser("learner").get(page).text
    until = timezone.localtime(DUE + 24 * HOUR)
    browser.post(address, {"due_at": f"{until:%Y-%m-%dT%H:%M}"})
    attempt.refresh_from_db()
    assert attempt.points == 5, "in time now"
    assert 'quiet">closed' not in people.browser("learner").get(page).text
    assert attempt.sandbox is not None
    keep(look(attempt.sandbox, lose_it=Verdict("pass")))
    attempt.refresh_from_db()
    assert attempt.points == 10
    assert "d late" not in browser.get(f"/en/classes/{people.classroom.pk}/grades/").text
    browser.post(address, {"due_at": ""})
    attempt.refresh_from_db()
    assert attempt.points == Decimal("2.5"), "half for the day, nothing after closing"


def test_time_that_is_none_is_refused(people: Cast) -> None:
    Assignment.objects.update(due_at=DUE)
    learner = people.people["learner"]
    address = f"/en/classes/{people.classroom.pk}/grades/{learner.pk}/{people.assignment.pk}/extend/"
    browser = people.browser("instructor")
    browser.post(address, {"due_at": "2030-01-02T12:00"})
    answer = browser.post(address, {"due_at": "tomorrow"}, headers=HTMX)
    assert answer.status_code == 422 and "a date and a time of day" in answer.text
    assert people.assignment.extensions.exists(), "what was given before stays"


def test_a_world_of_another_version_cannot_be_opened_and_the_page_says_so(people: Cast) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod")
    Evidence.objects.update(world=b"another version")
    browser = people.browser("instructor")
    answer = browser.post(f"/en/classes/{people.classroom.pk}/evidence/{attempt.judgements.get().pk}/")
    assert answer.status_code == 409 and "stored by another version" in answer.text
    assert not Sandbox.objects.filter(purpose="copy").exists()


@pytest.mark.parametrize("points", ["", "many", "-1", "1001", "NaN", "1e400"])
def test_points_that_are_none_are_refused(people: Cast, points: str) -> None:
    answer = override(people, people.browser("instructor"), points=points)
    assert answer.status_code == 422 and "Points are a number from 0 to 1000." in answer.text
    assert not Override.objects.exists()


def rows(page: str) -> list[str]:
    return [
        piece.split("<")[0] for piece in page.split('<th scope="row">')[1:] if not piece.startswith(("Median", "Grade"))
    ]


@pytest.fixture
def table(people: Cast) -> Cast:
    """Ada has everything, Bo half of it and late, Cy nothing, Dee a changed score."""
    people.classroom.memberships.filter(person=people.people["learner"]).delete()
    Assignment.objects.update(due_at=DUE)
    ada, bo, cy, dee = (person(name) for name in ("Ada", "Bo", "Cy", "Dee"))
    for each in (ada, bo, cy, dee):
        people.classroom.enrol(each)
    attempt_of(ada, people.assignment, "run-a-pod", "lose-it", points=10, moved_at=DUE - HOUR)
    attempt_of(bo, people.assignment, "run-a-pod", points=5, moved_at=DUE + 30 * HOUR)
    Override.objects.create(assignment=people.assignment, person=dee, points=7)
    return people


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Ada", "Bo", "Cy", "Dee"]),
        ("?sort=total", ["Cy", "Bo", "Dee", "Ada"]),
        ("?sort=total&down=1", ["Ada", "Dee", "Bo", "Cy"]),
        ("?sort={work}&down=1", ["Ada", "Dee", "Bo", "Cy"]),
        ("?sort=name&down=1", ["Dee", "Cy", "Bo", "Ada"]),
        ("?name=b", ["Bo"]),
        ("?name=ADA@example", ["Ada"]),
        ("?mark=late", ["Bo"]),
        ("?mark=missing", ["Cy"]),
        ("?mark=changed", ["Dee"]),
        ("?mark=nonsense&work=none&sort=what&open=x-y", ["Ada", "Bo", "Cy", "Dee"]),
        ("?work=²&open=²-³", ["Ada", "Bo", "Cy", "Dee"]),
        (f"?work={'9' * 5000}&open={'9' * 5000}-1", ["Ada", "Bo", "Cy", "Dee"]),
    ],
)
def test_the_table_is_filtered_and_sorted(table: Cast, asked: str, names: list[str]) -> None:
    address = f"/en/classes/{table.classroom.pk}/grades/{asked.format(work=table.assignment.pk)}"
    assert rows(table.browser("instructor").get(address).text) == names


def test_cells_say_what_is_to_be_said(table: Cast) -> None:
    page = table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text
    assert "2 d late" in page and "changed</span>" in page
    assert "<td>7</td>" in page, "the median of 10, 5 and 7"


@pytest.mark.parametrize("page", ["", "grades/", "grades/?open={person}-{work}", "live/", "people/"])
def test_a_page_of_thirty_asks_as_little_as_a_page_of_three(
    people: Cast, page: str, django_assert_num_queries: Any
) -> None:
    first = many(people, 3)[0]
    address = f"/en/classes/{people.classroom.pk}/{page.format(person=first.person_id, work=people.assignment.pk)}"
    browser = people.browser("instructor")
    browser.get(address)
    with django_assert_num_queries(30, exact=False) as asked:
        assert browser.get(address).status_code == 200
    learners = [person(f"M{number:02}") for number in range(27)]
    for each in learners:
        people.classroom.enrol(each)
        attempt_of(each, people.assignment, "run-a-pod")
        Override.objects.create(assignment=people.assignment, person=each, points=1)
    with django_assert_num_queries(len(asked)):
        browser.get(address)


@pytest.mark.parametrize("page", ["", "grades/", "grades/?open={person}-{work}", "live/", "people/"])
def test_pages_of_a_class_of_thirty_take_little_time(people: Cast, page: str) -> None:
    """Of the processor, so that a busy machine does not matter."""
    for _ in range(7):
        Assignment.objects.create(classroom=people.classroom, kind="lesson", target="first-pod")
    first = many(people, 30)[0]
    for assignment in Assignment.objects.exclude(pk=people.assignment.pk):
        for membership in people.classroom.learners():
            attempt_of(membership.person, assignment, "run-a-pod")
    address = f"/en/classes/{people.classroom.pk}/{page.format(person=first.person_id, work=people.assignment.pk)}"
    browser = people.browser("instructor")
    times = []
    for _ in range(7):
        began = process_time()
        assert browser.get(address).status_code == 200
        times.append(process_time() - began)
    assert median(times) <= 0.1, sorted(times)


def test_a_learners_page_asks_as_little_for_ten_assignments_as_for_one(
    people: Cast, django_assert_num_queries: Any
) -> None:
    browser = people.browser("learner")
    address = f"/en/classes/{people.classroom.pk}/"
    browser.get(address)
    with django_assert_num_queries(30, exact=False) as asked:
        browser.get(address)
    for _ in range(9):
        more = Assignment.objects.create(classroom=people.classroom, kind="lesson", target="first-pod")
        attempt_of(people.people["learner"], more, "run-a-pod")
    with django_assert_num_queries(len(asked)):
        browser.get(address)


# Files.


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize(
    ("points", "shown"), [("10.00", "10"), ("7.50", "7.5"), ("0", "0"), ("100", "100"), (None, "")]
)
def test_numbers_are_written_plainly(points: str | None, shown: str) -> None:
    assert plain_number(None if points is None else Decimal(points)) == shown


def taken_in(table: Cast, content: bytes) -> Job:
    browser = table.browser("instructor")
    browser.post(f"/en/classes/{table.classroom.pk}/grades/import/", {"file": SimpleUploadedFile("g.csv", content)})
    job = Job.objects.get(kind="import-grades")
    assert work(str(job.pk)) == "done"
    job.refresh_from_db()
    return job


def sheet(table: Cast, *changes: tuple[str, str], separator: str = ",") -> bytes:
    """A file with one line a learner and what stands in the assignment's column."""
    keys = {each.person.name: each.pk for each in table.classroom.learners()}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["id", "name", f"#{table.assignment.pk} A first Pod (10)"])
    for name, points in changes:
        writer.writerow([keys.get(name, name), name, points])
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("changes", "overrides"),
    [
        pytest.param([("Ada", "10"), ("Bo", "5"), ("Cy", "")], {"Dee": 7}, id="nothing differs"),
        pytest.param([("Ada", "9.5"), ("Cy", "3")], {"Dee": 7, "Ada": Decimal("9.5"), "Cy": 3}, id="two differ"),
        pytest.param([("Ada", "9,5")], {"Dee": 7, "Ada": Decimal("9.5")}, id="a comma, quoted"),
        pytest.param([("Ada", "10.0")], {"Dee": 7}, id="the same number written otherwise"),
    ],
)
def test_a_file_changes_what_differs(table: Cast, changes: list[tuple[str, str]], overrides: dict[str, Any]) -> None:
    job = taken_in(table, sheet(table, *changes))
    assert job.outcome == {"changed": len(overrides) - 1, "lines": []}
    latest = {each.person.name: each.points for each in Override.objects.order_by("at", "pk")}
    assert latest == overrides
    assert work(str(job.pk)) == "taken", "and only once"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\xff\xfe\x00", "cannot be read as CSV", id="bytes"),
        pytest.param(b'id,"x\n', "cannot be read as CSV", id="an open quote"),
        pytest.param(b"name,points\nAda,3\n", "no column id", id="no id"),
        pytest.param(b"id,#99999 Other (1)\n", "is no assignment", id="another class's column"),
        pytest.param(b"id,#" + b"9" * 5000 + b"\n", "999 is no assignment", id="a number without end"),
        pytest.param(b"id\n" * 6000, "more than 5000 lines", id="endless"),
        pytest.param(b"id,#{work} a,#{work} b\n", "b stands here a second time", id="a column twice"),
        pytest.param(b"id,email,#{work}\n{ada},bo@example.test,3\n", "not the address of Ada", id="lines mixed up"),
    ],
)
def test_a_file_that_is_none_is_told_so(table: Cast, content: bytes, says: str) -> None:
    ada = str(table.classroom.learners().get(person__name="Ada").pk).encode()
    job = taken_in(table, content.replace(b"{work}", str(table.assignment.pk).encode()).replace(b"{ada}", ada))
    assert says in " ".join(job.outcome["lines"])
    page = table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text
    assert "Nothing was changed" in page and says in page


def test_a_column_that_is_nobodys_is_not_read_and_that_is_told(table: Cast) -> None:
    content = sheet(table, ("Ada", "9")).replace(b"id,name", b"id,<b>seat</b>")
    assert taken_in(table, content).outcome["changed"] == 1
    page = table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text
    assert "The column &lt;b&gt;seat&lt;/b&gt; was not read" in page


@pytest.mark.parametrize("size", [None, BIGGEST + 1], ids=["no file", "too big"])
def test_a_file_that_is_not_taken_in_is_told_so(table: Cast, size: int | None) -> None:
    given = {} if size is None else {"file": SimpleUploadedFile("g.csv", b"i" * size)}
    answer = table.browser("instructor").post(f"/en/classes/{table.classroom.pk}/grades/import/", given)
    assert answer.status_code == 422 and "a CSV file of at most 2 MB" in answer.text
    assert not Job.objects.exists()


def test_a_job_whose_class_is_gone_does_not_come_back(table: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.objects.create(kind="export-grades", classroom=table.classroom)
    monkeypatch.setattr("lab.classrooms.sheets.head_of", lambda book: Job.objects.all().delete() and 1 / 0)
    assert work(str(job.pk)) == FAILED
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([("Ada", "ten")], "Line 2, 2.1 A first Pod: “ten” is no number"),
        ([("Ada", "=1+1")], "is no number"),
        ([("Ada", "1e500")], "Line 2"),
        ([("Ada", "NaN")], "is no number"),
        ([("Ada", "0.001")], "is no number"),
        ([("Ada", "-3")], "not between 0 and 1000"),
        ([("Ada", "3"), ("Ada", "4")], "Line 3: the id"),
        ([("0", "3")], "Line 2: the class has no learner with the id 0"),
        ([("Bo", "3"), ("<script>", "3")], "&lt;script&gt;"),
    ],
)
def test_one_wrong_line_and_nothing_is_changed(table: Cast, changes: list[tuple[str, str]], says: str) -> None:
    taken_in(table, sheet(table, *changes))
    assert Override.objects.count() == 1
    assert says in table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_with_other_separators_is_read(table: Cast, separator: str) -> None:
    assert taken_in(table, sheet(table, ("Ada", "9,5"), separator=separator)).outcome == {"changed": 1, "lines": []}


def test_a_file_that_a_korean_spreadsheet_has_saved_is_read(table: Cast) -> None:
    given = sheet(table, ("Ada", "9.5")).decode().replace("A first Pod", "첫 파드; 그리고 나머지").encode("cp949")
    assert taken_in(table, given).outcome == {"changed": 1, "lines": []}
