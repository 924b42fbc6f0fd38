"""Our kubectl and the real one, command by command against worlds that are alike: what they show must be equal.

`python -m tests.fidelity kubectl --all` shows every difference.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

import uvicorn

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.gateway import Gateway
from simulator.kernel.clock import SECOND
from simulator.serving import bind, lifespan
from simulator.spec import WorldSpec, lab
from simulator.world import World
from tests.fidelity import Result
from tests.kubectl.support import KUBECONFIG, SERVER, MemoryTerminal, Ran
from tests.kubectl.transcripts import CORPUS, Step, read, shown, symbolic

NAME = "kubectl"
REAL = Path(sys.prefix) / "bin" / "kubectl"

UNORDERED = {
    ("auth", "--list"): "the real program walks a map, in another order each time",
    ("events",): "of more than twelve events of the same second the order is not the same; why is not known yet",
    ("label", "--list"): "the real program walks a map, in another order each time",
    ("logs", "-l"): "the real program walks a map of the Pods, in another order each time",
}
"""Commands, by their first word and another, whose lines may come in any order, and why."""
QUOTED_OBJECT = 'patch: Invalid value: "{'
"""A stored object quoted in a message: its keys are as the client sent them, which is protobuf's order or JSON's."""
CHANCE = re.compile(r'^E.* reflector\.go:\d+\] "Failed to watch" err="context deadline exceeded".*\n', re.M)
"""Lines of the real program's log that come or not, as two of its threads race: a watch whose time is up as it begins."""
HELP = "\nUsage:\n"
"""Help texts are our own words: of two pages of help, flags, defaults and usage are compared, not sentences."""


