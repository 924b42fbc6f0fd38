"""What a check found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

type Texts = Mapping[str, str]


class State(StrEnum):
    """The verdict on a task."""

    PASS = "pass"
    FAIL = "fail"
    WAITING = "waiting"
    """Still converging: it will hold by itself in a while."""
    ERROR = "error"
    """Our fault; costs no points."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reasons, in every language."""

    state: State
    expected: Texts = field(default_factory=dict)
    seen: Texts = field(default_factory=dict)
    object: str = ""
    """The object it was found on: `Pod default/web .status.phase`."""
    message: Texts = field(default_factory=dict)
    """What explains the mistake, where it is one we know; of what passes, what could be better."""

    @property
    def is_met(self) -> bool:
        return self.state is State.PASS


MET = Finding(State.PASS)


def unmet(expected: Texts, seen: Texts, on: str = "") -> Finding:
    return Finding(State.FAIL, expected, seen, on)


def both(en: str, ko: str) -> dict[str, str]:
    """A text in the two languages."""
    return {"en": en, "ko": ko}


def plain(text: object) -> dict[str, str]:
    """What reads the same in both languages: a value, a name."""
    return {"en": str(text), "ko": str(text)}
