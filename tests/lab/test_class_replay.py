"""An attempt looked through command by command, played from the journal in real worlds; what the learner has is untouched."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lab.catalogue import content
from lab.classrooms import replays
from lab.classrooms.models import Attempt
from lab.classrooms.replays import Replay
from lab.classrooms.transcript import of_world
from lab.grading.grader import grader_of
from lab.sandboxes import host as hosts
from lab.sandboxes.host import Host, host
from lab.sandboxes.inputs import resize
from lab.sandboxes.models import Input, Sandbox, Snapshot
from tests.lab.classes import Cast, cast
from tests.lab.test_class_of_thirty import prompted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

LINES = (
    "kubectl run web --image=httpd:2.4",
    "kubectl delete pod web --now",
    "kubectl run web --image=nginx:1.29",
    "kubectl wait --for=condition=Ready pod/web --timeout=60s",
)
HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def real_course(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.COURSE, settings.DRAW, settings.CHECK = "lessons.load", "lessons.draws.drawn", "lessons.checks.run"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    content.course.cache_clear()
    monkeypatch.setattr(hosts, "companions", [])
    yield
    content.course.cache_clear()


@pytest_asyncio.fixture
async def attempt(own_connections: None) -> AsyncIterator[Attempt]:
    """The learner first takes the wrong image, then the right one; every key is an input of its own."""
    people = await sync_to_async(cast)()
    made = await sync_to_async(begun)(people)
    here = Host()
    await work(here, made.sandbox_id)
    await here.close()
    yield made
    await host().close()
    hosts._host = None


def begun(people: Cast) -> Attempt:
    people.browser("learner").post(reverse("classrooms:begin", args=[people.classroom.pk, people.assignment.pk]))
    return Attempt.objects.select_related("sandbox", "assignment__classroom").get()


async def work(here: Host, sandbox: Any) -> None:
    live = await here.open(sandbox)
    await here.open_terminal(sandbox, "1", 80, 24)
    await prompted(live, 0)
    for line in LINES:
        _, end = live.output("1", 0)
        for key in line:
            await here.keys(sandbox, "1", key.encode())
        await here.keys(sandbox, "1", b"\r")
        await prompted(live, end)
    await grader_of(live).look(asked=True)


def teacher(attempt: Attempt) -> Client:
    browser = Client()
    browser.force_login(attempt.assignment.classroom.instructors().get().person)
    return browser


def shown(browser: Client, attempt: Attempt, **asked: Any) -> str:
    path = reverse("classrooms:replay", args=[attempt.pk])
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", browser.get(path, asked, headers=HTMX).text)


async def test_an_attempt_is_stepped_through(attempt: Attempt) -> None:
    await sync_to_async(stepped_through)(attempt)


def stepped_through(attempt: Attempt) -> None:
    browser = teacher(attempt)
    before = list(Input.objects.values()), list(Snapshot.objects.values()), list(Sandbox.objects.values())
    end = shown(browser, attempt)
    assert "command 4 of 4" in end and "nginx:1.29" in end and 'class="task pass' in end
    assert "did not end as the learner saw it" not in end
    for line in LINES:
        assert f"<code>{line}</code>" in end
    wrong = shown(browser, attempt, step=1)
    assert "command 1 of 4" in wrong and "pod/web created" in wrong and "delete pod web</pre>" not in wrong
    assert "<dd>httpd:2.4</dd>" in wrong and 'class="task pass' not in wrong
    gone = shown(browser, attempt, step=2)
    assert "pod &quot;web&quot; deleted" in gone.replace("&#x27;", "&quot;")
    first = shown(browser, attempt, step=0)
    assert "before the first of 4 commands" in first and "pod/web created" not in first
    assert shown(browser, attempt, step=1) == wrong, "backwards it is the same"
    assert "command 3 of 4" in shown(browser, attempt, terminal="1", number=3)
    assert "command 4 of 4" in shown(browser, attempt, step=99)
    after = list(Input.objects.values()), list(Snapshot.objects.values()), list(Sandbox.objects.values())
    assert before == after, "the learner's own is as it was"


async def test_a_copy_goes_on_from_a_step(attempt: Attempt) -> None:
    browser = await sync_to_async(teacher)(attempt)
    await sync_to_async(shown)(browser, attempt)
    path = reverse("classrooms:open-step", args=[attempt.pk])
    answer = await sync_to_async(browser.post)(path, {"step": "1"})
    made = await Sandbox.objects.aget(purpose="copy")
    assert answer.url == reverse("classrooms:copy", args=[made.pk])
    world = await host().fork(made.pk)
    assert [each.command for each in of_world(world) if each.code is not None] == [LINES[0]]
    page = await sync_to_async(browser.get)(answer.url)
    assert "A copy of Learner" in page.text


async def test_it_is_played_a_turn_at_a_time(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long an attempt is, no page waits for more than a turn of it."""
    monkeypatch.setattr(replays, "APART", 0.0)
    await sync_to_async(in_turns)(attempt)


