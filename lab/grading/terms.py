"""What a learner may ask for while working in a sandbox, by what it is for. Whoever makes sandboxes adds a line."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.sandboxes.models import Sandbox


@dataclass(frozen=True)
class Terms:
    """The terms of one sandbox. The defaults are those of a lesson: everything is free."""

    tasks: frozenset[str] | None = None
    """The tasks that are set; none means all of the lesson's."""
    hints: bool = True
    hint_percent: int = 0
    """How much of a task's points each hint costs."""
    solution: bool = True
    silent: bool = False
    """Whether nothing is said of verdicts until it is over, as in an exam."""
    share: bool = True
    """Whether others may be shown it as a moment of theirs to go on from."""
    inside: bool = True
    """Whether the picture looks inside: how programs are, what they said, and the chain behind an object. Where finding
    that out is the task it does not."""
    faults: bool = True
    """Whether its owner may set off faults in it."""


TERMS: dict[str, Callable[[Sandbox], Terms]] = {"": lambda sandbox: Terms()}


def terms_of(sandbox: Sandbox) -> Terms:
    return TERMS[sandbox.purpose](sandbox)
