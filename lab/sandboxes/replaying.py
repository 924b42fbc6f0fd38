"""Brings worlds back from what is stored, beside the live ones: nothing here takes a claim or writes."""

import zlib
from contextlib import suppress
from math import inf
from time import perf_counter
from typing import Any

from lab.sandboxes import worlds
from lab.sandboxes.inputs import Action, perform
from lab.sandboxes.journal import stored
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Sandbox


def as_it_is(sandbox: Sandbox) -> Any:
    """A sandbox's world as it was last shown. Raises `Unreadable`."""
    kept = stored(sandbox)
    try:
        world = worlds.restore(zlib.decompress(kept.snapshot)) if kept.snapshot else beginning(sandbox)
    except Exception as error:
        raise Unreadable(sandbox.pk) from error
    for moment, asked in kept.inputs:
        take(world, moment, asked)
    let_pass(world, kept.reached)
    return world


def beginning(sandbox: Sandbox) -> Any:
    """The world before the first input. Raises whatever is wrong with what is stored of it."""
    begun = sandbox.beginning
    return worlds.restore(zlib.decompress(bytes(begun.world))) if begun else worlds.boot(sandbox.lesson, sandbox.seed)


def take(world: Any, moment: int, asked: Action) -> None:
    """Do an input at its moment. What went wrong in it when it was done goes wrong in the same way."""
    let_pass(world, moment)
    with suppress(Exception):
        perform(world, asked)
    let_pass(world, moment)


def let_pass(world: Any, moment: int, until: float = inf) -> bool:
    """Do what is due up to a moment, as a live world does: a fault of the simulator stops nothing else.

    Whether the moment was reached: not if that takes longer than `until`, by the clock that measures work.
    """
    clock = world.clock
    while (due := clock.next_due) is not None and due <= moment:
        with suppress(Exception):
            clock.step()
        if perf_counter() > until:
            return False
    clock.advance_to(max(moment, clock.now))
    return True
