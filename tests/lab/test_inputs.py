"""What people do to a world, as the journal keeps it."""

import re

import pytest

from lab.sandboxes.inputs import action, close_terminal, keys, open_terminal, perform, release, set_off
from simulator.faults import UnknownFault
from simulator.world import World


def shown_after(world: World, *typed: bytes) -> str:
    """What a terminal shows once each of these was typed, control sequences taken away."""
    for data in typed:
        perform(world, keys("t1", data))
        world.clock.advance(1)
    shown, _ = world.machines.output("t1")
    return re.sub(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[A-Za-z]|\r", "", shown.decode())


def test_a_shell_that_was_left_begins_anew_with_the_next_key() -> None:
    for first in (b"e", b"\re"):
        world = World.boot(seed="1")
        perform(world, open_terminal("t1", 80, 24))
        world.clock.advance(1)
        shown = shown_after(world, b"exit\r", first, b"cho again\r")
        assert shown == "you@lab:~$ exit\nexit\nyou@lab:~$ echo again\nagain\nyou@lab:~$ "


def test_closing_a_terminal_ends_what_runs_on_it_and_keeps_what_it_showed() -> None:
    world = World.boot(seed="1")
    for terminal in ("t1", "t2"):
        perform(world, open_terminal(terminal, 80, 24))
    world.clock.advance(1)
    shown_after(world, b"echo kept; kubectl get nodes -w\r")
    perform(world, close_terminal("t1"))
    perform(world, close_terminal("t9"))
    world.clock.advance(1)
    assert not world.machines.has_shell("t1")
    assert world.machines.has_shell("t2")
    perform(world, open_terminal("t1", 100, 30))
    world.clock.advance(1)
    shown = shown_after(world)
    assert "kept\n" in shown
    assert shown.endswith("you@lab:~$ ")
    assert shown_after(world, b"stty size; jobs\r").endswith("30 100\nyou@lab:~$ ")


def test_faults_as_the_journal_keeps_them() -> None:
    world = World.boot(seed="1")
    asked = set_off("node-disk-full", {"node": "node-1", "gibibytes": "60"})
    identity = perform(world, action(asked.kind, asked.payload()))
    assert [dict(one.arguments) for one in world.faults.standing()] == [{"node": "node-1", "gibibytes": 60}]
    undone = release(identity)
    perform(world, action(undone.kind, undone.payload()))
    assert not world.faults.standing()
    with pytest.raises(UnknownFault, match="node must be one of"):
        perform(world, set_off("node-reboots", {"node": "node-7"}))
