"""Images that a cluster itself runs: pause. Upstream: build/pause"""

from simulator.runtime import signals
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program


@program("pause")
class Pause(Program):
    """What holds a Pod's sandbox open: it does nothing until it is told to end; with `-v` it only says what it is."""

    def start(self, process: Process) -> Outcome:
        if "-v" in process.argv[1:]:
            process.print("pause.c")
            return Exit(0)
        process.handle(signals.TERM)
        process.handle(signals.INT)
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        process.error("Shutting down, got signal: Terminated")
        return Exit(0)


repository(
    "registry.k8s.io/pause",
    {"3.10.2": "3.10.2", "3.10.1": "3.10.1", "3.10": "3.10", "3.9": "3.9", "latest": "3.10.2"},
    320_448,
    (layer("pause", {"/pause": executable("pause")}),),
    entrypoint=("/pause",),
    user=65535,
)