class SteppingAccess:
    """A world whose time goes on only while a client waits for something to happen."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def request(self, request: Request) -> Response:
        cluster = self.world.cluster
        response = cluster.server.handle(cluster.authenticate(request))
        self.world.clock.settle()
        return response

    async def poll(self, stream: Stream) -> Polled:
        return self.world.poll(stream)

    async def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        sent = self.world.send(stream, channel, payload)
        self.world.clock.settle()
        return sent

    async def changed(self, timeout: float) -> None:
        await asyncio.sleep(0.002)
        if (due := self.world.clock.next_due) is not None:
            self.world.clock.advance_to(due)


class Served:
    """A world behind a port, for the real program; another world can take its place."""

    def __init__(self) -> None:
        self.access: SteppingAccess | None = None
        self._listener = bind(0)
        self.server = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(self._application, ws="wsproto", log_level="error", interface="asgi3")
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        else:
            assert self.access is not None
            await self._gateway(self.access, scope, receive, send)

    def _serve(self) -> None:
        self._gateway = Gateway()
        asyncio.run(self._uvicorn.serve(sockets=[self._listener]))

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(5)


@dataclass
class Pair:
    """The same beginning for both programs."""

    served: Served
    home: Path
    spec: WorldSpec

    def __post_init__(self) -> None:
        self.ours = MemoryTerminal(World.boot(self.spec, seed="judge"), home=str(self.home), server=self.served.server)
        self.theirs = World.boot(self.spec, seed="judge")
        self.served.access = SteppingAccess(self.theirs)
        (self.home / ".kube").mkdir(parents=True)
        (self.home / ".kube" / "config").write_text(KUBECONFIG.replace(SERVER, self.served.server))

    def play(self, step: Step) -> tuple[Ran, Ran]:
        """What both show of a step."""
        try:
            mine = self.ours.run(step.words, step.stdin)
        except Exception as error:  # a crash is a difference like another
            mine = Ran("", f"crashed: {error!r}", None)
        env = {"HOME": str(self.home), "PATH": os.environ["PATH"], "TZ": "UTC"}
        try:
            ran = subprocess.run(
                [str(REAL), *step.words],
                input=step.stdin.encode(),
                capture_output=True,
                env=env,
                cwd=self.home,
                timeout=8,
            )
            real = Ran(ran.stdout.decode(), ran.stderr.decode(), ran.returncode)
        except subprocess.TimeoutExpired as stopped:
            real = Ran((stopped.stdout or b"").decode(), (stopped.stderr or b"").decode(), None)
        self._even_out()
        return mine, real

    def _even_out(self) -> None:
        latest = max(self.ours.world.clock.now, self.theirs.clock.now)
        self.ours.world.clock.advance_to(latest)
        self.theirs.clock.advance_to(latest)

    def write(self, name: str, content: str) -> None:
        self.ours.write_file(name, content.encode())
        (self.home / name).parent.mkdir(parents=True, exist_ok=True)
        (self.home / name).write_text(content)

    def advance(self, seconds: float) -> None:
        self.ours.world.advance(seconds)
        self.theirs.advance(seconds)


def run(only: str = "") -> Result:
    equal = total = 0
    differences: list[str] = []
    served = Served()
    spec = WorldSpec(lab().clusters, start=(int(time()) - 90) * SECOND)
    try:
        for path in sorted(CORPUS.rglob("*.txt")):
            if only and path.stem != only:
                continue
            with tempfile.TemporaryDirectory() as home:
                good, count, found = judge(path, Pair(served, Path(home).resolve(), spec))
            equal, total = equal + good, total + count
            differences += found
    finally:
        served.stop()
    return Result(NAME, equal, total, differences)


def judge(path: Path, pair: Pair) -> tuple[int, int, list[str]]:
    """How many commands of a transcript are alike, of how many, and what is not."""
    equal = total = 0
    found = []
    for step in read(path):
        if step.file:
            pair.write(step.file, step.stdin)
        elif step.seconds:
            pair.advance(step.seconds)
        elif step.is_command:
            total += 1
            ours, theirs = pair.play(step)
            if alike(step, ours, theirs):
                equal += 1
            else:
                pages = [shown(ran.out, ran.err, ran.code) for ran in (ours, theirs)]
                found.append(f"{path.stem}: $ {step.line}\n--- ours\n{pages[0]}\n--- theirs\n{pages[1]}\n")
    return equal, total, found


def alike(step: Step, ours: Ran, theirs: Ran) -> bool:
    """Whether both show the same on each stream and end the same, apart from what is allowed to differ."""
    return ours.code == theirs.code and same_text(step, ours.out, theirs.out) and same_text(step, ours.err, theirs.err)


def same_text(step: Step, ours: str, theirs: str) -> bool:
    if HELP in ours and HELP in theirs:
        return skeleton(ours) == skeleton(theirs)
    if step.words and step.words[0] == "options":
        return flags(ours) == flags(theirs)
    ours, theirs = symbolic(ours), symbolic(CHANCE.sub("", theirs))
    if QUOTED_OBJECT in ours:
        return sorted(re.split("[,{}]", ours)) == sorted(re.split("[,{}]", theirs))
    if any(step.words[:1] == [words[0]] and set(words) <= set(step.words) for words in UNORDERED):
        return sorted(ours.split("\n")) == sorted(theirs.split("\n"))
    return ours == theirs


def skeleton(page: str) -> list[str]:
    """What a page of help promises: commands, flags with their defaults, usage, how it ends."""
    lines = page.split("\n")
    usage = lines.index("Usage:")
    commands = [found.group(1) for line in lines if (found := re.match(r"  ([a-z][a-z-]+) {2,}\S", line))]
    return [*commands, *flags(page), *lines[usage : usage + 2], *lines[-2:]]


def flags(page: str) -> list[str]:
    return [line for line in page.split("\n") if re.match(r" {4}(-\w, )?--[a-z-]+=.*:$", line)]


if __name__ == "__main__":
    result = run(sys.argv[1] if len(sys.argv) > 1 else "")
    print("\n".join(result.differences))
    print(f"{result.name} {result.equal}/{result.total}")
