"""Looks at the tasks of a live world whenever it has changed and come to rest."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary, ref

from asgiref.sync import sync_to_async

from lab.catalogue import content
from lab.catalogue.content import Lesson, Task
from lab.grading.changes import Seen
from lab.grading.models import Progress
from lab.grading.panel import record_passes
from lab.grading.terms import Terms, terms_of
from lab.grading.verdicts import Verdict, remember, verdict_on
from lab.sandboxes import worlds
from lab.sandboxes.live import CALM, LiveWorld
from lab.sandboxes.models import Sandbox
from lab.sandboxes.turns import LONG_WORK, Lane, Work, in_turns

AGAIN = 3.0
"""How long (s) until tasks are looked at again while one of them is on its way and nothing else changes."""
SELDOM = 20.0
"""How long (s) until they are looked at again when only something happened that checks hardly ever look at."""

REST = 3.0
"""How many times as long as it has worked a check rests: it computes as much as several commands, and terminals must
answer meanwhile. Measured with 100 learners: 11 ms of CPU between a line and its answer, 26 without."""

BESIDE = Lane(REST)
"""Where the checks of all worlds take their turns."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the tasks of a sandbox: what was found, in which world, at which moment of its journal."""

    sandbox: Sandbox
    world: Any
    """A copy, which nobody changes."""
    order: int
    """The last input that the world had taken."""
    verdicts: dict[str, Verdict]
    passed: list[str]
    """What is passed for the first time."""


listeners: list[Callable[[Look], None]] = []
"""Who keeps more of a look than the latest verdicts, such as an assignment's grades. They run beside the event loop."""

_graders: "WeakKeyDictionary[LiveWorld, Grader]" = WeakKeyDictionary()


async def grade(live: LiveWorld) -> None:
    """The companion of a live world: check, tell, wait for change and calm, check again."""
    if (await sync_to_async(_terms)(live.sandbox)).silent:
        return
    grader = grader_of(live)
    await grader.begin()
    while True:
        await grader.look()
        await grader.rest()


def _terms(sandbox: UUID) -> Terms:
    return terms_of(Sandbox.objects.get(pk=sandbox))


def grader_of(live: LiveWorld) -> "Grader":
    """The one grader of a live world."""
    grader = _graders.get(live)
    if grader is None:
        grader = _graders[live] = Grader(live)
    return grader


class Grader:
    """The verdicts on one live world."""

    def __init__(self, live: LiveWorld) -> None:
        self._live = ref(live)
        self.verdicts: dict[str, Verdict] = {}
        self.untouched: dict[str, Verdict] = {}
        self.passed: set[str] = set()
        self.seen: Seen | None = None

    @property
    def live(self) -> LiveWorld:
        live = self._live()
        assert live is not None, "a grader is used only while its world lives"
        return live

    @property
    def lesson(self) -> Lesson:
        """As it is now: a lesson that is being written changes under its learner."""
        return content.find(self.live.lesson)

    @property
    def unsettled(self) -> bool:
        return any(verdict.state in ("waiting", "error") for verdict in self.verdicts.values())

    async def begin(self) -> None:
        """Learn what was passed before, and what the untouched scene shows: who has done nothing has not failed."""
        self.passed = await sync_to_async(self._passed_before)()
        if not self.lesson.tasks:
            return
        world = await in_turns(worlds.boot, self.live.lesson, self.live.seed)
        self.untouched = await self._check(world)

    async def rest(self) -> None:
        """Return once the world has changed and been calm for a moment, or after a while."""
        live, news = self.live, self.live.changed
        try:
            async with asyncio.timeout(AGAIN if self.unsettled else None):
                count = await news.wait(news.count)
            async with asyncio.timeout(AGAIN if self.unsettled else SELDOM):
                while self.seen is not None and not self.seen.differs(live.world):
                    count = await news.wait(count)
        except TimeoutError:
            return
        while True:
            count = news.count
            await asyncio.sleep(CALM)
            if news.count == count or self.seen is None:
                return

    async def look(self, asked: bool = False) -> None:
        """Check every task that is not passed, in a copy of the world and beside the event loop."""
        world, latest, order = await self.live.fork(), self.live.commands.find(self.live.world), self.live.order
        self.seen = Seen(world)
        found = await self._check(world, asked)
        self.verdicts = {task: self._judged(task, verdict, asked, latest) for task, verdict in found.items()}
        await sync_to_async(self._keep)(world, order)
        states = dict.fromkeys(self.passed, "pass") | {task: each.state for task, each in self.verdicts.items()}
        self.live.tell("tasks", {"states": states, "asked": asked, "findings": hash(repr(self.verdicts))})

    def _judged(self, task: str, verdict: Verdict, asked: bool, latest: tuple[str, int]) -> Verdict:
        before = self.untouched.get(task)
        was_tried = task in self.verdicts and self.verdicts[task].tried
        last = self.verdicts.get(task, before)
        since = latest if last is None or last.seen != verdict.seen else last.since
        if before is not None and before.seen == verdict.seen:
            since = ("", 0)
        return replace(verdict, tried=asked or was_tried or before is None or before.seen != verdict.seen, since=since)

    async def _check(self, world: Any, asked: bool = False) -> dict[str, Verdict]:
        """The verdict on each task that is not passed, one after another; whoever presses a button is served first."""
        found = {}
        for each in [each for each in self.lesson.tasks if each.id not in self.passed]:
            task = each.id
            if self._is_late(each):
                found[task] = Verdict("late")
                continue
            work = Work(verdict_on, world, self.lesson, task)
            try:
                found[task] = await (LONG_WORK if asked else BESIDE).finish(work)
            finally:
                work.give_up()  # the copy it looks at is nobody else's
        return found

    def _is_late(self, task: Task) -> bool:
        """Whether what it was to come before was done, or on its way, when the world was looked at last."""
        later = getattr(task, "before", "")
        known = self.verdicts.get(later)
        return later in self.passed or (known is not None and known.state == "waiting")

    def _keep(self, world: Any, order: int) -> None:
        """Store the verdicts; what is passed stays passed."""
        sandbox = Sandbox.objects.get(pk=self.live.sandbox)
        remember(sandbox.pk, self.verdicts)
        new = {task: verdict.message for task, verdict in self.verdicts.items() if verdict.state == "pass"}
        if new:
            record_passes(sandbox, new)
            self.passed.update(new)
        for listen in listeners:
            listen(Look(sandbox, world, order, self.verdicts, list(new)))

    def _passed_before(self) -> set[str]:
        progress = Progress.objects.of(Sandbox.objects.get(pk=self.live.sandbox))
        return set(progress.filter(passed_at__isnull=False).values_list("task", flat=True))
