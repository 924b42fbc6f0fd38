"""A class at work: who is told what, what watching does and does not do, copies, and how a terminal reads as text."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lab.accounts.belongings import forget
from lab.accounts.models import User
from lab.asgi import application
from lab.classrooms import pulse
from lab.classrooms.copies import COPY, copy_of
from lab.classrooms.models import Attempt, Judgement, Membership, Visit
from lab.classrooms.notices import say_to_class
from lab.classrooms.seats import live_class
from lab.classrooms.transcript import Block, around, blocks, rendered
from lab.sandboxes.host import close_host, host
from lab.sandboxes.models import Input, Sandbox
from tests.lab.classes import Cast, attempt_of, cast, person
from tests.lab.running import cleaned
from tests.lab.test_socket import Page


class Watched(Page):
    """An instructor's page that watches a sandbox; or, without one, any page that hears notices."""

    def __init__(self, path: str, user: User | None) -> None:
        client = Client()
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        if user is not None:
            client.force_login(user)
            headers.append((b"cookie", client.cookies.output(header="", sep=";").strip().encode()))
        scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": []}
        self.socket = ApplicationCommunicator(application, scope)
        self.output = b""
        self.told: list[dict[str, Any]] = []


async def page_at(path: str, user: User | None) -> Watched:
    return await sync_to_async(Watched)(path, user)


@pytest_asyncio.fixture
async def people(own_connections: None) -> AsyncIterator[Cast]:
    yield await sync_to_async(cast)()
    await close_host()


@pytest_asyncio.fixture
async def attempt(people: Cast) -> Attempt:
    return await sync_to_async(attempt_of)(people.people["learner"], people.assignment)


