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
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, time
from typing import Any

import uvicorn

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.garbage import settle
from simulator.gateway import Gateway
from simulator.kernel.clock import SECOND
from simulator.kubectl.program import find
from simulator.serving import bind, lifespan
from simulator.spec import WorldSpec
from simulator.world import World
from tests.fidelity import Result
from tests.kubectl.support import KUBECONFIG, SERVER, MemoryTerminal, Ran
from tests.kubectl.transcripts import CORPUS, Step, read, shown, spec, symbolic

NAME = "kubectl"
REAL = Path(sys.prefix) / "bin" / "kubectl"

UNORDERED = {
    ("annotate", "--list"): "the real program walks a map, in another order each time",
    ("auth", "--list"): "the real program walks a map, in another order each time",
    ("get", "events"): "as with the command `events`",
    (
        "events",
    ): "of more than twelve events of the same second the order is not the same: Go's sort keeps no order then",
    ("label", "--list"): "the real program walks a map, in another order each time",
    ("logs", "-l"): "the real program walks a map of the Pods, in another order each time",
    ("logs", "--all-containers"): "and of the containers",
    ("logs", "--all-pods"): "as with a selector",
}
"""Commands, by their first word and another, whose lines may come in any order, and why."""
"""And of `drain` the words: why Pods must not leave a node, it tells in the order of a map too."""
DESCENDING = "jsonpath={.."
"""Templates that look everywhere: the real program walks maps, in another order each time."""
TIMED_OUT = re.compile(
    r"(net/http: request canceled|context deadline exceeded)( \(Client\.Timeout or context cancellation while reading body\))?$",
    re.M,
)
"""Of a log that is followed for too long, one of three errors is told, as two threads of the real program race."""
CHANCE = re.compile(
    r'^[EI].* (reflector\.go:\d+\] "(Failed to watch" err="(context deadline exceeded|Get .*: context canceled)"|'
    r'Warning: watch ended with error")|streamwatcher\.go:\d+\] "Unable to decode|'
    r'websocket\.go:\d+\] "Closed channel -- returning").*\n',
    re.M,
)
"""Lines of the real program's log that come or not, as two of its threads race: a watch whose time is up as it begins, or before
anything has happened; a watch or a WebSocket that is closed as the program ends."""
SOCKET = re.compile(r"(<LOG> \w websocket\.go \d+\].*\n)+")
"""What a WebSocket's client logs, reader and writer each on a thread of its own."""
LOGGED = re.compile(r"^([EFIW])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ((\S+?):(\d+)\])", re.M)
"""How a line of the log begins. Where in the source it is from is compared as well."""
CURL = re.compile(r"curl -v -X.*")
"""A request as a command; its headers come in any order."""
FIELDS = re.compile(r"(?<=fieldSelector=)[^&\s\"']+")
"""What an object's fields must be in a request; the real program walks a map of them, in another order each time."""
TRACE = re.compile(
    r'^I.* (envvar\.go:\d+\] "Feature gate default state"|round_trippers\.go:\d+\] "Response" verb="GET" '
    r'url="[^"]*/apis?\?timeout=32s").*\n|^\tServer: uvicorn\n|^\tDate: .*\n',
    re.M,
)
"""Of a trace: feature gates come in any order, what a cold cache of the API's kinds asks for, who serves the judge when."""
HELP = "\nUsage:\n"
"""Help texts are our own words: of two pages of help, flags, defaults and usage are compared, not sentences."""


