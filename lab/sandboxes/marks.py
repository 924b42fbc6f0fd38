"""Which commands were begun in a world's terminals, by the marks that the shell prints."""

import re
from typing import Any

MARK = re.compile(rb"\x1b\]133;(?:A;n=(\d{1,9})|C)")
"""What the shell prints where a prompt with its number begins, and where the command typed there is run."""


class Marks:
    """Reads on in each terminal from where it was."""

    def __init__(self, read: dict[str, tuple[int, int]] | None = None) -> None:
        self.read = dict(read or {})
        """How far each terminal was read, and the number of its last prompt."""

    def begun(self, world: Any) -> list[tuple[str, int]]:
        """The terminals and numbers of the commands that were begun since it was asked last."""
        found = []
        for terminal in world.machines.terminals.rows:
            since, prompt = self.read.get(terminal, (0, 0))
            shown, end = world.machines.output(terminal, since)
            for mark in MARK.finditer(shown):
                if mark[1]:
                    prompt = int(mark[1])
                else:
                    found.append((terminal, prompt))
            self.read[terminal] = end, prompt
        return found
