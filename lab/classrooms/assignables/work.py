"""What a kind of work has to say to be assigned, and what most kinds have in common."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils import timezone

from lab.classrooms.models import Attempt, Judgement
from lab.grading.verdicts import Verdict
from lab.language import say
from lab.sandboxes.models import Sandbox
from lab.sandboxes.worlds import restore

ATTEMPT = "attempt"
"""The purpose of a sandbox that belongs to an attempt."""

type Texts = Mapping[str, str]
type Found = tuple[str, dict[str, Any]]
"""The state of a part, and what a judgement keeps as its verdict."""


@dataclass(frozen=True)
class Part:
    """One thing in an assignment that is judged by itself."""

    id: str
    title: Texts
    points: int
    place: Texts | None = None
    """Of a part of something larger, such as a task of an exam: what that is called."""


class Unjudgeable(Exception):
    """What is stored cannot be judged again: it is gone, or of another version. What it was worth stays."""


class Assignable(Protocol):
    """A kind of work that can be assigned."""

    def targets(self) -> Sequence[str]:
        """What there is of it."""

    def title(self, target: str) -> str:
        """How one of them is called, in the reader's language. Raises `Http404`."""

    def parts(self, target: str, seed: str = "") -> Sequence[Part]:
        """What is judged in it; with a seed, as that attempt has it. Raises `Http404`."""

    def rules(self, target: str) -> Sequence[str]:
        """What learners are told of it beside the assignment's own rules."""

    def begin(self, attempt: Attempt) -> None:
        """Make what an attempt needs."""

    def page(self, attempt: Attempt) -> str:
        """The address at which the attempt is worked on."""

    def goes_on(self, attempt: Attempt) -> bool:
        """Whether an attempt has to end before another can begin."""

    def sandboxes(self, attempt: Attempt) -> Sequence[Sandbox]:
        """Where it is worked on."""

    def part_of(self, sandbox: Sandbox, task: str) -> str:
        """The id of the part that a task is in one of its sandboxes."""

    def dated(self, attempt: Attempt) -> datetime:
        """As of when something that is found now counts."""

    def answered(self, attempt: Attempt, judgement: Judgement) -> Sequence[Texts]:
        """What was answered, where a part is a question."""

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        """What is stored of one part, judged anew. Raises `Unjudgeable`."""


class Work:
    """What most kinds have in common."""

    def rules(self, target: str) -> list[str]:
        return [say("classes.rule-counts")]

    def goes_on(self, attempt: Attempt) -> bool:
        return False

    def sandboxes(self, attempt: Attempt) -> list[Sandbox]:
        return [attempt.sandbox] if attempt.sandbox is not None else []

    def part_of(self, sandbox: Sandbox, task: str) -> str:
        return task

    def answered(self, attempt: Attempt, judgement: Judgement) -> list[Texts]:
        return []

    def dated(self, attempt: Attempt) -> datetime:
        return timezone.now()


def world_of(judgement: Judgement) -> Any:
    """The world that a verdict was found in. Raises `Unjudgeable`, and whatever is wrong with what is stored."""
    if judgement.evidence is None:
        raise Unjudgeable
    return restore(zlib.decompress(bytes(judgement.evidence.world)))


def stored(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a judgement keeps it."""
    facts = {"expected": verdict.expected, "seen": verdict.seen, "object": verdict.object, "message": verdict.message}
    return facts | {"since": list(verdict.since)}
