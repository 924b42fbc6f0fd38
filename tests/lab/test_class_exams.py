"""An exam as an assignment: its clock, what is found when it is over, and who sees what of it meanwhile."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lab.classrooms.assignables import choices
from lab.classrooms.models import Assignment, Attempt, Judgement
from lab.classrooms.seats import live_class
from lab.classrooms.sittings import have_all_graded
from lab.jobs.models import FAILED, Job
from lab.jobs.tasks import work
from lab.practice.models import ExamAttempt
from lab.sandboxes.host import close_host, host
from lab.sandboxes.live import OutOfTime
from lab.sandboxes.models import Sandbox, Snapshot
from tests.lab.classes import Cast, cast, person
from tests.lab.test_practice import type_into

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def small_sets(small_course: None, settings: Any) -> None:
    settings.GYM, settings.EXAMS = "tests.lab.test_practice.practice", "tests.lab.test_practice.sittings"


@pytest_asyncio.fixture
async def people(own_connections: None) -> AsyncIterator[Cast]:
    yield await sync_to_async(examined)()
    await close_host()


def examined(**fields: Any) -> Cast:
    """A class in which the exam of two tasks, four points each, is assigned for 80 points."""
    people = cast()
    people.assignment.delete()
    fields = {"kind": "exam", "target": "developer", "points": 80} | fields
    people.assignment = Assignment.objects.create(classroom=people.classroom, **fields)
    return people


def begun(people: Cast, role: str = "learner") -> Attempt:
    answer = people.browser(role).post(address(people, "begin"))
    attempt = Attempt.objects.select_related("sitting", "person").latest("started_at")
    assert answer.url == reverse("classrooms:exam", args=[attempt.pk])
    return attempt


def address(people: Cast, name: str) -> str:
    return reverse(f"classrooms:{name}", args=[people.classroom.pk, people.assignment.pk])


def exam_address(attempt: Attempt, name: str = "exam", *more: int) -> str:
    return reverse(f"classrooms:{name}", args=[attempt.pk, *more])


def sandboxes(attempt: Attempt) -> list[Sandbox]:
    assert attempt.sitting is not None
    return [part.sandbox for part in attempt.sitting.parts.select_related("sandbox")]


def let_time_be_over(attempt: Attempt, at: datetime | None = None) -> None:
    at = at or timezone.now() - timedelta(minutes=1)
    ExamAttempt.objects.filter(attempt=attempt).update(ends_at=at)
    Sandbox.objects.filter(exam_part__attempt__attempt=attempt).update(closes_at=at)


def grade_what_is_over() -> Job:
    assert have_all_graded() == 1
    job = Job.objects.filter(kind="grade-exam").latest("created_at")
    assert work(str(job.pk)) == "done"
    job.refresh_from_db()
    return job


def states(attempt: Attempt) -> dict[str, str]:
    return dict(attempt.judgements.values_list("part", "state"))


def points(attempt: Attempt) -> float:
    attempt.refresh_from_db()
    return float(attempt.points)


def test_exams_can_be_chosen_in_whole_and_in_part(people: Cast) -> None:
    assert ("exam:developer", "Developer") in dict(choices())["Exams"]
    teacher = people.browser("instructor")
    form = teacher.post(
        reverse("classrooms:new-assignment", args=[people.classroom.pk]), {"what": "exam:developer", "preview": "1"}
    ).text
    assert form.count('class="place"') == 2 and 'value="two/lose-it" checked' in form
    Assignment.objects.update(parts=["two/lose-it"])
    attempt = begun(people)
    (only,) = sandboxes(attempt)
    page = people.browser("learner").get(exam_address(attempt, "part", 1)).text
    assert (only.lesson, only.purpose, only.keeps_all) == ("two", "attempt", True)
    assert "Delete it again" in page and "Run a Pod named web" not in page


def test_the_rules_are_told_before_the_clock_starts(people: Cast) -> None:
    page = people.browser("learner").get(address(people, "assignment")).text
    assert "You have 90 minutes from when you begin." in page
    assert "Begin the exam now? The clock does not stop" in page
    assert "There is nothing to hand in" not in page and "Run a Pod named web" not in page


def test_begun_it_goes_on_however_often_one_begins(people: Cast) -> None:
    Assignment.objects.update(attempts_allowed=0)
    attempt = begun(people)
    again = people.browser("learner").post(address(people, "begin"))
    assert again.url == exam_address(attempt) and Attempt.objects.count() == 1
    assert "Begin another attempt" not in people.browser("learner").get(address(people, "assignment")).text
    let_time_be_over(attempt)
    assert begun(people).number == 2


def test_closing_ends_it_too(people: Cast) -> None:
    closes_at = timezone.now() + timedelta(minutes=10)
    Assignment.objects.update(closes_at=closes_at)
    attempt = begun(people)
    assert attempt.sitting is not None and attempt.sitting.ends_at == closes_at
    assert {each.closes_at for each in sandboxes(attempt)} == {closes_at}


def test_one_of_ones_own_is_another_one(people: Cast) -> None:
    attempt = begun(people)
    learner = people.browser("learner")
    assert learner.get(reverse("practice:attempt", args=[attempt.sitting_id])).status_code == 404
    learner.post(reverse("practice:begin", args=["developer"]))
    assert ExamAttempt.objects.filter(assigned=False).count() == 1
    page = learner.get(reverse("practice:overview")).text
    assert page.count("/exams/attempts/") == 1


def test_while_it_goes_on_nothing_helps_and_nothing_is_said(people: Cast) -> None:
    attempt = begun(people)
    learner, first = people.browser("learner"), sandboxes(attempt)[0]
    listed = learner.get(exam_address(attempt)).text
    assert "data-left" in listed and f"{exam_address(attempt)}2/" in listed
    page = learner.get(exam_address(attempt, "part", 1)).text
    assert "Task 1 of 2, 4 points" in page and "Cloud Basics" in page and "data-left" in page
    for word in ("Check", "Hint", "Show solution", "Share"):
        assert word not in page
    for name, arguments in (("check", []), ("hint", ["run-a-pod"]), ("solution", [])):
        assert learner.post(reverse(f"grading:{name}", args=[first.pk, *arguments])).status_code == 403
    learner.post(exam_address(attempt, "flag", 2))
    assert "come back" in learner.get(exam_address(attempt)).text


@pytest.mark.asyncio
async def test_what_was_left_counts_in_parts(people: Cast) -> None:
    attempt = await sync_to_async(begun)(people)
    first, _ = await sync_to_async(sandboxes)(attempt)
    await type_into(first.pk, "run-a-pod\r")
    learner = await sync_to_async(people.browser)("learner")
    handed = await sync_to_async(learner.post)(exam_address(attempt, "hand-in"))
    assert handed.url == exam_address(attempt)
    with pytest.raises(OutOfTime):
        await type_into(first.pk, "lose-it\r")
    started_over = await sync_to_async(learner.post)(reverse("sandboxes:start-over", args=[first.pk]))
    assert started_over.status_code == 403, "what was left stays as it was left"
    await sync_to_async(graded_and_shown)(people, attempt, learner)


def graded_and_shown(people: Cast, attempt: Attempt, learner: Client) -> None:
    waiting = learner.get(exam_address(attempt)).text
    assert "being graded" in waiting and 'hx-trigger="every 2s"' in waiting
    assert "2 of 8" not in waiting
    learner.get(exam_address(attempt))
    job = Job.objects.get()
    assert (job.owner, job.classroom) == (attempt.person, None), "one job, and the gradebook is not full of them"
    assert work(str(job.pk)) == "done"

    assert states(attempt) == {"one/run-a-pod": "pass", "one/lose-it": "fail"}, "nothing is said of the untouched task"
    assert points(attempt) == 20
    page = learner.get(exam_address(attempt)).text
    assert "20 of 80" in page and "lose-it is typed" in page and "One way to do it" not in page
    assert learner.get(exam_address(attempt, "part", 1)).url == exam_address(attempt)
    Assignment.objects.update(closes_at=timezone.now())
    assert "One way to do it" in learner.get(exam_address(attempt)).text

    teacher = people.browser("instructor")
    book = reverse("classrooms:book", args=[people.classroom.pk])
    assert ">20</a>" in teacher.get(book).text
    cell = teacher.get(f"{book}{attempt.person_id}/{people.assignment.pk}/?part=one/lose-it", headers=HTMX).text
    assert "lose-it is typed" in cell and cell.count('class="place"') == 2
    failed = Judgement.objects.get(part="one/lose-it")
    assert failed.evidence is not None
    opened = teacher.post(reverse("classrooms:evidence", args=[people.classroom.pk, failed.pk]))
    assert "A copy of Learner" in teacher.get(opened.url).text

    before = list(Judgement.objects.order_by("pk").values("part", "state", "verdict", "at"))
    teacher.post(address(people, "regrade"))
    again = Job.objects.get(kind="regrade")
    assert work(str(again.pk)) == "done"
    again.refresh_from_db()
    assert (again.outcome["up"], again.outcome["down"], again.outcome["stuck"]) == (0, 0, 0)
    assert before == list(Judgement.objects.order_by("pk").values("part", "state", "verdict", "at"))


@pytest.mark.asyncio
async def test_when_the_time_is_over_it_is_graded_though_nobody_looks(people: Cast) -> None:
    attempt = await sync_to_async(begun)(people)
    second = (await sync_to_async(sandboxes)(attempt))[1]
    await type_into(second.pk, "run-a-pod lose-it\r")
    await close_host()
    await sync_to_async(graded_behind_everybodys_back)(people, attempt)


def graded_behind_everybodys_back(people: Cast, attempt: Attempt) -> None:
    assert have_all_graded() == 0, "it goes on"
    due_at = timezone.now() - timedelta(hours=2)
    Assignment.objects.update(due_at=due_at, late_percent=10, closes_at=due_at + timedelta(days=9))
    let_time_be_over(attempt, due_at + timedelta(hours=1))
    people.classroom.memberships.filter(person=attempt.person).update(left_at=timezone.now())
    job = grade_what_is_over()
    assert (job.classroom, job.done, job.all) == (people.classroom, 2, 2)
    assert points(attempt) == 36, "half of 80, a day late, dated when its time was over"
    assert attempt.moved_at == due_at + timedelta(hours=1)
    assert have_all_graded() == 0
    learner = people.browser("learner")
    assert learner.get(exam_address(attempt)).status_code == 404, "who has left sees nothing more of the class"
    assert learner.get(exam_address(attempt, "part", 1)).status_code == 404


@pytest.mark.asyncio
async def test_a_world_that_cannot_be_read_costs_no_points(people: Cast) -> None:
    attempt = await sync_to_async(begun)(people)
    first = (await sync_to_async(sandboxes)(attempt))[0]
    await type_into(first.pk, "nothing of use\r")
    await close_host()
    await Snapshot.objects.filter(sandbox=first).aupdate(world=b"not a world")
    await sync_to_async(let_time_be_over)(attempt)
    await sync_to_async(grade_what_is_over)()
    assert await sync_to_async(states)(attempt) == {"one/run-a-pod": "error", "one/lose-it": "error"}
    assert await sync_to_async(points)(attempt) == 40
    teacher = await sync_to_async(people.browser)("instructor")
    book = await sync_to_async(teacher.get)(reverse("classrooms:book", args=[people.classroom.pk]))
    assert "our error" in book.text


def test_what_fails_is_not_begun_again_and_again(people: Cast) -> None:
    let_time_be_over(begun(people))
    assert have_all_graded() == 1
    assert have_all_graded() == 0
    Job.objects.update(state=FAILED)
    assert have_all_graded() == 0
    Job.objects.update(changed_at=timezone.now() - timedelta(hours=2))
    assert have_all_graded() == 1


@pytest.mark.asyncio
async def test_the_seats_of_an_exam(people: Cast) -> None:
    attempt = await sync_to_async(begun)(people)
    second = (await sync_to_async(sandboxes)(attempt))[1]
    await type_into(second.pk, "hello\r")
    await sync_to_async(seated)(people, attempt, second)


def seated(people: Cast, attempt: Attempt, second: Sandbox) -> None:
    people.classroom.enrol(person("Absent"))
    teacher, live = people.browser("instructor"), reverse("classrooms:live", args=[people.classroom.pk])
    seats = {str(each.membership.person): each for each in now(people).seats}
    assert seats["Learner"].marks == ["todo", "begun"]
    assert seats["Absent"].marks == ["todo", "todo"], "a sign for each task, not for each thing that is judged in it"
    assert (seats["Absent"].state, seats["Learner"].state) == ("absent", "away")
    assert [each.count for each in now(people).standing] == [1, 0, 1, 0]
    page = teacher.get(live, headers=HTMX).text
    assert "89 min left" in page or "90 min left" in page
    drawer = teacher.get(reverse("classrooms:seat", args=[attempt.pk]), headers=HTMX).text
    assert f"/ws/watched/{second.pk}/" in drawer and drawer.count("seat/?sandbox=") == 4
    other = teacher.get(f"{reverse('classrooms:seat', args=[attempt.pk])}?sandbox=nothing", headers=HTMX).text
    assert f"/ws/watched/{second.pk}/" in other
    let_time_be_over(attempt)
    assert [each.count for each in now(people).standing] == [1, 0, 0, 1]
    assert "time over, being graded" in teacher.get(live, headers=HTMX).text
    grade_what_is_over()
    assert "time over, graded" in teacher.get(live, headers=HTMX).text
    assert next(each for each in now(people).seats if each.attempt).marks == ["todo", "fail"]


def now(people: Cast) -> Any:
    return live_class(people.assignment, list(people.classroom.learners()))


@pytest.mark.parametrize("role", ["anonymous", "stranger", "former", "instructor", "staff"])
def test_nobody_else_sits_it(people: Cast, role: str) -> None:
    attempt = begun(people)
    browser = people.browser(role)
    expected = 302 if role == "anonymous" else 404
    for name, more in (("exam", ()), ("part", (1,))):
        assert browser.get(exam_address(attempt, name, *more)).status_code == expected
    for name, more in (("hand-in", ()), ("flag", (1,))):
        assert browser.post(exam_address(attempt, name, *more)).status_code == expected
    assert not ExamAttempt.objects.get().is_over()


@pytest.mark.asyncio
async def test_more_minutes_while_it_goes_on(people: Cast) -> None:
    attempt = await sync_to_async(begun)(people)
    first, _ = await sync_to_async(sandboxes)(attempt)
    await type_into(first.pk, "hello\r")
    await sync_to_async(let_time_be_over)(attempt, timezone.now() + timedelta(minutes=1))
    await sync_to_async(lengthened)(people, attempt)
    with pytest.raises(OutOfTime):
        await type_into(first.pk, "too late\r")


def lengthened(people: Cast, attempt: Attempt) -> None:
    cell = reverse("classrooms:cell", args=[people.classroom.pk, attempt.person_id, people.assignment.pk])
    teacher, learner = people.browser("instructor"), people.browser("learner")
    ends_at = ExamAttempt.objects.get().ends_at
    assert "Give more time" in teacher.get(cell, headers=HTMX).text
    for wrong in ("0", "241", "many", ""):
        assert teacher.post(f"{cell}lengthen/", {"minutes": wrong}, headers=HTMX).status_code == 422
    assert teacher.post(f"{cell}lengthen/", {"minutes": "15"}, headers=HTMX).status_code == 200
    assert ExamAttempt.objects.get().ends_at == ends_at + timedelta(minutes=15)
    assert {each.closes_at for each in sandboxes(attempt)} == {ends_at + timedelta(minutes=15)}
    learner.post(exam_address(attempt, "hand-in"), {"by": "clock"})
    assert not ExamAttempt.objects.get().is_over(), "an open page's clock does not know of it"
    Assignment.objects.update(closes_at=ends_at + timedelta(minutes=20))
    answer = teacher.post(f"{cell}lengthen/", {"minutes": "15"}, headers=HTMX)
    assert answer.status_code == 422 and "The assignment closes first." in answer.text
    assert ExamAttempt.objects.get().ends_at == ends_at + timedelta(minutes=20)
    learner.post(exam_address(attempt, "hand-in"), {"by": ""})
    assert ExamAttempt.objects.get().is_over()
    assert teacher.post(f"{cell}lengthen/", {"minutes": "15"}, headers=HTMX).status_code == 422, "what is over is over"
    learner_again = people.browser("learner").post(f"{cell}lengthen/", {"minutes": "15"})
    assert learner_again.status_code == 403


def test_taken_back_with_all_that_was_reached(people: Cast) -> None:
    begun(people)
    people.browser("instructor").post(address(people, "delete-assignment"))
    assert not (Attempt.objects.exists() or ExamAttempt.objects.exists() or Sandbox.objects.exists())


@pytest.mark.asyncio
async def test_an_instructor_helps_on_a_copy_of_the_task_they_watch(people: Cast) -> None:
    attempt = await sync_to_async(begun)(people)
    first, _ = await sync_to_async(sandboxes)(attempt)
    await type_into(first.pk, "hello\r")
    teacher = await sync_to_async(people.browser)("instructor")
    made = await sync_to_async(teacher.post)(reverse("classrooms:help", args=[attempt.pk]), {"sandbox": str(first.pk)})
    copied = await Sandbox.objects.aget(purpose="copy")
    assert (copied.origin_id, copied.lesson) == (first.pk, "one")
    assert "A copy of Learner" in (await sync_to_async(teacher.get)(made.url)).text
    assert "hello" in (await host().open(copied.pk)).world.text()
