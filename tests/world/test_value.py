"""The world is a value: forked, saved, restored and replayed worlds are equal, and time may be cut anywhere."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.kernel.state import decode, encode
from simulator.spec import lab
from simulator.world import World
from tests.world.actions import Action, perform, play, stories

RUN_ON = 45.0
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def begin(seed: str = "value") -> World:
    return World.boot(lab(3), seed=seed)


@QUICK
@given(before=stories, after=stories)
def test_a_fork_and_its_origin_go_the_same_way(before: list[Action], after: list[Action]) -> None:
    origin = play(begin(), before)
    fork = origin.fork()
    assert play(origin, after).digest() == play(fork, after).digest()


@QUICK
@given(before=stories, after=stories)
def test_a_fork_never_changes_its_origin(before: list[Action], after: list[Action]) -> None:
    origin = play(begin(), before)
    digest = origin.digest()
    play(origin.fork(), after).advance(RUN_ON)
    assert origin.digest() == digest


@QUICK
@given(before=stories, after=stories)
def test_a_restored_world_goes_on_as_the_saved_one(before: list[Action], after: list[Action]) -> None:
    origin = play(begin(), before)
    restored = World.restore(origin.save())
    assert restored.digest() == origin.digest()
    assert play(restored, after).digest() == play(origin, after).digest()


@QUICK
@given(story=stories, cuts=st.lists(st.integers(1, 4_000_000), max_size=40))
def test_one_jump_equals_any_split_of_it(story: list[Action], cuts: list[int]) -> None:
    jumped = play(begin(), story)
    stepped = jumped.fork()
    end = jumped.clock.now + round(RUN_ON * 1_000_000)
    jumped.clock.advance_to(end)
    for cut in cuts:
        stepped.clock.advance_to(min(stepped.clock.now + cut, end))
    stepped.clock.advance_to(end)
    assert stepped.digest() == jumped.digest()


@QUICK
@given(story=stories)
def test_the_same_seed_and_inputs_give_the_same_bytes(story: list[Action]) -> None:
    assert play(begin("a"), story).save() == play(begin("a"), story).save()


def test_seconds_one_by_one_equal_one_jump() -> None:
    jumped = play(begin(), [("deploy", "api", "nginx:1.29", "3"), ("deploy", "web", "ngnix:1.29", "1")])
    stepped = jumped.fork()
    jumped.advance(120)
    for _ in range(120):
        stepped.advance(1)
    assert stepped.digest() == jumped.digest()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=stories)
def test_nothing_stored_is_changed_in_place(story: list[Action]) -> None:
    world = World.restore(begin().save())
    play(world, story).advance(RUN_ON)


STORY: list[Action] = [
    ("deploy", "web", "nginx:1.29", "2"),
    ("expose", "web"),
    ("wait", "3"),
    ("deploy", "db", "busybox:1.37", "1"),
    ("set-image", "web", "ngnix:1.29"),
    ("type", "for i in 1 2; do date; sleep 1; done\r"),
]

FRESH = """
import sys
from simulator.world import World
world = World.restore(sys.stdin.buffer.read())
world.advance(45)
print(world.digest())
"""


def test_a_fresh_process_restores_the_very_world() -> None:
    world = play(begin(), STORY)
    ran = subprocess.run([sys.executable, "-c", FRESH], input=world.save(), capture_output=True, check=True)
    world.advance(RUN_ON)
    assert ran.stdout.decode().strip() == world.digest()


def test_another_seed_draws_other_names() -> None:
    names = []
    for seed in ("a", "b"):
        world = play(begin(seed), [("deploy", "web", "nginx:1.29", "1"), ("wait", "3")])
        names.append([pod["metadata"]["name"] for pod in world.cluster.store.list("pods", "default")])
    assert names[0] != names[1]


def test_a_saved_world_can_name_no_class() -> None:
    with pytest.raises(Exception, match="plain values only"):
        decode(encode(perform))
