"""A few learners at once, one of them with an endless loop: everybody is answered, and soon."""

from typing import Any

import pytest

from lab.accounts.models import User
from lab.catalogue import content
from lab.sandboxes.host import Host
from lab.sandboxes.models import Sandbox
from tests.lab.load import play

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


async def test_a_busy_world_starves_nobody(settings: Any, own_connections: None) -> None:
    settings.COURSE, settings.DRAW = "lessons.load", "lessons.draws.drawn"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    settings.CHECK = "lessons.checks.run"
    content.course.cache_clear()
    sandboxes = []
    for _ in range(4):
        guest = await User.objects.acreate(is_guest=True)
        sandboxes.append((await Sandbox.objects.acreate(owner=guest, lesson=content.lessons()[0].id)).pk)
    host = Host()
    answers = await play(host, sandboxes, seconds=2.5, pause=0.3, busy_ones=1)
    await host.close()
    assert answers.unanswered == []
    assert len(answers.times) >= 6
    assert answers.median < 0.5
