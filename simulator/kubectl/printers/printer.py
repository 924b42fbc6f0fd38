"""What every printer is: something that takes objects and writes text."""

from typing import Protocol

from simulator.machinery.objects import Object


class Printer(Protocol):
    """Turns objects into text, in the order in which they are given."""

    def text(self, obj: Object) -> str:
        """What standard output shows for this object."""
        ...
