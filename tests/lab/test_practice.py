"""The gym's broken worlds and the exams."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from lab.accounts.belongings import belongings
from lab.accounts.models import User
from lab.practice import exams, sets
from lab.practice.models import ExamAttempt, Solved
from lab.sandboxes.host import close_host, host
from lab.sandboxes.live import OutOfTime
from lab.sandboxes.models import Sandbox
from tests.lab import course
from tests.lab.conftest import PASSWORD
from tests.lab.running import worked

pytestmark = pytest.mark.django_db(transaction=True)


def practice() -> course.Course:
    """The small course's first lesson as the only world of the gym and as both tasks of an exam."""
    world = course.Lesson("leak", {"en": "A leak", "ko": "누수"}, course.FIRST.text, [course.RUN_A_POD])
    return course.Course([course.Module("pods", {"en": "Pods", "ko": "파드"}, [world])])


def sittings() -> course.Course:
    asked, way = [course.RUN_A_POD, course.LOSE_IT], (("", "lose-it"),)
    tasks = [
        course.Lesson(name, {"en": name, "ko": name}, course.FIRST.text, asked, solutions=way)
        for name in ("one", "two")
    ]
    exam = course.Module("developer", {"en": "Developer", "ko": "개발자"}, tasks)
    object.__setattr__(exam, "minutes", 90)
    object.__setattr__(exam, "needed", 50)
    return course.Course([exam])


@pytest.fixture(autouse=True)
def small_sets(small_course: None, settings: Any) -> None:
    settings.GYM, settings.EXAMS = "tests.lab.test_practice.practice", "tests.lab.test_practice.sittings"


async def type_into(sandbox: Any, text: str) -> None:
    await host().open_terminal(sandbox, "t1", 80, 24)
    await host().keys(sandbox, "t1", text.encode())


async def signed_in(person: User) -> AsyncClient:
    client = AsyncClient()
    await sync_to_async(client.force_login)(person)
    return client


async def reviewed(page: AsyncClient, attempt: ExamAttempt) -> str:
    """What came of an attempt that is over: looked at, graded by a worker, looked at again."""
    address = reverse("practice:attempt", args=[attempt.pk])
    await page.get(address)
    await sync_to_async(worked)("grade-exam")
    return (await page.get(address)).content.decode()


def test_the_page_tells_symptoms_and_facts(browser: Client) -> None:
    page = browser.get(reverse("practice:overview")).text
    assert "A leak" in page and "90 minutes, 2 tasks, 8 points; 50 % is a pass" in page


def test_a_drawn_world_opens_and_can_be_drawn_again(browser: Client) -> None:
    answer = browser.post(reverse("practice:draw", args=["leak"]))
    first = Sandbox.objects.get()
    assert answer.url == reverse("practice:world", args=["leak"])
    assert "Another one like this" in browser.get(answer.url).text
    browser.post(reverse("practice:draw-any"))
    second = Sandbox.objects.get()
    assert second.pk != first.pk and second.seed != first.seed


def test_what_is_not_there_cannot_be_drawn(browser: Client) -> None:
    assert browser.post(reverse("practice:draw", args=["nothing"])).status_code == 404
    assert browser.get(reverse("practice:world", args=["leak"])).status_code == 404


@pytest.mark.asyncio
async def test_mending_a_world_is_kept_for_good(learner: User, own_connections: None) -> None:
    page = await signed_in(learner)
    await page.post(reverse("practice:draw", args=["leak"]))
    sandbox = await Sandbox.objects.aget()
    await type_into(sandbox.pk, "run-a-pod\r")
    await page.post(reverse("grading:check", args=[sandbox.pk]))
    assert await Solved.objects.filter(owner=learner, world="leak", seed=sandbox.seed).acount() == 1
    await page.post(reverse("practice:draw", args=["leak"]))
    assert "mended 1 ×" in (await page.get(reverse("practice:overview"))).content.decode()
    await close_host()


@pytest.mark.asyncio
async def test_an_exam_from_beginning_to_review(learner: User, own_connections: None) -> None:
    page = await signed_in(learner)
    begun = await page.post(reverse("practice:begin", args=["developer"]))
    attempt = await ExamAttempt.objects.aget()
    parts = [part async for part in attempt.parts.select_related("sandbox")]
    assert begun.url == reverse("practice:attempt", args=[attempt.pk])
    assert len({part.sandbox.seed for part in parts}) == 2

    work = (await page.get(reverse("practice:part", args=[attempt.pk, 1]))).content.decode()
    assert "Task 1 of 2, 4 points" in work and "data-left" in work
    assert "Check" not in work and "Hint" not in work and "Show solution" not in work
    await type_into(parts[0].sandbox_id, "run-a-pod\r")

    await page.post(reverse("practice:hand-in", args=[attempt.pk]))
    over = (await page.get(reverse("practice:attempt", args=[attempt.pk]))).content.decode()
    assert "being graded" in over and "every 2s" in over and "points," not in over
    review = await reviewed(page, attempt)
    assert "2 of 8 points, 25 %." in review and "50 % were needed." in review
    with pytest.raises(OutOfTime):
        await type_into(parts[0].sandbox_id, "lose-it\r")
    assert (await page.get(reverse("practice:part", args=[attempt.pk, 1]))).status_code == 302
    await close_host()


