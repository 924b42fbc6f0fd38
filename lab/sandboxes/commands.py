"""Which command of a world was begun last, now and at an earlier moment."""

from collections import deque
from typing import Any

from lab.sandboxes.marks import Marks

REMEMBERED = 200
"""How many of the latest commands are remembered with their moments."""

type Command = tuple[str, int]
"""A terminal, and the number that its shell gave the command; ("", 0) before the first."""


class Commands:
    """Remembers the commands of one world, as far as this process has seen them begin."""

    def __init__(self) -> None:
        self.latest: Command = ("", 0)
        self._marks = Marks()
        self._begun: deque[tuple[int, Command]] = deque(maxlen=REMEMBERED)
        """The commands that were begun, each with a moment after which it was."""
        self._looked = 0

    def find(self, world: Any) -> Command:
        """Look for what was begun meanwhile; the command that was begun last."""
        for begun in self._marks.begun(world):
            self.latest = begun
            self._begun.append((self._looked, begun))
        self._looked = world.clock.now
        return self.latest

    def find_old(self, world: Any) -> None:
        """Read a world that was just brought back: at which moments its commands were begun is not known any more."""
        for begun in self._marks.begun(world):
            self.latest = begun

    def at(self, moment: int) -> Command:
        """The command that had been begun last at a moment; ("", 0) for none that is known."""
        return next((begun for since, begun in reversed(self._begun) if since <= moment), ("", 0))
