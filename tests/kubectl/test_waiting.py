"""A command that waits is plain data: a world forked in the middle of it goes on in both worlds."""

from typing import Any

from simulator.kernel.state import decode, encode
from simulator.kubectl.command import Waiting
from simulator.kubectl.program import begin, go_on
from simulator.world import World
from tests.kubectl.support import MemoryTerminal

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: nginx}]
"""


def go(terminal: MemoryTerminal, words: list[str], memory: dict[str, Any], waiting: Waiting) -> int:
    """Let time pass until the command ends."""
    result: int | Waiting = waiting
    while isinstance(result, Waiting):
        due = terminal.world.clock.next_due
        assert due is not None
        terminal.world.clock.advance_to(due)
        result = go_on(terminal, words, memory, result.step, result.arguments)
    return result


def test_a_rollout_is_followed_in_two_worlds() -> None:
    words = ["rollout", "status", "deploy/web"]
    terminal = MemoryTerminal(World.boot())
    assert terminal.run(["create", "-f", "-"], DEPLOYMENT).code == 0
    terminal.out = b""
    memory: dict[str, Any] = {}
    waiting = begin(terminal, words, memory)
    assert isinstance(waiting, Waiting)
    kept = decode(encode((memory, waiting.step, waiting.arguments)))
    twin = MemoryTerminal(terminal.world.fork(), out=terminal.out)
    assert go(terminal, words, memory, waiting) == 0
    assert go(twin, words, kept[0], Waiting(kept[1], kept[2])) == 0
    assert terminal.out == twin.out
    assert terminal.out.decode().endswith('deployment "web" successfully rolled out\n')


def test_a_watch_shows_what_comes() -> None:
    words = ["get", "pods", "-w"]
    terminal = MemoryTerminal(World.boot())
    memory: dict[str, Any] = {}
    waiting = begin(terminal, words, memory)
    assert isinstance(waiting, Waiting)
    assert terminal.out == b""
    shown = MemoryTerminal(terminal.world)
    assert shown.run(["create", "-f", "-"], DEPLOYMENT).code == 0
    terminal.world.advance(20)
    after = go_on(terminal, words, memory, waiting.step, waiting.arguments)
    assert isinstance(after, Waiting)
    lines = terminal.out.decode().splitlines()
    assert lines[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert [line.split()[2] for line in lines[1:] if line.split()[2] == "Running"]


def test_deleting_waits_until_the_object_is_gone() -> None:
    terminal = MemoryTerminal(World.boot())
    assert terminal.run(["create", "-f", "-"], DEPLOYMENT).code == 0
    terminal.world.advance(20)
    pod = terminal.run(["get", "pods", "-o", "name"]).out.split()[0]
    ran = terminal.run(["delete", pod], patience=60_000_000)
    assert ran.code == 0
    assert ran.out == f'pod "{pod.removeprefix("pod/")}" deleted from default namespace\n'
    assert terminal.run(["get", pod]).code == 1
