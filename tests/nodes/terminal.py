"""A person at the workstation who logs in to nodes."""

from simulator.spec import WorldSpec, lab
from tests.nodes.support import Lab
from tests.world.terminal import CONTROL

WORKSTATION = "you@lab:~$ "


class Operator(Lab):
    """Types commands; each line is answered once the prompt of the machine in front is back."""

    def __init__(self, spec: WorldSpec | None = None) -> None:
        super().__init__(spec or lab(2))
        self.world.machines.open_terminal("workstation", "t", 250, 50)
        self.offset = 0
        self.prompt = WORKSTATION
        self._wait(3)

    def _wait(self, seconds: float) -> str:
        shown = ""
        for _ in range(int(seconds * 10)):
            self.world.advance(0.1)
            data, self.offset = self.world.machines.output("t", self.offset)
            shown += CONTROL.sub("", data.decode("utf-8", "replace")).replace("\r", "")
            if shown.endswith(self.prompt):
                break
        return shown

    def run(self, line: str, seconds: float = 30) -> str:
        """What a command prints."""
        self.world.machines.type("t", line.encode() + b"\r")
        shown = self._wait(seconds)
        assert shown.endswith(self.prompt), shown
        return shown.removeprefix(line + "\n").removesuffix(self.prompt)

    def log_in(self, node: str) -> None:
        self.prompt = f"root@{node}:~# "
        self.run(f"ssh {node}")

    def log_out(self) -> str:
        self.prompt = WORKSTATION
        return self.run("exit")
