"""A person at the workstation's terminal of a whole world."""

import re

from simulator.workstation import NAME
from simulator.world import World

CONTROL = re.compile(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][0B]?")
PROMPT = "you@lab:~$ "


class Person:
    """Types, lets time pass, and reads what is shown (control sequences taken away)."""

    def __init__(self, seconds: float = 30) -> None:
        self.world = World.boot()
        self.world.advance(seconds)
        self.world.machines.open_terminal(NAME, "t", 100, 30)
        self.offset = 0
        self.type("")

    def type(self, keys: str, seconds: float = 0.5) -> str:
        self.world.machines.type("t", keys.encode())
        self.world.advance(seconds)
        shown, self.offset = self.world.machines.output("t", self.offset)
        return CONTROL.sub("", shown.decode("utf-8", "replace")).replace("\r", "")

    def run(self, line: str, seconds: float = 60) -> str:
        """What a command prints until the prompt is back."""
        shown = self.type(line + "\r", 0.2)
        for _ in range(int(seconds * 5)):
            if shown.endswith(PROMPT):
                break
            shown += self.type("", 0.2)
        assert shown.endswith(PROMPT), shown
        return shown.removeprefix(line + "\n").removesuffix(PROMPT)
