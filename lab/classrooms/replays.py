"""An attempt step by step: its journal played again from the beginning, beside the learner's world and in short turns.

What was played is kept in the cache for an hour: the steps, and worlds to go on from. Losing it costs time only.
"""

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from lab.classrooms.transcript import Block, blocks, of_world
from lab.sandboxes import worlds
from lab.sandboxes.inputs import action
from lab.sandboxes.live import Unreadable
from lab.sandboxes.marks import Marks
from lab.sandboxes.models import Input, Sandbox
from lab.sandboxes.replaying import as_it_is, beginning, let_pass, take

TURN = 1.0
"""How long (s) is played before it is said how far it is."""
MOST = 60.0
"""How long (s) is played in all: nobody's endless loops keep us busy for longer."""
APART = 0.25
"""How much playing (s) lies between two worlds that are kept, about."""
KEPT = 3600
AT_ONCE = 2000
"""How many inputs are read from the database for a turn."""
LONGEST = 200
ENTER = (b"\r", b"\n")


@dataclass(frozen=True)
class Step:
    """A command that was begun, and where the journal stood when it was about to be."""

    terminal: str
    number: int
    command: str
    at: datetime
    before: int
    """The last input that had been taken."""
    moment: int
    """The virtual time (µs)."""
    fault: str = ""
    """In place of a command: the name of the fault that somebody set off."""
    undone: bool = False
    """In place of a command: a fault was undone."""


@dataclass
class Played:
    """How far an attempt was played."""

    steps: list[Step] = field(default_factory=list)
    order: int = 0
    """The last input that was taken."""
    kept: list[int] = field(default_factory=list)
    """Before which steps (by their places) a world is kept."""
    read: dict[str, tuple[int, int]] = field(default_factory=dict)
    candidate: tuple[int, int] = (0, 0)
    """Where the journal stood before Enter was pressed last: the last input and the moment."""
    spent: float = 0.0
    kept_at: float = 0.0
    """How long was played when a world was kept last."""
    whole: bool = False
    """Whether it was played to its end."""
    truthful: bool = True
    """Whether it ended in what the learner saw."""

    @property
    def is_stopped(self) -> bool:
        return not self.whole and self.spent >= MOST


