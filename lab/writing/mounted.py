"""The course of the folder that the setting `CONTENT` names; while it is being written, always as it is now."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from time import monotonic

from django.conf import settings

from lab.catalogue.search import entries
from lessons.course import Course, Module, load
from lessons.drafts import DraftModule, Drafts

FRESH = 0.3
"""How long (s) what was read last counts as what is there now."""


def course() -> "Course | Written":
    """What `settings.COURSE` names by default."""
    return written() if settings.WRITING else load(settings.CONTENT)


class Written:
    """A course to everybody who shows one, whose lessons follow the files."""

    def __init__(self, root: Path) -> None:
        self._drafts = Drafts(root)
        self._read: list[DraftModule] = []
        self._read_at = -FRESH

    def drafts(self) -> list[DraftModule]:
        if monotonic() - self._read_at >= FRESH:
            before, self._read, self._read_at = self._read, self._drafts.read(), monotonic()
            if self._read != before:
                entries.cache_clear()  # what search has read
        return self._read

    @property
    def modules(self) -> tuple[Module, ...]:
        return tuple(
            replace(each.module, lessons=tuple(draft.lesson for draft in each.drafts)) for each in self.drafts()
        )


@cache
def written() -> Written:
    return Written(settings.CONTENT)