class SteppingAccess:
    """A world whose time goes on only while a client waits for something to happen, and then so much faster."""

    RATE = 30
    MOST = 2.0
    """Seconds of virtual time that the first moment of waiting is worth at the most."""
    LONGEST = 10.0
    """And that a client's sleep is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._waited = monotonic()
        self._allowed = 0
        self._flows = False

    def begin(self, *, flows: bool) -> None:
        """The next client comes; one that sleeps between its requests waits there too."""
        self._waited, self._flows = monotonic(), flows

    async def request(self, request: Request) -> Response:
        now = monotonic()
        if self._flows:
            self.world.clock.advance(round(min((now - self._waited) * self.RATE, self.LONGEST) * SECOND))
            self._waited = now
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

    async def pause(self, latency: int) -> None:
        self.world.clock.advance(latency)

    async def changed(self, timeout: float) -> None:
        await asyncio.sleep(0.002)
        now, clock = monotonic(), self.world.clock
        self._allowed += round(min((now - self._waited) * self.RATE, self.MOST) * SECOND)
        self._waited = now
        due = clock.next_due
        if due is not None and due - clock.now <= self._allowed:
            self._allowed -= max(due - clock.now, 0)
            clock.advance_to(due)


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
        env = {"HOME": str(self.home), "PATH": os.environ["PATH"], "TZ": "UTC", "GOGC": "off"}
        assert self.served.access is not None
        self.served.access.begin(flows=step.words[:1] == ["drain"])
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


@dataclass(frozen=True)
class Verdict:
    """One command of a transcript: whether both showed the same, and if not what they showed."""

    verb: str
    difference: str = ""


def run(only: str = "") -> Result:
    verdicts = [verdict for path in transcripts(only) for verdict in judge(path)]
    differences = [verdict.difference for verdict in verdicts if verdict.difference]
    return Result(NAME, len(verdicts) - len(differences), len(verdicts), differences)


def transcripts(only: str = "") -> list[Path]:
    return [path for path in sorted(CORPUS.rglob("*.txt")) if not only or path.stem == only]


def judge(path: Path) -> list[Verdict]:
    """Every command of a transcript, in its order."""
    steps = read(path)
    served = Served()
    try:
        with tempfile.TemporaryDirectory() as home:
            pair = Pair(served, Path(home).resolve(), spec(steps, (int(time()) - 90) * SECOND))
            return [verdict for step in steps if (verdict := judged(path, pair, step)) is not None]
    finally:
        served.stop()


def judged(path: Path, pair: Pair, step: Step) -> Verdict | None:
    """Do a step in both worlds; the verdict if it is a command."""
    if step.file:
        pair.write(step.file, step.stdin)
    elif step.seconds:
        pair.advance(step.seconds)
    if not step.is_command:
        return None
    ours, theirs = pair.play(step)
    verb = find(step.words)[0][1:2]
    name = verb[0].name if verb else "kubectl"
    if alike(step, ours, theirs):
        return Verdict(name)
    pages = [shown(ran.out, ran.err, ran.code) for ran in (ours, theirs)]
    return Verdict(name, f"{path.stem}: $ {step.line}\n--- ours\n{pages[0]}\n--- theirs\n{pages[1]}\n")


def alike(step: Step, ours: Ran, theirs: Ran) -> bool:
    """Whether both show the same on each stream and end the same, apart from what is allowed to differ."""
    return ours.code == theirs.code and same_text(step, ours.out, theirs.out) and same_text(step, ours.err, theirs.err)


def same_text(step: Step, ours: str, theirs: str) -> bool:
    theirs = theirs.replace("422 Unprocessable Content", "422 Unprocessable Entity")  # the judge's server is not Go's
    if HELP in ours and HELP in theirs:
        return skeleton(ours) == skeleton(theirs)
    if step.words and step.words[0] == "options":
        return flags(ours) == flags(theirs)
    ours, theirs = (
        CURL.sub(lambda found: " ".join(sorted(re.split(r" -H | (?=')", found[0]))), text) for text in (ours, theirs)
    )
    ours, theirs = (
        FIELDS.sub(lambda found: "%2C".join(sorted(found[0].split("%2C"))), text) for text in (ours, theirs)
    )
    theirs = theirs.replace("422 Unprocessable Content", "422 Unprocessable Entity")  # as Python serves it, not Go
    ours, theirs = (
        TIMED_OUT.sub("<TIMED OUT>", TRACE.sub("", text)) for text in (CHANCE.sub("", ours), CHANCE.sub("", theirs))
    )
    ours, theirs = (SOCKET.sub(in_order, symbolic(LOGGED.sub(r"<LOG> \1 \3 \4]", text))) for text in (ours, theirs))
    if step.words[0] == "drain":
        return sorted(re.split(r"[\s,;\[\]]+", ours)) == sorted(re.split(r"[\s,;\[\]]+", theirs))
    if any(word.startswith(DESCENDING) for word in step.words):
        return sorted(re.split(r"[\s,{}]+", ours)) == sorted(re.split(r"[\s,{}]+", theirs))
    if any(step.words[:1] == [words[0]] and set(words) <= set(step.words) for words in UNORDERED):
        return sorted(ours.split("\n")) == sorted(theirs.split("\n"))
    return ours == theirs


def in_order(lines: re.Match[str]) -> str:
    return "".join(sorted(lines[0].splitlines(keepends=True)))


def skeleton(page: str) -> list[str]:
    """What a page of help promises: commands, flags with their defaults, usage, how it ends."""
    lines = page.split("\n")
    usage = lines.index("Usage:")
    commands = [found.group(1) for line in lines if (found := re.match(r"  ([a-z][a-z-]+) {2,}\S", line))]
    return [*commands, *flags(page), *lines[usage : usage + 2], *lines[-2:]]


def flags(page: str) -> list[str]:
    return [line for line in page.split("\n") if re.match(r" {4}(-\w, )?--[a-z-]+=.*:$", line)]


def main(only: str = "") -> int:
    """Judge the whole corpus with a worker for each of two processors: a table by verb, then what differs."""
    by_verb: dict[str, list[Verdict]] = {}
    with ProcessPoolExecutor(2, get_context("spawn"), initializer=settle) as workers:
        longest_first = sorted(transcripts(only), key=lambda path: -path.stat().st_size)
        for verdicts in workers.map(judge, longest_first):
            for verdict in verdicts:
                by_verb.setdefault(verdict.verb, []).append(verdict)
    wrong = [verdict.difference for verdicts in by_verb.values() for verdict in verdicts if verdict.difference]
    print("\n".join(wrong))
    for verb, verdicts in sorted(by_verb.items()):
        print(f"{verb:16} {sum(not each.difference for each in verdicts)}/{len(verdicts)}")
    total = sum(map(len, by_verb.values()))
    print(f"{NAME:16} {total - len(wrong)}/{total}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