class Replay:
    """One sandbox, played as far as it was and on."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.began = 0.0
        self.key = f"replay:{sandbox.pk}:{sandbox.generation}"
        self.played: Played = cache.get(self.key) or Played()
        if self.played.whole and self.played.order < sandbox.last_order:
            self.played.whole = False

    def go_on(self, turn: float = TURN) -> Played:
        """Play for a turn, or to the end. Raises `Unreadable`."""
        played = self.played
        if played.whole or played.is_stopped:
            return played
        world = self.latest()
        rows = list(self.inputs(self.played.order)[:AT_ONCE])
        self.began = perf_counter() - self.played.spent
        until = perf_counter() + turn
        done = self.played.order + len(rows) >= self.sandbox.last_order
        whole = all(self.play(world, each, until) for each in rows) and done
        whole = whole and let_pass(world, max(self.sandbox.reached, world.clock.now), until)
        played = self.played
        played.spent = self.spent
        if whole:
            played.whole, played.truthful = True, self.is_truthful(world)
        self.keep("latest", world)
        cache.set(self.key, played, KEPT)
        return played

    @property
    def spent(self) -> float:
        """How long (s) was played in all."""
        return perf_counter() - self.began

    def inputs(self, after: int) -> QuerySet[Input]:
        return self.sandbox.inputs.filter(order__gt=after).order_by("order")

    def play(self, world: Any, each: Input, until: float) -> bool:
        """Take one input, and note the commands that began with it; whether there is time for another.

        Every turn comes a little further, however short it is.
        """
        played, asked = self.played, action(each.kind, bytes(each.payload))
        if not let_pass(world, each.moment, until):
            return False
        before = None
        if asked.kind == "type" and any(key in asked.arguments[1] for key in ENTER):
            played.candidate, before = (played.order, world.clock.now), world.fork()
        if asked.kind in ("set_off", "release"):
            name = asked.arguments[0] if asked.kind == "set_off" else fault_of(world, asked.arguments[0])
            undone = asked.kind == "release"
            here = (played.order, world.clock.now)
            played.steps.append(Step("", 0, "", each.entered_at, *here, fault=name, undone=undone))
        take(world, each.moment, asked)
        played.order = each.order
        self.note(world, each, before)
        return perf_counter() <= until or played.order == self.sandbox.last_order

    def note(self, world: Any, each: Input, before: Any) -> None:
        """Note the commands that were begun by now, and keep the world before the first of them now and then."""
        played, marks = self.played, Marks(self.played.read)
        for terminal, number in marks.begun(world):
            typed = next((found.command for found in last_blocks(world, terminal) if found.number == number), "")
            if before is not None and self.spent - played.kept_at >= APART:
                self.keep(len(played.steps), before)
                played.kept.append(len(played.steps))
                played.kept_at = self.spent
            command = typed.replace("\n", " ")[:LONGEST]
            played.steps.append(Step(terminal, number, command, each.entered_at, *played.candidate))
        played.read = marks.read

    def latest(self) -> Any:
        """The world as it was played last; from the beginning if it is not known any more."""
        if self.played.order and (world := self.known("latest")) is not None:
            return world
        self.played = Played()
        return self.first()

    def first(self) -> Any:
        """The world before the first input. Raises `Unreadable`, also where the journal was cut."""
        last = self.sandbox.last_order
        if self.inputs(0).filter(order__lte=last).count() < last:
            raise Unreadable(self.sandbox.pk)
        try:
            return beginning(self.sandbox)
        except Exception as error:
            raise Unreadable(self.sandbox.pk) from error

    def is_truthful(self, world: Any) -> bool:
        """Whether the learner saw what is seen here. Another version may have played it otherwise."""
        now = Sandbox.objects.get(pk=self.sandbox.pk)
        if now.last_order != self.played.order:
            return True  # the learner has gone on meanwhile
        try:
            return of_world(as_it_is(now)) == of_world(world)
        except Unreadable:
            return False

    def world_before(self, place: int) -> Any:
        """The world just before a step, by its place; with one place more, as far as was played. None if it has to be
        played again first."""
        played = self.played
        if place >= len(played.steps):
            return self.known("latest")
        step = played.steps[place]
        world, taken = self.kept_before(place)
        if world is None:
            return None
        for each in self.inputs(taken).filter(order__lte=step.before):
            take(world, each.moment, action(each.kind, bytes(each.payload)))
        let_pass(world, step.moment)
        return world

    def kept_before(self, place: int) -> tuple[Any, int]:
        """The last world that is kept from before a step, and the last input that it has taken."""
        kept = [each for each in self.played.kept if each <= place]
        return (self.known(kept[-1]), self.played.steps[kept[-1]].before) if kept else (self.first(), 0)

    def forget(self) -> None:
        """Begin again, for a world that was kept is gone."""
        cache.delete(self.key)
        self.played = Played()

    def keep(self, name: object, world: Any) -> None:
        cache.set(f"{self.key}:{name}", zlib.compress(world.save(), 1), KEPT)

    def known(self, name: object) -> Any:
        saved = cache.get(f"{self.key}:{name}")
        return worlds.restore(zlib.decompress(saved)) if saved is not None else None


def fault_of(world: Any, identity: str) -> str:
    """The name of a fault that stands in a world; none if it does not any more."""
    return next((each.fault for each in world.faults.standing() if each.identity == identity), "")


def last_blocks(world: Any, terminal: str) -> list[Block]:
    shown, _ = world.machines.output(terminal, 0)
    return blocks(shown[-8192:], terminal)
