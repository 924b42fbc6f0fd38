"""What a learner is doing right now, for the live view: kept for seconds, whichever process has the world."""

import asyncio
from dataclasses import dataclass
from time import time
from typing import Any
from uuid import UUID

from django.core.cache import cache

from lab.classrooms.assignables import ATTEMPT
from lab.classrooms.transcript import blocks
from lab.sandboxes.live import LiveWorld
from lab.sandboxes.models import Sandbox

BEAT = 5.0
"""How often (s) it is said that a learner is there, and how soon a new command is known at the latest."""
FELT = 15
"""After how long (s) without a beat somebody is away."""
LONGEST = 80


@dataclass(frozen=True)
class Pulse:
    """One learner at work: whether the page is open, and the command that was begun last."""

    here: bool = False
    command: str = ""
    number: int = 0
    at: float = 0.0
    """When that command was begun (s since 1970)."""


async def feel(live: LiveWorld) -> None:
    """The companion of an attempt's world: say again and again what goes on in it."""
    purpose = await Sandbox.objects.filter(pk=live.sandbox).values_list("purpose", flat=True).afirst()
    if purpose != ATTEMPT:
        return
    pulse = Pulse()
    while not live.closed:
        terminal, number = live.commands.find(live.world)
        if number != pulse.number:
            pulse = Pulse(True, latest_command(live, terminal, number), number, time())
        facts = {"here": live.flow.watchers > 0, "command": pulse.command, "number": pulse.number, "at": pulse.at}
        await cache.aset(key_of(live.sandbox), facts, FELT if live.flow.watchers else None)
        await rest(live)


async def rest(live: LiveWorld) -> None:
    """Return soon after something has happened, or with the next beat."""
    try:
        async with asyncio.timeout(BEAT):
            await live.changed.wait(live.changed.count)
            await asyncio.sleep(BEAT / 5)
    except TimeoutError:
        return


def latest_command(live: LiveWorld, terminal: str, number: int) -> str:
    data, _ = live.output(terminal, 0)
    typed = next((each.command for each in reversed(blocks(data[-8192:])) if each.number == number), "")
    return typed.replace("\n", " ")[:LONGEST]


def pulses(sandboxes: list[UUID]) -> dict[UUID, Pulse]:
    """What is known of these sandboxes now."""
    keys = {key_of(each): each for each in sandboxes}
    found: dict[str, Any] = cache.get_many(keys)
    return {keys[key]: Pulse(**facts) for key, facts in found.items()}


def key_of(sandbox: UUID) -> str:
    return f"pulse:{sandbox}"
