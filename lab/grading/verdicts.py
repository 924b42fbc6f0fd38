"""The latest verdict on each task of a sandbox: what was expected, what was seen, on which object."""

from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from lab.catalogue.content import Lesson

DAY = 24 * 3600

type Texts = dict[str, str]

SETTLED = ("pass", "late")
"""The states that do not change any more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `state` is `pass`, `fail`, `waiting`, `error`, or `late`: it was to come before another task
    and is not looked at any more. Texts are per language."""

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
