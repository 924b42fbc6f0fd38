"""The cause of a broken world is named before the repair: afterwards it earns nothing, and the page says why."""

from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from lab.accounts.models import User
from lab.catalogue import content
from lab.classrooms.assignables import KINDS
from lab.classrooms.models import Attempt, Judgement
from lab.grading.grader import Grader
from lab.sandboxes import host as hosts
from lab.sandboxes.host import Host
from lab.sandboxes.models import Sandbox
from lessons.draws import draw
from lessons.exercises import gym
from tests.lab.load import prompted

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

NAME = "mkdir -p ~/answers; echo targetPort > ~/answers/cause"
GUESS = "mkdir -p ~/answers; echo selector > ~/answers/cause"
REPAIR = """kubectl patch service APP -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'"""


@pytest.fixture
def real(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "companions", [])
    settings.COURSE, settings.DRAW, settings.CHECK = "lessons.load", "lessons.draws.drawn", "lessons.checks.run"
    settings.GYM = "lessons.exercises.gym"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    content.course.cache_clear()


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        pytest.param([NAME, REPAIR], "pass", id="named, then repaired"),
        pytest.param([f"{NAME}; {REPAIR}"], "pass", id="both before anybody looked"),
        pytest.param([REPAIR, NAME], "late", id="repaired, then named"),
        pytest.param([GUESS, REPAIR, NAME], "late", id="wrong before, right after the repair"),
    ],
)
async def test_the_cause_is_named_before_the_repair(
    real: None, learner: User, browser: Client, own_connections: None, lines: Sequence[str], cause: str
) -> None:
    sandbox = await Sandbox.objects.acreate(owner=learner, purpose="gym", lesson="port-by-name", seed="1")
    app = draw(gym().find("port-by-name"), "1")["app"]
    host = Host()
    async with host.watching(sandbox.pk) as live:
        await host.open_terminal(sandbox.pk, "1", 80, 24)
        assert await prompted(live, 0)
        grader = Grader(live)
        await grader.begin()
        await grader.look()
        assert {task: each.state for task, each in grader.verdicts.items()} == {"cause": "fail", "mended": "fail"}
        for line in lines:
            _, end = live.output("1", 0)
            await host.keys(sandbox.pk, "1", f"{line}\r".replace("APP", app).encode())
            assert await prompted(live, end)
            await grader.look()
        again = Grader(live)
        await again.begin()
        await again.look()
    await host.close()
    assert again.passed == ({"cause", "mended"} if cause == "pass" else {"mended"})
    page = await sync_to_async(
        lambda: browser.get(f"/en/sandboxes/{sandbox.pk}/tasks/", headers={"hx-request": "true"})
    )()
    row = page.text.partition('id="task-cause"')[2].partition('<div class="task ')[0]
    assert ("This was to come first" in row) == (cause == "late")
    assert f'class="st {cause}"' in row and "grading:hint" not in row and 'id="check-cause"' not in row


async def test_what_came_too_late_stays_so_when_it_is_judged_again() -> None:
    late = Judgement(part="cause", state="late", verdict={"state": "late"})
    assert KINDS["gym"].judge_again(Attempt(), late) == ("late", {"state": "late"})
