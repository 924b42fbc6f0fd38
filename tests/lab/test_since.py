"""A finding names the command after which it was first seen, as the shell on the real workstation counts."""

from typing import Any

import pytest

from lab.accounts.models import User
from lab.catalogue import content
from lab.grading.grader import Grader
from lab.sandboxes import host as hosts
from lab.sandboxes.host import Host
from lab.sandboxes.models import Sandbox
from tests.lab.load import prompted

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


async def test_a_finding_says_since_which_command(
    settings: Any, monkeypatch: pytest.MonkeyPatch, learner: User, own_connections: None
) -> None:
    monkeypatch.setattr(hosts, "companions", [])
    settings.COURSE, settings.DRAW = "lessons.load", "lessons.draws.drawn"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    settings.CHECK = "lessons.checks.run"
    content.course.cache_clear()
    lesson = content.lessons()[0]
    sandbox = await Sandbox.objects.acreate(owner=learner, lesson=lesson.id)
    host = Host()
    async with host.watching(sandbox.pk) as live:
        await host.open_terminal(sandbox.pk, "1", 80, 24)
        assert await prompted(live, 0)
        grader = Grader(live)
        await grader.begin()
        await grader.look()
        assert live.commands.latest == ("", 0)
        assert all(verdict.since == ("", 0) for verdict in grader.verdicts.values())
        for line in ("true", "", "kubectl run web --image=httpd:2.4", "kubectl get pods"):
            _, end = live.output("1", 0)
            await host.keys(sandbox.pk, "1", f"{line}\r".encode())
            assert await prompted(live, end)
            await grader.look()
        assert live.commands.latest == ("1", 3)
        assert grader.verdicts[lesson.tasks[0].id].since == ("1", 2)
    await host.close()
