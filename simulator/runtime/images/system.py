"""Images that a cluster itself runs: pause."""

from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Outcome, Program, Wait, program


@program("pause")
class Pause(Program):
    """Does nothing until a signal ends it."""

    def start(self, process: Process) -> Outcome:
        return Wait("start")


repository(
    "registry.k8s.io/pause",
    {"3.10.1": "3.10.1", "3.10": "3.10", "3.9": "3.9", "latest": "3.10.1"},
    320_448,
    (layer("pause", {"/pause": executable("pause")}),),
    entrypoint=("/pause",),
    user=65535,
)