async def learner_at_work(people: Cast, attempt: Attempt) -> Page:
    assert attempt.sandbox is not None
    page = await sync_to_async(Page)(attempt.sandbox, people.people["learner"])
    await page.begin()
    await page.say(do="open", terminal="t1", cols=100, rows=30, number=1)
    await page.say(do="keys", terminal="t1", data="hello\r", number=2)
    await page.heard("ack", number=2)
    return page


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
class TestSockets:
    async def test_an_instructor_watches_and_the_learner_knows(self, people: Cast, attempt: Attempt) -> None:
        learner = await learner_at_work(people, attempt)
        watcher = await page_at(f"/ws/watched/{attempt.sandbox_id}/", people.people["instructor"])
        await watcher.begin()
        assert (await watcher.heard("sizes"))["terminals"].keys() == {"t1"}
        await watcher.say(do="attach", terminal="t1", since=0)
        await watcher.until(lambda: b"hello" in watcher.output)
        assert (await learner.heard("watched"))["names"] == ["Instructor"]
        await watcher.leave()
        await learner.heard("watched", names=[])
        visit = await Visit.objects.select_related("by").aget()
        assert (visit.by, visit.ended_at is not None) == (people.people["instructor"], True)
        browser = await sync_to_async(people.browser)("learner")
        address = f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/"
        page = await sync_to_async(browser.get)(address)
        assert "Instructor watched this terminal" in page.text
        await learner.leave()

    async def test_who_watches_does_nothing_and_no_time_passes_for_it(self, people: Cast, attempt: Attempt) -> None:
        watcher = await page_at(f"/ws/watched/{attempt.sandbox_id}/", people.people["instructor"])
        await watcher.begin()
        assert attempt.sandbox_id is not None
        live = await host().open(attempt.sandbox_id)
        before = live.world.clock.now
        await watcher.say(do="open", terminal="t1", cols=80, rows=24, number=1)
        await watcher.say(do="keys", terminal="t1", data="rm -rf\r", number=2)
        await asyncio.sleep(0.05)
        assert not await Input.objects.aexists()
        assert (live.flow.runs, live.world.clock.now) == (False, before)
        await watcher.leave()

    @pytest.mark.parametrize("role", ["stranger", "former", "learner", None])
    async def test_nobody_else_watches(self, people: Cast, attempt: Attempt, role: str | None) -> None:
        page = await page_at(f"/ws/watched/{attempt.sandbox_id}/", people.people[role] if role else None)
        assert not await page.connect()
        await page.leave()

    async def test_an_instructor_sees_no_other_work_of_a_learner(self, people: Cast) -> None:
        own = await Sandbox.objects.acreate(owner=people.people["learner"], lesson="first-pod")
        page = await page_at(f"/ws/watched/{own.pk}/", people.people["instructor"])
        assert not await page.connect()
        await page.leave()

    async def test_what_is_said_appears_at_once_to_those_it_is_for(self, people: Cast) -> None:
        other = await sync_to_async(person)("Other")
        await sync_to_async(people.classroom.enrol)(other)
        names = {"learner": people.people["learner"], "other": other, "stranger": people.people["stranger"]}
        pages = {name: await page_at("/ws/notices/", each) for name, each in names.items()}
        for page in pages.values():
            assert await page.connect()
        say = sync_to_async(say_to_class)
        await say(people.classroom, people.people["instructor"], "To all.")
        await say(people.classroom, people.people["instructor"], "To one.", [other.pk])
        assert (await pages["learner"].heard("notice"))["text"] == "To all."
        assert (await pages["other"].heard("notice", text="To one."))["classroom"] == "Cloud Basics"
        assert await pages["learner"].socket.receive_nothing()
        assert await pages["stranger"].socket.receive_nothing()
        for page in pages.values():
            await page.leave()

    async def test_a_copy_is_the_instructors_and_leaves_the_learners_world_as_it_is(
        self, people: Cast, attempt: Attempt
    ) -> None:
        learner = await learner_at_work(people, attempt)
        assert attempt.sandbox is not None
        made = await copy_of(attempt.sandbox, people.people["instructor"])
        await host().keys(made.pk, "t1", b"mine\r")
        await learner.say(do="keys", terminal="t1", data="theirs\r", number=3)
        await learner.heard("ack", number=3)
        texts = {each: (await host().open(each)).world.text() for each in (made.pk, attempt.sandbox.pk)}
        assert "hello" in texts[made.pk] and "mine" in texts[made.pk] and "theirs" not in texts[made.pk]
        assert "mine" not in texts[attempt.sandbox.pk] and "theirs" in texts[attempt.sandbox.pk]
        await host().begin_again(made.pk)
        again = (await host().open(made.pk)).world.text()
        assert "hello" in again and "mine" not in again, "started over it is the learner's moment again"
        await learner.leave()

    async def test_a_copy_that_nobody_uses_is_forgotten(self, people: Cast, attempt: Attempt) -> None:
        assert attempt.sandbox is not None
        made = await copy_of(attempt.sandbox, people.people["instructor"])
        await sync_to_async(cleaned)("forget-copies")
        assert await Sandbox.objects.filter(purpose=COPY).aexists()
        await Sandbox.objects.filter(pk=made.pk).aupdate(used_at=timezone.now() - timedelta(days=8))
        await sync_to_async(cleaned)("forget-copies")
        assert [each.pk async for each in Sandbox.objects.all()] == [attempt.sandbox_id]

    async def test_a_learner_who_goes_takes_the_copies_along(self, people: Cast, attempt: Attempt) -> None:
        assert attempt.sandbox is not None
        await copy_of(attempt.sandbox, people.people["instructor"])
        await forget(people.people["learner"].pk)
        assert not await Sandbox.objects.aexists()
        assert await User.objects.filter(pk=people.people["instructor"].pk).aexists()

    async def test_an_attempt_is_not_shown_to_others_as_a_moment(self, people: Cast, attempt: Attempt) -> None:
        browser = await sync_to_async(people.browser)("learner")
        address = reverse("playground:share", args=[attempt.sandbox_id])
        assert (await sync_to_async(browser.post)(address)).status_code == 403

    async def test_the_live_view_knows_the_last_command(
        self, people: Cast, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pulse, "BEAT", 0.02)
        text = b"\x1b]133;A;n=7\x07you@lab:~$ \x1b]133;B\x07kubectl get pods\r\n\x1b]133;C\x07"
        assert attempt.sandbox_id is not None
        async with host().watching(attempt.sandbox_id) as live:
            await host().open_terminal(attempt.sandbox_id, "t1", 80, 24)
            row = live.world.terminals["t1"]
            live.world.terminals.put("t1", {**row, "out": row["out"] + text})
            live.changed.announce()
            for _ in range(200):
                felt = (await sync_to_async(pulse.pulses)([attempt.sandbox_id])).get(attempt.sandbox_id)
                if felt is not None and felt.number == 7:
                    break
                await asyncio.sleep(0.02)
        assert felt is not None
        assert (felt.here, felt.number, felt.command) == (True, 7, "kubectl get pods")


