"""Looks at the tasks of a live world whenever it has changed and come to rest."""

import asyncio
import logging
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary, ref

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.module_loading import import_string

from lab.catalogue import content
from lab.grading.models import Progress
from lab.grading.panel import record_passes
from lab.grading.verdicts import Verdict, remember
from lab.sandboxes import worlds
from lab.sandboxes.live import CALM, LiveWorld
from lab.sandboxes.models import Sandbox

AGAIN = 3.0
"""How long (s) until tasks are looked at again while one of them is on its way and nothing else changes."""

logger = logging.getLogger(__name__)
_graders: "WeakKeyDictionary[LiveWorld, Grader]" = WeakKeyDictionary()


async def grade(live: LiveWorld) -> None:
    """The companion of a live world: check, tell, wait for change and calm, check again."""
    grader = grader_of(live)
    known: Any = None
    while True:
        if (revision := grader.revision) != known or grader.unsettled:
            known = revision
            await grader.look()
        await grader.rest(known)


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
        self.lesson = content.find(live.lesson)
        self.verdicts: dict[str, Verdict] = {}
        self.untouched: dict[str, Verdict] | None = None

    @property
    def live(self) -> LiveWorld:
        live = self._live()
        assert live is not None, "a grader is used only while its world lives"
        return live

    @property
    def revision(self) -> Any:
        """Changes with everything that a check may look at: objects, and what was typed."""
        return self.live.world.cluster.store.revision, self.live.order

    @property
    def unsettled(self) -> bool:
        return any(verdict.state in ("waiting", "error") for verdict in self.verdicts.values())

    async def rest(self, known: Any) -> None:
        """Return once the world has changed and been calm for a moment, or after a while if tasks are on their way."""
        news = self.live.changed
        patience = AGAIN if self.unsettled else None
        try:
            async with asyncio.timeout(patience):
                count = news.count
                while self.revision == known:
                    count = await news.wait(count)
        except TimeoutError:
            return
        settled = None
        while settled != self.revision:
            settled = self.revision
            await asyncio.sleep(CALM)

    async def look(self, asked: bool = False) -> None:
        """Check every task that is not passed, in a copy of the world and beside the event loop."""
        world = self.live.world.fork()
        if self.untouched is None:
            self.untouched = await asyncio.to_thread(self._check, worlds.boot(self.live.lesson, self.live.seed))
        found = await asyncio.to_thread(self._check, world)
        self.verdicts = {task: self._judged(task, verdict, asked) for task, verdict in found.items()}
        await sync_to_async(self._keep)()
        told = {task: verdict.state for task, verdict in self.verdicts.items()}
        self.live.tell("tasks", {"states": told, "order": self.live.order, "asked": asked})

    def _judged(self, task: str, verdict: Verdict, asked: bool) -> Verdict:
        before = (self.untouched or {}).get(task)
        was_tried = task in self.verdicts and self.verdicts[task].tried
        return replace(verdict, tried=asked or was_tried or before is None or before.seen != verdict.seen)

    def _check(self, world: Any) -> dict[str, Verdict]:
        return {task.id: self._verdict(world, task.id) for task in self.lesson.tasks}

    def _verdict(self, world: Any, task: str) -> Verdict:
        run = import_string(settings.CHECK)
        try:
            finding = run(world, self.lesson, task)
        except Exception:
            logger.exception("check of %s/%s in sandbox %s", self.live.lesson, task, self.live.sandbox)
            return Verdict("error")
        return Verdict(
            str(finding.state), dict(finding.expected), dict(finding.seen), finding.object, dict(finding.message)
        )

    def _keep(self) -> None:
        remember(self.live.sandbox, self.verdicts)
        passed = [task for task, verdict in self.verdicts.items() if verdict.state == "pass"]
        owner = Sandbox.objects.values_list("owner_id", flat=True).get(pk=self.live.sandbox)
        known = set(
            Progress.objects.filter(owner_id=owner, lesson=self.live.lesson, passed_at__isnull=False).values_list(
                "task", flat=True
            )
        )
        if new := [task for task in passed if task not in known]:
            record_passes(owner, self.live.lesson, new)
