"""A story file: a title, what is done, and after each deed what came of it.

    # A Pod that ends in failure starts again
    $ kubectl run p --image=busybox:1.37 -- sh -c 'exit 3'
    ~ 30
      Pod/p
        created
        …

`$` is typed at the workstation (lines that begin with `> ` go on), `!` is a fault (`stop NODE`, `start NODE`,
`load SERVICE REQUESTS MILLISECONDS`), `~` lets seconds pass; what is indented is what happened.
"""

from collections.abc import Iterator
from pathlib import Path

from lessons.running import run
from simulator.kernel.clock import MILLISECOND
from simulator.world import World
from tests.stories.trace import Trace

GOLDEN = Path(__file__).parent / "golden"


def play(path: Path) -> str:
    """The file as it would be if it told what happens now."""
    world = World.boot(seed="stories")
    trace = Trace(world)
    told = []
    for deed in deeds(path):
        told.append(deed)
        perform(world, deed)
        told += trace.take()
    return "\n".join(told) + "\n"


def deeds(path: Path) -> Iterator[str]:
    """The lines of a file that are not what happened, those that go together in one."""
    pending: list[str] = []
    for line in path.read_text().splitlines():
        if line.startswith("> "):
            pending.append(line)
        elif not line.startswith("  "):
            if pending:
                yield "\n".join(pending)
            pending = [line]
    yield "\n".join(pending)


def perform(world: World, deed: str) -> None:
    kind, _, words = deed.partition(" ")
    if kind == "$":
        code, output = run(world, words.replace("\n> ", "\n"))
        assert code == 0, f"{words}: {output}"
    elif kind == "~":
        world.advance(float(words))
    elif kind == "!":
        fault(world, words.split())
    elif kind and kind != "#":
        raise ValueError(f"not a deed: {deed}")


def fault(world: World, words: list[str]) -> None:
    kubelet, load = world.cluster.kubelet, world.cluster.load
    assert kubelet is not None and load is not None
    match words:
        case ["stop", node]:
            kubelet.outages.stop(node)
        case ["start", node]:
            kubelet.outages.resume(node)
        case ["load", service, requests, cost]:
            load.on(("default", service), int(requests), int(cost) * MILLISECOND)
        case ["calm", service]:
            load.off(("default", service))
        case _:
            raise ValueError(f"no such fault: {' '.join(words)}")
