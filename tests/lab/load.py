"""`python -m tests.lab.load [--learners N] [--seconds S]`: many scripted learners in one process, and how fast they are answered.

Each learner has a sandbox of the real course and types a line every few seconds. An answer counts from the keys to the
next prompt, journal included. One learner may be made busy (`--busy`): the others must not notice.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any

LINES = (
    "kubectl get pods",
    "kubectl get nodes -o wide",
    "ls -l; pwd",
    "kubectl get all",
    "kubectl run web-{n} --image=nginx:1.29",
    "kubectl get pods -o yaml | grep image | head -5",
    "kubectl delete pod web-{n} --wait=false --ignore-not-found",
    "for n in 1 2 3; do echo $n; done",
    "kubectl describe nodes | tail -5",
)
BUSY = "while true; do :; done"
PROMPT = b"\x1b]133;B"
"""What the shell prints once a prompt stands."""
PATIENCE = 20.0


@dataclass
class Answers:
    """How long (s) the answers took, what went unanswered, and what all of it cost."""

    times: list[tuple[str, float, float]] = field(default_factory=list)
    """Line, time on the wall, and the CPU time that the whole process spent meanwhile, other learners' work included."""
    unanswered: list[str] = field(default_factory=list)
    cpu: float = 0.0
    wall: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(seconds for _, seconds, _ in self.times)

    @property
    def median_cpu(self) -> float:
        return statistics.median(seconds for _, _, seconds in self.times)

    def percentile(self, share: float) -> float:
        ordered = sorted(seconds for _, seconds, _ in self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def learner(host: Any, sandbox: Any, number: int, until: float, pause: float, answers: Answers) -> None:
    """Open a terminal, then type lines with pauses until the time is over."""
    chance = random.Random(number)
    async with host.watching(sandbox) as live:
        await host.open_terminal(sandbox, "1", 80, 24)
        await prompted(live, 0)
        await asyncio.sleep(chance.uniform(0, pause))
        turn = number
        while time.monotonic() < until:
            line = LINES[turn % len(LINES)].format(n=turn // len(LINES))
            turn += 1
            _, end = live.output("1", 0)
            began, cpu = time.perf_counter(), time.process_time()
            await host.keys(sandbox, "1", f"{line}\r".encode())
            if await prompted(live, end):
                answers.times.append((line, time.perf_counter() - began, time.process_time() - cpu))
            else:
                answers.unanswered.append(line)
            await asyncio.sleep(chance.uniform(pause * 0.5, pause * 1.5))


async def prompted(live: Any, since: int) -> bool:
    """Whether a new prompt stood within our patience."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                known = live.changed.count
                if live.output("1", since)[0].count(PROMPT) > 0:
                    return True
                await live.changed.wait(known)
    except TimeoutError:
        return False


async def busy(host: Any, sandbox: Any) -> None:
    """A learner who keeps a world computing."""
    async with host.watching(sandbox) as live:
        await host.open_terminal(sandbox, "1", 80, 24)
        await prompted(live, 0)
        await host.keys(sandbox, "1", f"{BUSY}\r".encode())
        await asyncio.sleep(3600)


async def play(host: Any, sandboxes: list[Any], seconds: float, pause: float, busy_ones: int = 0) -> Answers:
    """Have a learner in each sandbox work for a while; the first ones keep their worlds busy instead."""
    answers = Answers()
    for sandbox in sandboxes:
        await host.open(sandbox)
    disturbing = [asyncio.create_task(busy(host, sandbox)) for sandbox in sandboxes[:busy_ones]]
    began, cpu = time.monotonic(), time.process_time()
    until = began + seconds
    working = [
        learner(host, sandbox, number, until, pause, answers) for number, sandbox in enumerate(sandboxes[busy_ones:])
    ]
    await asyncio.gather(*working)
    answers.wall, answers.cpu = time.monotonic() - began, time.process_time() - cpu
    for task in disturbing:
        task.cancel()
    await asyncio.gather(*disturbing, return_exceptions=True)
    return answers


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.lab.load")
    asked.add_argument("--learners", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--pause", type=float, default=4, help="seconds between two lines of a learner, about")
    asked.add_argument("--busy", type=int, default=0, help="how many of them run an endless loop instead")
    asked.add_argument("--lesson", default="", help="the lesson they are in (default: the first)")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ.setdefault("KUBELAB_DATA", data)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
        import django

        django.setup()
        report(asyncio.run(measure(given)))
    return 0


async def measure(given: argparse.Namespace) -> Answers:
    from asgiref.sync import sync_to_async
    from django.core.management import call_command

    from lab.accounts.models import User
    from lab.catalogue import content
    from lab.sandboxes.host import close_host, host
    from lab.sandboxes.models import Sandbox
    from lab.sandboxes.worlds import prepare

    await sync_to_async(call_command)("migrate", verbosity=0)
    await asyncio.to_thread(prepare)
    lesson = given.lesson or content.lessons()[0].id
    sandboxes = []
    for _ in range(given.learners):
        guest = await sync_to_async(User.objects.create_guest)()
        sandboxes.append((await Sandbox.objects.acreate(owner=guest, lesson=lesson)).pk)
    answers = await play(host(), sandboxes, given.seconds, given.pause, given.busy)
    await close_host()
    return answers


def report(answers: Answers) -> None:
    lines = len(answers.times)
    print(
        f"{lines} lines in {answers.wall:.0f} s, {len(answers.unanswered)} unanswered {sorted(set(answers.unanswered))}"
    )
    print(
        f"median {answers.median * 1e3:.1f} ms, 90 % {answers.percentile(0.9) * 1e3:.0f} ms, most {answers.percentile(1) * 1e3:.0f} ms"
    )
    print(f"median CPU time of the process between question and answer: {answers.median_cpu * 1e3:.1f} ms")
    print(
        f"CPU {answers.cpu / answers.wall:.0%} of one core, {answers.cpu / lines * 1e3:.1f} ms a line, all that runs beside included"
    )
    by_line: dict[str, list[float]] = {}
    for line, seconds, _ in answers.times:
        by_line.setdefault(" ".join(line.split()[:3]), []).append(seconds)
    for line, times in by_line.items():
        print(f"  {statistics.median(times) * 1e3:8.1f} ms  {line}")


if __name__ == "__main__":
    sys.exit(main())
