"""A lesson page's WebSocket: who may open it, what goes in, what comes out, and what a lost connection changes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from django.utils import timezone

from lab.accounts.models import User
from lab.asgi import application
from lab.grading.models import Progress
from lab.sandboxes.host import close_host
from lab.sandboxes.journal import CLAIM
from lab.sandboxes.models import Input, Sandbox
from simulator.spec import lab
from simulator.world import World

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

PATIENCE = 60
"""Seconds until a page gives up: a first boot takes a while on a machine that does other things too."""
OPEN = {"do": "open", "terminal": "t1", "cols": 80, "rows": 24, "number": 1}


class Page:
    """One open lesson page: collects what it is told."""

    def __init__(self, sandbox: Sandbox, user: User | None, origin: str = "http://testserver") -> None:
        client = Client()
        headers = [(b"host", b"testserver"), (b"origin", origin.encode())]
        if user is not None:
            client.force_login(user)
            headers.append((b"cookie", client.cookies.output(header="", sep=";").strip().encode()))
        path = f"/ws/sandboxes/{sandbox.pk}/"
        scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": []}
        self.socket = ApplicationCommunicator(application, scope)
        self.output = b""
        self.told: list[dict[str, Any]] = []

    async def connect(self) -> bool:
        await self.socket.send_input({"type": "websocket.connect"})
        return (await self.socket.receive_output(PATIENCE))["type"] == "websocket.accept"

    async def leave(self) -> None:
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.socket.wait(3)

    async def say(self, **message: Any) -> None:
        await self.socket.send_input({"type": "websocket.receive", "text": orjson.dumps(message).decode()})

    async def hear(self) -> None:
        event = await self.socket.receive_output(PATIENCE)
        if message := event.get("bytes"):
            offset = int.from_bytes(message[1 + message[0] : 9 + message[0]])
            self.output = self.output[:offset] + message[9 + message[0] :]
        else:
            self.told.append(orjson.loads(event["text"]))

    async def until(self, happened: Any) -> None:
        while not happened():
            await self.hear()

    async def heard(self, kind: str, **facts: Any) -> dict[str, Any]:
        """The first message of a type with these facts."""

        def found() -> list[dict[str, Any]]:
            return [each for each in self.told if each["type"] == kind and each.items() >= facts.items()]

        await self.until(found)
        return found()[0]

    async def begin(self, client: str = "page") -> None:
        assert await self.connect()
        await self.say(do="hello", client=client)
        await self.heard("hello")


@pytest_asyncio.fixture
async def sandbox(learner: User, own_connections: None) -> AsyncIterator[Sandbox]:
    yield await Sandbox.objects.acreate(owner=learner, lesson="first-pod")
    await close_host()


async def page_of(sandbox: Sandbox, user: User | None, **more: Any) -> Page:
    return await sync_to_async(Page)(sandbox, user, **more)


async def test_nobody_but_the_owner_may_open_it(sandbox: Sandbox, learner: User, stranger: User) -> None:
    for user, origin, opens in [
        (learner, "http://testserver", True),
        (stranger, "http://testserver", False),
        (None, "http://testserver", False),
        (learner, "http://elsewhere.example", False),
        (learner, "http://testserver:81", False),
    ]:
        page = await page_of(sandbox, user, origin=origin)
        assert await page.connect() is opens, (user, origin)
        await page.leave()


async def test_keys_are_acknowledged_and_answered(sandbox: Sandbox, learner: User) -> None:
    page = await page_of(sandbox, learner)
    await page.begin()
    await page.say(**OPEN)
    await page.say(do="attach", terminal="t1", since=0)
    await page.say(do="keys", terminal="t1", data="파드\r", number=2)
    await page.heard("ack", number=2)
    await page.until(lambda: page.output.count(b"$ ") == 2)
    assert page.output.decode() == "$ 파드\r\n1: 파드\r\n$ "
    await page.leave()


async def test_a_new_connection_repeats_nothing_and_loses_nothing(sandbox: Sandbox, learner: User) -> None:
    first = await page_of(sandbox, learner)
    await first.begin()
    await first.say(**OPEN)
    await first.say(do="attach", terminal="t1", since=0)
    await first.say(do="keys", terminal="t1", data="ab", number=2)
    await first.heard("ack", number=2)
    await first.until(lambda: first.output == b"$ ab")
    await first.leave()

    second = await page_of(sandbox, learner)
    await second.begin()
    assert (await second.heard("hello"))["number"] == 2
    await second.say(do="attach", terminal="t1", since=len(first.output))
    await second.say(do="keys", terminal="t1", data="ab", number=2)
    await second.say(do="keys", terminal="t1", data="c", number=3)
    await second.heard("ack", number=3)
    await second.until(lambda: second.output)
    assert second.output == b"c", "one letter, from where the first page had stopped"
    await second.leave()


async def test_what_makes_no_sense_is_ignored(sandbox: Sandbox, learner: User) -> None:
    page = await page_of(sandbox, learner)
    await page.begin()
    for nonsense in (
        {},
        {"do": "keys"},
        {"do": "keys", "terminal": 1, "data": "x", "number": 1},
        {"do": "open", "terminal": "t1", "cols": "wide", "rows": 1, "number": 1},
        {"do": "delete everything", "number": 1},
    ):
        await page.say(**nonsense)
    await page.say(**OPEN)
    await page.heard("ack", number=1)
    assert await Input.objects.acount() == 1
    await page.leave()


async def test_a_task_passes_by_itself_and_stays_passed(sandbox: Sandbox, learner: User) -> None:
    page = await page_of(sandbox, learner)
    await page.begin()
    await page.say(**OPEN)
    await page.say(do="keys", terminal="t1", data="run-a-pod\r", number=2)
    await page.until(lambda: any(each.get("states", {}).get("run-a-pod") == "pass" for each in page.told))
    assert await Progress.objects.filter(owner=learner, task="run-a-pod", passed_at__isnull=False).aexists()
    assert not await Progress.objects.filter(task="lose-it").aexists()
    await page.leave()


async def test_the_picture_comes_with_the_clock(sandbox: Sandbox, learner: User) -> None:
    page = await page_of(sandbox, learner)
    await page.begin()
    picture = await page.heard("picture")
    assert picture["nodes"] == picture["pods"] == picture["services"] == []
    assert picture["running"] is True
    await page.leave()


async def test_another_cluster_can_be_looked_at(sandbox: Sandbox, learner: User, settings: Any) -> None:
    settings.BOOT, settings.RESTORE = "tests.lab.test_socket.two_clusters", "simulator.world.World.restore"
    page = await page_of(sandbox, learner)
    await page.begin()
    assert (await page.heard("picture"))["cluster"] == "one"
    for asked, shown in (("two", "two"), ("nonsense", "one"), ("", "one")):
        page.told.clear()
        await page.say(do="picture", cluster=asked, about=None)
        picture = await page.heard("picture")
        assert (picture["cluster"], picture["clusters"], picture["current"]) == (shown, ["one", "two"], "one")
        assert "events" not in picture
    page.told.clear()
    about = {"kind": "namespace", "namespace": "kube-system", "name": "", "uid": "", "node": ""}
    await page.say(do="picture", cluster="", about=about)
    assert all(event["object"].startswith("Pod ") for event in (await page.heard("picture"))["events"])
    await page.leave()


def two_clusters(lesson: Any, seed: str) -> World:
    one = lab(1)
    return World.boot(replace(one, clusters=tuple(replace(one.clusters[0], name=name) for name in ("one", "two"))))


async def test_a_page_is_told_how_long_another_server_may_keep_its_world(sandbox: Sandbox, learner: User) -> None:
    held = Sandbox.objects.filter(pk=sandbox.pk)
    await held.aupdate(claimed_by="another", claimed_until=timezone.now() + CLAIM)
    page = await page_of(sandbox, learner)
    assert await page.connect()
    claimed = await page.heard("claimed")
    assert 0 < claimed["seconds"] <= CLAIM.total_seconds()
    await page.leave()
