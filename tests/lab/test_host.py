"""The sandbox host: nothing that was answered is lost, nothing happens twice, one writer, time only while watched."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from django.utils import timezone

from lab.accounts.models import User
from lab.gateway import Access
from lab.sandboxes import flow, inputs, live
from lab.sandboxes import host as hosts
from lab.sandboxes.host import Host
from lab.sandboxes.journal import CLAIM, ClaimedElsewhere, ClaimLost, Journal
from lab.sandboxes.live import Gone, Unreadable
from lab.sandboxes.models import Input, Sandbox, Snapshot
from simulator.api.requests import Request
from tests.lab.world import START

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

SECOND = 1_000_000


@pytest.fixture(autouse=True)
def without_companions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "companions", [])


@pytest_asyncio.fixture
async def host(own_connections: None) -> AsyncIterator[Host]:
    host = Host()
    yield host
    await host.close()


@pytest_asyncio.fixture
async def sandbox(learner: User) -> UUID:
    made = await Sandbox.objects.acreate(owner=learner, lesson="first-pod")
    return made.pk


async def shown(host: Host, sandbox: UUID) -> str:
    data, _ = (await host.open(sandbox)).output("t1", 0)
    return data.decode()


async def killed(host: Host) -> None:
    """The process dies: its tasks stop where they are, nothing is tidied up."""
    for task in [*host._tasks.values(), host._chores]:
        if task is not None:
            task.cancel()
    host._live.clear()
    await host.journal.close()
    host.journal = Journal("nobody")
    await Sandbox.objects.aupdate(claimed_until=timezone.now() - CLAIM)


async def test_a_terminal_answers(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24)
    await host.keys(sandbox, "t1", "파드\r".encode())
    assert await shown(host, sandbox) == "$ 파드\r\n1: 파드\r\n$ "


async def test_what_was_answered_survives_a_kill(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24)
    for line in ("one", "two", "three"):
        await host.keys(sandbox, "t1", f"{line}\r".encode())
    before = await shown(host, sandbox)
    await killed(host)
    second = Host()
    assert await shown(second, sandbox) == before
    await second.close()


async def test_recovery_goes_on_from_snapshot_and_inputs(
    host: Host, sandbox: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "INPUTS_A_SNAPSHOT", 4)
    await host.open_terminal(sandbox, "t1", 80, 24)
    for number in range(10):
        await host.keys(sandbox, "t1", f"{number}\r".encode())
    before = await shown(host, sandbox)
    snapshot = await Snapshot.objects.aget()
    assert 4 <= snapshot.order < 11
    await killed(host)
    second = Host()
    assert await shown(second, sandbox) == before
    assert (await second.open(sandbox)).order == 11
    await second.close()


async def test_time_that_was_shown_is_not_taken_back(host: Host, sandbox: UUID) -> None:
    async with host.watching(sandbox) as world:
        await host.open_terminal(sandbox, "t1", 80, 24)
        await host.keys(sandbox, "t1", b"x\r")
        while b"tick 1" not in world.output("t1", 0)[0]:
            await world.changed.wait(world.changed.count)
        await world.keep()
        reached = world.happened
    await killed(host)
    second = Host()
    assert "tick 1" in await shown(second, sandbox)
    assert (await second.open(sandbox)).world.clock.now >= reached
    await second.close()


async def test_an_input_that_comes_twice_is_done_once(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24, client="page", number=1)
    for _ in range(3):
        await host.keys(sandbox, "t1", b"x", client="page", number=2)
    await killed(host)
    second = Host()
    await second.keys(sandbox, "t1", b"x", client="page", number=2)
    await second.keys(sandbox, "t1", b"x", client="another", number=2)
    assert await shown(second, sandbox) == "$ xx"
    await second.close()


async def test_inputs_that_come_together_share_a_commit_and_keep_their_order(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24)
    await asyncio.gather(*(host.keys(sandbox, "t1", str(number % 10).encode()) for number in range(30)))
    assert await shown(host, sandbox) == "$ " + "0123456789" * 3
    assert [each.order async for each in Input.objects.order_by("order")] == list(range(1, 32))


async def test_time_stands_still_while_nobody_watches(host: Host, sandbox: UUID) -> None:
    world = await host.open(sandbox)
    await host.open_terminal(sandbox, "t1", 80, 24)
    await asyncio.sleep(0.05)
    assert world.world.clock.now == START
    async with host.watching(sandbox):
        while world.world.clock.now == START:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.02)
    stopped = world.world.clock.now
    await asyncio.sleep(0.05)
    assert world.world.clock.now == stopped


async def test_an_input_comes_at_the_time_the_wall_says(
    host: Host, sandbox: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = 1000.0
    monkeypatch.setattr(flow, "monotonic", lambda: wall)
    async with host.watching(sandbox) as world:
        await host.open_terminal(sandbox, "t1", 80, 24)
        for passed, expected in ((0.25, 0.25), (0.5, 0.75), (3600, 3600.75)):
            wall += passed
            await host.keys(sandbox, "t1", b"x")
            assert world.world.clock.now == START + expected * SECOND
    wall += 500  # nobody watches
    async with host.watching(sandbox) as world:
        await host.keys(sandbox, "t1", b"y")
        assert world.world.clock.now == START + 3600.75 * SECOND
    order = [each.moment async for each in Input.objects.filter(sandbox_id=sandbox).order_by("order")]
    assert order == [START + int(seconds * SECOND) for seconds in (0, 0.25, 0.75, 3600.75, 3600.75)]


async def test_one_process_at_a_time_runs_a_world(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24)
    second = Host()
    with pytest.raises(ClaimedElsewhere):
        await second.open(sandbox)
    await Sandbox.objects.aupdate(claimed_until=timezone.now() - CLAIM)
    await second.keys(sandbox, "t1", b"two")
    with pytest.raises(ClaimLost):
        await host.keys(sandbox, "t1", b"one")
    assert await shown(second, sandbox) == "$ two"
    await second.close()


async def test_an_idle_world_leaves_memory_and_comes_back(
    host: Host, sandbox: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "CHORES", 0.01)
    await host.open_terminal(sandbox, "t1", 80, 24)
    first = await host.open(sandbox)
    monkeypatch.setattr(hosts, "IDLE", 0.0)
    while not first.closed:
        await asyncio.sleep(0.01)
    with pytest.raises(Gone):
        await first.do(inputs.keys("t1", b"late"))
    monkeypatch.setattr(hosts, "IDLE", 30.0)
    assert await shown(host, sandbox) == "$ "
    assert await Snapshot.objects.acount() == 1


async def test_starting_over_forgets_the_world_but_not_the_address(host: Host, sandbox: UUID) -> None:
    await Sandbox.objects.aupdate(token_hash="kept")
    await host.open_terminal(sandbox, "t1", 80, 24)
    await host.keys(sandbox, "t1", b"old")
    await host.begin_again(sandbox)
    await host.open_terminal(sandbox, "t1", 80, 24)
    assert await shown(host, sandbox) == "$ "
    row = await Sandbox.objects.aget()
    assert (row.generation, row.token_hash, row.last_order) == (1, "kept", 1)


async def test_a_fault_of_the_simulator_is_answered_and_the_world_goes_on(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24)
    with pytest.raises(RuntimeError):
        await host.keys(sandbox, "t1", b"a!b")
    await host.keys(sandbox, "t1", b"c")
    assert await shown(host, sandbox) == "$ c"
    await killed(host)
    second = Host()
    assert await shown(second, sandbox) == "$ c"
    await second.close()


async def test_requests_that_change_are_stored_and_reads_are_not(host: Host, sandbox: UUID) -> None:
    access = Access(await host.open(sandbox))
    assert (await access.request(Request.to("POST", "/api/v1/pods", body=b"{}"))).body["revision"] == 1
    assert (await access.request(Request.to("GET", "/api/v1/pods"))).status == 200
    assert await Input.objects.acount() == 1
    await killed(host)
    second = Host()
    assert (await second.open(sandbox)).world.revision == 1
    await second.close()


async def test_a_client_is_told_why_nothing_can_be_changed(host: Host, sandbox: UUID) -> None:
    post = Request.to("POST", "/api/v1/pods", body=b"{}")
    live = await host.open(sandbox)
    live.closes_at = timezone.now()
    over = await Access(live).request(post)
    live.closes_at = None
    await host.begin_again(sandbox)
    gone = await Access(live).request(post)
    assert [(each.status, each.body["message"]) for each in (over, gone)] == [
        (503, "the time for this sandbox is over"),
        (503, "the sandbox is moving; try again"),
    ]


async def test_a_watch_gives_what_comes(host: Host, sandbox: UUID) -> None:
    access = Access(await host.open(sandbox))
    assert (await access.poll({"seen": 0})).chunks == []
    waiting = asyncio.create_task(access.changed(120))
    await host.open_terminal(sandbox, "t1", 80, 24)
    await host.keys(sandbox, "t1", b"x\r")
    await asyncio.wait_for(waiting, 60)
    assert (await access.poll({"seen": 0})).chunks == [(0, {"revision": 1})]


async def test_a_busy_world_leaves_the_others_their_turn(host: Host, sandbox: UUID, learner: User) -> None:
    busy = await Sandbox.objects.acreate(owner=learner, lesson="english-only")
    async with host.watching(busy.pk) as world:
        spin: Any = world.world

        def tick(terminal: str, count: int) -> None:
            sum(range(20_000))
            spin.clock.call_later(10, "echo", "tick", terminal, count)

        spin.tick = tick
        for number in range(20):
            spin.clock.call_later(0, "echo", "tick", "t1", number)
        await host.open_terminal(sandbox, "t1", 80, 24)
        loop = asyncio.get_running_loop()
        times = []
        for _ in range(20):
            began = loop.time()
            await host.keys(sandbox, "t1", b"x")
            times.append(loop.time() - began)
        assert sorted(times)[10] < 0.2
        spin.tick = lambda *_: None


async def test_a_snapshot_of_another_version_is_kept_until_its_owner_starts_over(host: Host, sandbox: UUID) -> None:
    await host.open_terminal(sandbox, "t1", 80, 24)
    await host._put_away(sandbox)
    await host.journal.release(sandbox)
    stored = await Snapshot.objects.aget()
    stored.world = b"another format"
    await stored.asave()
    for _ in range(2):
        with pytest.raises(Unreadable):
            await host.open(sandbox)
    assert bytes((await Snapshot.objects.aget()).world) == b"another format"
    assert (await Sandbox.objects.aget()).claimed_by == ""
    await host.begin_again(sandbox)
    await host.open_terminal(sandbox, "t1", 80, 24)
    assert await shown(host, sandbox) == "$ "