@pytest.mark.asyncio
async def test_when_the_time_is_over_what_was_there_counts(learner: User, own_connections: None) -> None:
    page = await signed_in(learner)
    await page.post(reverse("practice:begin", args=["developer"]))
    attempt = await ExamAttempt.objects.aget()
    part = await attempt.parts.afirst()
    assert part is not None
    await type_into(part.sandbox_id, "run-a-pod\r")
    await close_host()
    past = timezone.now() - timedelta(minutes=1)
    await ExamAttempt.objects.aupdate(ends_at=past)
    await Sandbox.objects.aupdate(closes_at=past)
    review = await reviewed(page, attempt)
    assert "2 of 8 points" in review
    await attempt.arefresh_from_db()
    assert attempt.graded_at is not None
    await close_host()


@pytest.mark.asyncio
async def test_what_makes_a_check_stumble_earns_nothing_and_costs_nothing(learner: User, own_connections: None) -> None:
    page = await signed_in(learner)
    await page.post(reverse("practice:begin", args=["developer"]))
    attempt = await ExamAttempt.objects.aget()
    first, second = [part async for part in attempt.parts.all()]
    await type_into(first.sandbox_id, "an odd thing, and run-a-pod\r")
    await type_into(second.sandbox_id, "run-a-pod\r")
    await page.post(reverse("practice:hand-in", args=[attempt.pk]))
    review = await reviewed(page, attempt)
    assert "2 of 4 points, 50 %." in review and "stumbles over something" in review
    await close_host()


def test_nobody_asks_for_a_verdict_before_the_end(browser: Client, learner: User) -> None:
    part = exams.begin(sets.exam("developer"), learner).parts.first()
    assert part is not None
    assert browser.post(reverse("grading:check", args=[part.sandbox_id])).status_code == 403
    assert browser.post(reverse("grading:hint", args=[part.sandbox_id, "run-a-pod"])).status_code == 403
    assert browser.post(reverse("grading:solution", args=[part.sandbox_id])).status_code == 403


def test_in_practice_findings_are_shown(browser: Client, learner: User) -> None:
    answer = browser.post(reverse("practice:begin", args=["developer"]), {"practice": "1"})
    assert "Findings are shown" in browser.get(answer.url).text
    work = browser.get(reverse("practice:part", args=[ExamAttempt.objects.get().pk, 1])).text
    assert "Check" in work and "Hint" not in work and "Show solution" not in work


def test_beginning_twice_is_the_same_sitting(learner: User) -> None:
    exam = sets.exam("developer")
    assert exams.begin(exam, learner) == exams.begin(exam, learner)
    ExamAttempt.objects.update(ends_at=timezone.now())
    assert exams.begin(exam, learner) != ExamAttempt.objects.earliest("pk")


def test_what_a_guest_has_practised_moves_into_the_account(learner: User) -> None:
    guest = User.objects.create_guest()
    for person in (guest, learner):
        Sandbox.objects.create(owner=person, purpose="gym", lesson="leak")
    Solved.objects.create(owner=guest, world="leak", seed="1")
    attempt = exams.begin(sets.exam("developer"), guest)
    page = Client()
    page.force_login(guest)
    page.post(reverse("accounts:sign-in"), {"email": "jiwoo@example.com", "password": PASSWORD})
    assert "mended 1 ×" in page.get(reverse("practice:overview")).text
    assert page.get(reverse("practice:world", args=["leak"])).status_code == 200, "one of the two worlds stays"
    assert page.get(reverse("practice:part", args=[attempt.pk, 1])).status_code == 200
    kept = belongings(learner.pk)
    assert [each["exam"] for each in kept["exams"]] == ["developer"]
    assert [each["world"] for each in kept["mended"]] == ["leak"]


def test_strangers_find_nothing(learner: User, stranger: User) -> None:
    attempt = exams.begin(sets.exam("developer"), learner)
    other = Client()
    other.force_login(stranger)
    assert other.get(reverse("practice:attempt", args=[attempt.pk])).status_code == 404
    assert other.get(reverse("practice:part", args=[attempt.pk, 1])).status_code == 404
    for name, arguments in (("hand-in", [attempt.pk]), ("flag", [attempt.pk, 1])):
        assert other.post(reverse(f"practice:{name}", args=arguments)).status_code == 404


@pytest.mark.parametrize("asked", ["practice:draw-any", "practice:draw", "practice:begin"])
def test_a_visitor_begins_in_one_click(asked: str) -> None:
    visitor = Client()
    assert "No account needed" in visitor.get(reverse("practice:overview")).text
    which = {"practice:draw": ["leak"], "practice:begin": ["developer"]}.get(asked, [])
    answer = visitor.post(reverse(asked, args=which), follow=True)
    assert (answer.status_code, User.objects.get().is_guest) == (200, True)


@pytest.mark.parametrize(("asked", "which"), [("practice:draw", "nothing"), ("practice:begin", "nothing")])
def test_what_is_not_there_makes_no_guest(asked: str, which: str) -> None:
    assert Client().post(reverse(asked, args=[which])).status_code == 404
    assert not User.objects.exists()