# Seats.


def felt(attempt: Attempt, here: bool = True) -> None:
    assert attempt.sandbox_id is not None
    cache.set(pulse.key_of(attempt.sandbox_id), {"here": here, "command": "ls", "number": 1, "at": 0.0})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "minutes", "here", "passed", "hand"),
    [
        ("working", 1, True, (), False),
        ("stuck", 6, True, ("run-a-pod",), False),
        ("away", 60, False, (), False),
        ("done", 60, True, ("run-a-pod", "lose-it"), False),
        ("hand", 1, True, (), True),
    ],
)
def test_where_somebody_sits(state: str, minutes: int, here: bool, passed: tuple[str, ...], hand: bool) -> None:
    people = cast()
    since = timezone.now() - timedelta(minutes=minutes)
    attempt = attempt_of(people.people["learner"], people.assignment, *passed, started_at=since)
    Judgement.objects.update(at=since)
    felt(attempt, here)
    if hand:
        Membership.objects.filter(person=people.people["learner"]).update(hand_at=timezone.now())
    [seat] = live_class(people.assignment, list(people.classroom.learners())).seats
    assert seat.state == state
    page = people.browser("instructor").get(f"/en/classes/{people.classroom.pk}/live/").text
    assert f'class="seat {state}"' in page


@pytest.mark.django_db
def test_who_needs_help_sits_first_and_nobody_moves_unasked() -> None:
    people = cast()
    Membership.objects.filter(person=people.people["learner"]).delete()
    now = timezone.now()
    for name, minutes in (("Ada", 1), ("Bo", 20), ("Cy", 9)):
        learner = person(name)
        people.classroom.enrol(learner)
        felt(attempt_of(learner, people.assignment, started_at=now - timedelta(minutes=minutes)))
    memberships = list(people.classroom.learners())

    def names(order: str = "") -> list[str]:
        return [each.membership.person.name for each in live_class(people.assignment, memberships, order).seats]

    assert names() == ["Bo", "Cy", "Ada"]
    shown = ",".join(str(each.pk) for each in memberships)
    assert names(shown) == ["Ada", "Bo", "Cy"], "as the page had them"
    assert names(shown.rpartition(",")[0]) == ["Ada", "Bo", "Cy"], "who is new sits at the end"


@pytest.mark.django_db
def test_a_finding_that_many_share_is_told_of_once() -> None:
    people = cast()
    for number in range(4):
        learner = person(f"L{number}")
        people.classroom.enrol(learner)
        attempt = attempt_of(learner, people.assignment)
        seen = {"en": "0 addresses"} if number else {"en": "another thing"}
        Judgement.objects.create(attempt=attempt, part="run-a-pod", state="fail", verdict={"seen": seen})
    live = live_class(people.assignment, list(people.classroom.learners()))
    assert [len(each.seats) for each in live.common] == [3]
    assert [(each.kind, each.count) for each in live.standing] == [("absent", 1), ("part", 4), ("part", 0), ("done", 0)]
    page = people.browser("instructor").get(f"/en/classes/{people.classroom.pk}/live/").text
    assert "3 are stuck in the same place." in page and "0 addresses" in page


# Terminals as text.

