"""Which functions expressions may call: a release knows those that came before it, and takes new ones a release later.

Whatever is stored is read with everything the release knows; what is written anew has to be readable by the release
before, so that a cluster can be rolled back. Upstream: apiserver/pkg/cel/environment
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from simulator.machinery.releases import STABLE, release

NEWEST: Final = release(STABLE).minor
EXPRESSIONS: Final = frozenset({"rule", "expression", "messageExpression", "valueExpression"})
"""The fields in which expressions stand."""


@dataclass(frozen=True, slots=True)
class Language:
    """The minor releases whose functions may be called: by texts that are new, and by those that are in use already."""

    fresh: int = NEWEST
    known: int = NEWEST
    in_use: frozenset[str] = frozenset()

    def level(self, text: str) -> int:
        """The latest minor release whose functions an expression may call."""
        return self.known if text.strip() in self.in_use else self.fresh


def of_stored(minor: int) -> Language:
    """How a release reads what is stored."""
    return Language(minor, minor)


def of_written(minor: int, old: Any = None) -> Language:
    """How a release reads what somebody writes in the place of `old`."""
    return Language(minor - 1, minor, frozenset(expressions(old)))


def expressions(value: Any) -> Iterator[str]:
    """Every expression within an object."""
    if isinstance(value, list):
        for item in value:
            yield from expressions(item)
    elif isinstance(value, dict):
        for name, below in value.items():
            if name in EXPRESSIONS and isinstance(below, str):
                yield below.strip()
            else:
                yield from expressions(below)