def in_turns(attempt: Attempt) -> None:
    assert attempt.sandbox is not None
    attempt.sandbox.refresh_from_db()
    turns = 0
    while not Replay(attempt.sandbox).go_on(turn=0.002).whole:
        turns += 1
        assert turns < 2000
    assert turns > 3
    pieces = Replay(attempt.sandbox)
    assert [each.command for each in pieces.played.steps] == list(LINES)
    assert pieces.played.truthful and pieces.played.kept == [0, 1, 2, 3]
    in_pieces = [of_world(pieces.world_before(place)) for place in range(5)]
    cache.clear()
    at_once = Replay(attempt.sandbox)
    at_once.go_on(turn=600)
    assert [of_world(at_once.world_before(place)) for place in range(5)] == in_pieces


async def test_while_it_is_played_the_page_says_how_far_it_is(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Replay.go_on, "__defaults__", (0.0,))
    page = await sync_to_async(lambda: shown(teacher(attempt), attempt))()
    assert "Playing the attempt: 1 of 156 inputs" in page and 'hx-trigger="load delay:150ms"' in page


async def test_there_is_an_end_to_playing(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MOST", 0.001)
    monkeypatch.setattr(Replay.go_on, "__defaults__", (0.002,))
    page = await sync_to_async(lambda: shown(teacher(attempt), attempt))()
    assert "playing it takes too long" in page


async def test_what_the_cache_has_lost_is_played_again(attempt: Attempt) -> None:
    await sync_to_async(played_again)(attempt)


def played_again(attempt: Attempt) -> None:
    browser, key = teacher(attempt), f"replay:{attempt.sandbox_id}:0"
    end = shown(browser, attempt)
    cache.delete(f"{key}:latest")
    assert "Playing the attempt" in shown(browser, attempt)
    assert shown(browser, attempt) == end


async def test_what_is_typed_meanwhile_is_played_on(attempt: Attempt) -> None:
    browser = await sync_to_async(teacher)(attempt)
    await sync_to_async(shown)(browser, attempt)
    live = await host().open(attempt.sandbox_id)
    _, end = live.output("1", 0)
    await host().keys(attempt.sandbox_id, "1", b"kubectl get pods\r")
    await prompted(live, end)
    page = await sync_to_async(shown)(browser, attempt)
    assert "command 5 of 5" in page and "<code>kubectl get pods</code>" in page


async def test_a_journal_that_is_not_whole_is_not_played(attempt: Attempt) -> None:
    await Input.objects.filter(order__lt=10).adelete()
    page = await sync_to_async(lambda: shown(teacher(attempt), attempt))()
    assert "is not whole" in page


@pytest.mark.parametrize("left", [[], [1], [1, 150]], ids=["nothing", "its beginning", "some of it"])
async def test_a_journal_that_was_cut_is_not_played(attempt: Attempt, left: list[int]) -> None:
    await Input.objects.exclude(order__in=left).adelete()
    page = await sync_to_async(lambda: shown(teacher(attempt), attempt))()
    assert "is not whole" in page
    path = reverse("classrooms:open-step", args=[attempt.pk])
    answer = await sync_to_async(lambda: teacher(attempt).post(path, {"step": "1"}))()
    assert answer.status_code == 409


async def test_another_version_that_plays_it_otherwise_is_told_of(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Replay, "is_truthful", lambda replay, world: False)
    page = await sync_to_async(lambda: shown(teacher(attempt), attempt))()
    assert "did not end as the learner saw it" in page


async def test_the_journal_of_an_attempt_stays_whole(attempt: Attempt) -> None:
    live = await host().open(attempt.sandbox_id)
    await asyncio.gather(*(live.do(each) for each in many_resizes()))
    await live.snapshot()
    orders = [order async for order in Input.objects.order_by("order").values_list("order", flat=True)]
    assert orders == list(range(1, len(orders) + 1)) and len(orders) > 600


def many_resizes() -> list[Any]:
    return [resize("1", 80, 24) for _ in range(600)]
