"""A moment of a cluster opened to a class: everybody's own copy, by one click, and nobody is told whose it was."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lab.accounts.belongings import forget
from lab.accounts.models import User
from lab.classrooms.models import Attempt, Notice
from lab.playground.beginnings import MOST_COPIES, MOST_LINKS, beginning, copies_of, forget_unused
from lab.sandboxes.host import close_host, host
from lab.sandboxes.models import Beginning, Sandbox
from tests.lab.classes import Cast, attempt_of, cast, person, typed
from tests.lab.running import cleaned
from tests.lab.test_live_class import page_at
from tests.lab.test_practice import type_into

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> Iterator[Cast]:
    yield cast()
    asyncio.run(close_host())


@pytest.fixture
def attempt(people: Cast) -> Attempt:
    """The learner has typed something into the sandbox of their attempt."""
    attempt = attempt_of(people.people["learner"], people.assignment)
    asyncio.run(typed_into(attempt))
    return attempt


async def typed_into(attempt: Attempt) -> None:
    await type_into(attempt.sandbox_id, "hello\r")
    await close_host()


def share(people: Cast, sandbox: object, text: str = "", role: str = "instructor") -> int:
    path = reverse("classrooms:share-moment", args=[people.classroom.pk])
    return people.browser(role).post(path, {"sandbox": str(sandbox), "text": text}).status_code


def take(people: Cast, role: str = "learner") -> str:
    notice = Notice.objects.latest("pk")
    path = reverse("classrooms:take-moment", args=[people.classroom.pk, notice.pk])
    answer = people.browser(role).post(path)
    return str(answer.get("Location") or answer.status_code)


def room(people: Cast, role: str) -> str:
    return people.browser(role).get(reverse("classrooms:room", args=[people.classroom.pk])).text


def test_a_learners_moment_is_opened_to_all_without_the_name(people: Cast, attempt: Attempt) -> None:
    people.people["other"] = person("Other")
    people.classroom.enrol(people.people["other"])
    assert share(people, attempt.sandbox_id, "Which port is wrong?") == 302
    page = room(people, "other")
    assert "Which port is wrong?" in page and "Open my copy" in page
    path = take(people, "other")
    workspace = people.browser("other").get(path).text
    assert "A first Pod" in workspace
    for text in (page, workspace):
        assert "Learner" not in text, "nobody is told whose it was"
    made = Sandbox.objects.get(owner=people.people["other"])
    assert made.origin is None and made.pk != attempt.sandbox_id
    assert "hello" in asyncio.run(text_in(made))
    assert take(people, "other") == path, "a second click leads to the same copy"
    assert "Go on in my copy" in room(people, "other")


async def text_in(sandbox: Sandbox) -> str:
    live = await host().open(sandbox.pk)
    text = str(live.world.text())
    await close_host()
    return text


def test_the_instructor_sees_who_has_opened_it(people: Cast, attempt: Attempt) -> None:
    share(people, attempt.sandbox_id)
    assert "opened by 0 of 1" in room(people, "instructor") and "Nobody yet." in room(people, "instructor")
    take(people)
    page = room(people, "instructor")
    assert "opened by 1 of 1" in page and "<p>Learner</p>" in page
    assert "opened by" not in room(people, "learner")


def test_ones_own_sandbox_is_opened_from_its_page(people: Cast) -> None:
    teacher = people.browser("instructor")
    page = teacher.get("/en/lessons/first-pod/").text
    assert "Open this moment for Cloud Basics" in page
    own = Sandbox.objects.get(owner=people.people["instructor"])
    assert share(people, own.pk) == 302
    assert "take a copy and look around" in room(people, "learner")
    assert take(people).startswith("/en/playground/")
    assert "Open this moment" not in people.browser("learner").get("/en/lessons/first-pod/").text


@pytest.mark.parametrize("role", ["learner", "stranger"])
def test_nobody_opens_what_is_somebody_elses(people: Cast, attempt: Attempt, role: str) -> None:
    own = Sandbox.objects.create(owner=people.people["learner"], lesson="first-pod")
    assert share(people, own.pk) == 404, "a learner's own lesson is no business of the class"
    assert share(people, attempt.sandbox_id, role=role) in (403, 404)
    assert share(people, "no id at all") == 302
    assert not Notice.objects.exists()


def test_it_ends_when_its_instructor_says_so(people: Cast, attempt: Attempt) -> None:
    share(people, attempt.sandbox_id)
    first = take(people)
    notice = Notice.objects.get()
    people.browser("instructor").post(reverse("classrooms:end-moment", args=[people.classroom.pk, notice.pk]))
    forget_unused()
    assert "/take/" not in room(people, "learner")
    assert take(people) == first, "what was opened stays"
    people.classroom.enrol(people.people["stranger"])
    assert take(people, "stranger") == "404"
    Sandbox.objects.filter(purpose="moment").delete()
    forget_unused()
    assert not Beginning.objects.exists() and Notice.objects.get().beginning is None
    assert take(people) == "404"


def test_there_is_an_end_to_moments_and_to_copies(people: Cast, attempt: Attempt) -> None:
    share(people, attempt.sandbox_id)
    learner, teacher = people.people["learner"], people.people["instructor"]
    begun = Beginning.objects.get()
    for _ in range(MOST_COPIES + MOST_LINKS):
        Sandbox.objects.create(owner=learner, lesson="first-pod", purpose="moment")
    assert take(people) == "409"
    assert copies_of(learner).count() == MOST_COPIES + MOST_LINKS
    for _ in range(MOST_LINKS):
        beginning(typed(), begun.lesson, begun.seed, teacher, shared=True)
    assert share(people, attempt.sandbox_id) == 409


def test_it_goes_with_the_learner_whose_work_it_shows(people: Cast, attempt: Attempt) -> None:
    """Also out of the hands of those who have opened it; what they show by themselves stays with whoever took it."""
    people.people["other"] = person("Other")
    people.classroom.enrol(people.people["other"])
    share(people, attempt.sandbox_id)
    assert take(people, "other").startswith("/en/playground/")
    own = Sandbox.objects.create(owner=people.people["instructor"], lesson="first-pod")
    share(people, own.pk)
    assert take(people, "other").startswith("/en/playground/")
    asyncio.run(forget(people.people["learner"].pk))
    assert [each.owner.name for each in Sandbox.objects.filter(purpose="moment")] == ["Other"]
    assert Beginning.objects.get().made_by == people.people["instructor"]
    asyncio.run(forget(people.people["instructor"].pk))
    assert Sandbox.objects.get().owner == people.people["other"], "its own copy of what was opened by its owner"


def test_it_goes_with_a_guest_who_does_not_come_back(people: Cast, attempt: Attempt) -> None:
    share(people, attempt.sandbox_id)
    assert take(people, "instructor").startswith("/en/playground/")
    User.objects.filter(name="Learner").update(is_guest=True, joined_at=timezone.now() - timedelta(days=400))
    Sandbox.objects.update(used_at=timezone.now() - timedelta(days=400))
    people.classroom.archived_at = timezone.now()
    people.classroom.save()
    assert cleaned("forget-guests").outcome == {"gone": 1}
    assert not Beginning.objects.exists() and not Sandbox.objects.exists()


@pytest.mark.asyncio
async def test_the_button_appears_on_every_open_page(own_connections: None) -> None:
    people = await sync_to_async(cast)()
    attempt = await sync_to_async(attempt_of)(people.people["learner"], people.assignment)
    page = await page_at("/ws/notices/", people.people["learner"])
    assert await page.connect()
    path = reverse("classrooms:share-moment", args=[people.classroom.pk])
    teacher = await sync_to_async(people.browser)("instructor")
    assert isinstance(teacher, Client)
    await sync_to_async(teacher.post)(path, {"sandbox": str(attempt.sandbox_id), "text": "Look"})
    heard = await page.heard("notice")
    notice = await Notice.objects.aget()
    assert heard["take"] == reverse("classrooms:take-moment", args=[people.classroom.pk, notice.pk])
    await page.leave()
    await close_host()
