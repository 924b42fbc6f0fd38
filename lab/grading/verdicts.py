"""The latest verdict on each task of a sandbox: what was expected, what was seen, on which object."""

import logging
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from lab.catalogue import content
from lab.catalogue.content import Lesson

DAY = 24 * 3600

logger = logging.getLogger(__name__)

type Texts = dict[str, str]

SETTLED = ("pass", "late")
"""The states that do not change any more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `state` is `pass`, `fail`, `waiting`, `error` (ours), `unjudged` (the check works, but not in
    this world), or `late`: it was to come before another task and is not looked at any more. Texts are per language."""

    state: str
    expected: Texts = field(default_factory=dict)
    seen: Texts = field(default_factory=dict)
    object: str = ""
    message: Texts = field(default_factory=dict)
    since: tuple[str, int] = ("", 0)
    """The terminal and the number of the command after which this was seen first."""
    tried: bool = False
    """Whether the learner has done anything about it: what was seen is not what the untouched scene shows."""


def judged(world: Any, lesson: Lesson, task: str) -> Verdict:
    """What a task's check finds in a world, which stays as it is. Raises whatever is wrong with the check."""
    finding = import_string(settings.CHECK)(world, lesson, task)
    return Verdict(
        str(finding.state), dict(finding.expected), dict(finding.seen), finding.object, dict(finding.message)
    )


def verdict_on(world: Any, lesson: Lesson, task: str) -> Verdict:
    """The same where a check may come to none. An error of ours costs nobody points; but who makes a check stumble over
    something odd has not earned them either."""
    try:
        return judged(world, lesson, task)
    except Exception:
        sound = is_sound(lesson.id, task, world.seed)
        logger.exception("check of %s/%s, which %s elsewhere", lesson.id, task, "works" if sound else "does not work")
        return Verdict("unjudged" if sound else "error")


@lru_cache(maxsize=500)
def is_sound(lesson: str, task: str, seed: str) -> bool:
    """Whether a check works in worlds in which nothing is odd. The setting `SOUND` names who tries that."""
    return bool(import_string(settings.SOUND)(content.find(lesson), task, seed))


def remember(sandbox: UUID, verdicts: dict[str, Verdict]) -> None:
    cache.set(_key(sandbox), {task: asdict(verdict) for task, verdict in verdicts.items()}, DAY)


def remembered(sandbox: UUID) -> dict[str, Verdict]:
    """Verdicts by task; empty until the world has been looked at."""
    stored: dict[str, dict[str, Any]] = cache.get(_key(sandbox)) or {}
    return {task: Verdict(**facts) for task, facts in stored.items()}


def forget(sandbox: UUID) -> None:
    cache.delete(_key(sandbox))


def _key(sandbox: UUID) -> str:
    return f"verdicts:{sandbox}"