A, B, C, D = "\x1b]133;A;n={}\x07$ \x1b]133;B\x07", "", "\r\n\x1b]133;C\x07", "\x1b]133;D;{}\x07"


def shown(number: int, typed: str, output: str, code: int | None = 0) -> str:
    return A.format(number) + typed + C + output + ("" if code is None else D.format(code))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(shown(1, "ls", "a  b\r\n"), [Block(1, "$ ls", "a  b", 0)], id="one"),
        pytest.param(shown(4, "false", "", 1), [Block(4, "$ false", "", 1)], id="failed"),
        pytest.param(shown(1, "watch", "x", None), [Block(1, "$ watch", "x")], id="still running"),
        pytest.param(A.format(2) + "kub", [Block(2, "$ kub", "")], id="being typed"),
        pytest.param(
            shown(5, "echo hi \r\x1b[J\x1b[32m$\x1b[0m echo hXi \r\x1b[9C", "hXi\r\n"),
            [Block(5, "$ echo hXi", "hXi", 0)],
            id="edited",
        ),
        pytest.param(
            shown(6, "for i in 1; do\r\n\x1b]133;A;k=s\x07> \x1b]133;B\x07done", "1\r\n"),
            [Block(6, "$ for i in 1; do\n> done", "1", 0)],
            id="over two lines",
        ),
        pytest.param(
            shown(7, "vi x", "\x1b[?1049h~\r\n~\x1b[?1049lsaved\r\n"),
            [Block(7, "$ vi x", "saved", 0)],
            id="full screen",
        ),
        pytest.param(shown(8, "echo 파드", "파드\r\n"), [Block(8, "$ echo 파드", "파드", 0)], id="Hangul"),
    ],
)
def test_a_terminal_reads_as_commands(text: str, expected: list[Block]) -> None:
    assert blocks(text.encode()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12%\r50%\r100%", "100%"),
        ("a\tb", "a       b"),
        ("abc\b\bX", "aXc"),
        ("abc\x1b[2DX\x1b[K", "aX"),
        ("one\r\ntwo\x1b[A\rONE", "ONE\ntwo"),
        ("가나\x1b[4D다", "다나"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b[2Jb", " b"),
        ("\x1b[999999999C\x1b[999999999Bx", "x"),
        ("a\x00\x07\x1b(Bb\x7f", "ab"),
    ],
)
def test_what_a_screen_shows(text: str, expected: str) -> None:
    assert rendered(text).strip("\n").lstrip(" ") == expected.lstrip(" ")


def test_hostile_output_stays_small() -> None:
    assert len(rendered("\x1b[9999B\x1b[9999Cx\r\n" * 500)) < 3_000_000
    assert rendered("\x1b[" + "9" * 5000 + "C").strip() == ""


def test_what_stands_around_a_command() -> None:
    rows = [Block(number, f"$ {number}", "", 0, "1") for number in range(1, 20)]
    assert [each.number for each in around(rows, ("1", 5))] == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert [each.number for each in around(rows, ("", 0))] == [17, 18, 19]
    assert [each.number for each in around(rows, ("1", 1))] == [1, 2, 3, 4, 5, 6, 7]
    assert around([], ("1", 1)) == []


@pytest.mark.django_db
def test_the_seats_can_be_sorted_by_name() -> None:
    people = cast()
    people.classroom.enrol(person("Ada"))
    people.classroom.memberships.filter(person=people.people["learner"]).update(hand_at=timezone.now())
    live, teacher = reverse("classrooms:live", args=[people.classroom.pk]), people.browser("instructor")
    by_need, by_name = (teacher.get(live, asked).text for asked in ({}, {"sort": "name"}))
    assert by_need.index("<b>Learner</b>") < by_need.index("<b>Ada</b>"), "a raised hand comes first"
    assert by_name.index("<b>Ada</b>") < by_name.index("<b>Learner</b>")
    assert "&amp;sort=name" in by_name.partition('hx-trigger="every 3s"')[0], "and stays so"
