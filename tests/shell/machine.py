"""A machine to try the shell on, as tests see it: a command line in, what is printed and the exit code out."""

from typing import Any

from simulator.kernel.clock import SECOND, Clock
from simulator.kernel.component import Kernel
from simulator.kernel.random import Random
from simulator.kernel.state import State, decode, encode
from simulator.runtime.machines import Machines
from simulator.runtime.network import Network
from simulator.runtime.nodes import LAYERS, Node, directory, executable, file
from simulator.runtime.programs import PROGRAMS
from simulator.shell import programs

START = 1_793_620_800 * SECOND
NAMES = programs.NAMES

LAYERS["tests/tools"] = {
    **{f"/bin/{name}": executable(name) for name in NAMES},
    "/etc/passwd": file("root:x:0:0:root:/root:/bin/bash\nyou:x:1000:1000:you:/home/you:/bin/bash\n"),
    "/etc/group": file("root:x:0:\nyou:x:1000:\n"),
    "/home/you": directory(owner=1000, group=1000),
    "/root": directory(mode=0o700),
}
LAYERS["tests/busybox"] = {"/bin/busybox": executable("busybox")}


class Bench:
    """One world with one machine named `m`, stored values frozen."""

    def __init__(
        self,
        files: dict[str, Node] | None = None,
        *,
        network: Network | None = None,
        user: int = 0,
        layers: tuple[str, ...] = ("tests/tools",),
    ) -> None:
        self.state = State()
        self.clock = Clock(START, self._perform)
        self.machines = Machines(Kernel(self.state, self.clock, Random("1", self.state)), network, strict=True)
        home = "/home/you" if user else "/root"
        self.machines.create(
            "m",
            layers=layers,
            files=files,
            hostname="lab",
            user=user,
            groups=(user,),
            cwd=home,
            env={"HOME": home, "USER": "you" if user else "root", "LANG": "C.UTF-8"},
        )
        self.machines.spawn("m", ["pause"], stdout="null", stderr="null")
        self.sessions = 0

    def _perform(self, component: str, step: str, arguments: tuple[Any, ...]) -> None:
        if component == "machines":
            getattr(self.machines, step)(*arguments)

    def start(self, *argv: str, stdin: bytes | None = None, tty: bool = False) -> str:
        self.sessions += 1
        name = f"session-{self.sessions}"
        self.machines.open_session(name, "m", argv, stdin=stdin is not None, tty=tty)
        if stdin is not None:
            if stdin:
                self.machines.session_input(name, stdin)
            self.machines.session_input(name, b"")
        return name

    def finish(self, name: str, seconds: float = 600) -> tuple[str, str, int | None]:
        """Everything a session prints until it ends or the virtual seconds are over."""
        since, gathered = (0, 0), {1: b"", 2: b""}
        until = self.clock.now + round(seconds * SECOND)
        while True:
            self.clock.settle()
            chunks, since = self.machines.session_output(name, since)
            for channel, data in chunks:
                gathered[channel] += data
            if chunks:
                continue
            code = self.machines.session_exit(name)
            if code is not None or self.clock.next_due is None or self.clock.next_due > until:
                break
            self.clock.step()
        return gathered[1].decode("utf-8", "replace"), gathered[2].decode("utf-8", "replace"), code

    def run(self, script: str, *, shell: str = "bash", stdin: bytes | None = None) -> tuple[str, str, int | None]:
        return self.finish(self.start(shell, "-c", script, stdin=stdin))

    def again(self) -> None:
        """Save everything and go on from what was saved, in new objects."""
        now, order, queue = self.clock.dump()
        saved = encode((now, order, queue, self.state.dump()))
        now, order, queue, tables = decode(saved)
        self.state = State.load(tables)
        self.clock = Clock(now, self._perform, queue, order)
        kernel = Kernel(self.state, self.clock, Random("1", self.state))
        self.machines = Machines(kernel, self.machines.network, strict=True)


__all__ = ["NAMES", "PROGRAMS", "Bench"]
