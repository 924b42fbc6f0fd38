"""Long work beside an event loop: it is cut into turns, whatever it does, and its world stays whole."""

import asyncio
import gc
import importlib
import signal
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import thread_time
from typing import Any

import pytest

from lab.sandboxes import turns
from lab.sandboxes.turns import TURN, Lane, Work, in_turns
from simulator.runtime import nodes


def compute(seconds: float) -> float:
    """Use up CPU time in plain bytecodes."""
    until = thread_time() + seconds
    while thread_time() < until:
        pass
    return seconds


def nested(seconds: float) -> Iterator[float]:
    """The same in the middle of a generator, a sort and a handler."""
    try:
        raise KeyError
    except KeyError:
        yield from sorted([3, 1, 2], key=lambda number: (compute(seconds / 3), number)[1])


def test_long_work_is_interrupted_and_goes_on() -> None:
    work = Work(lambda: list(nested(TURN * 60)))
    turns = 1
    while not work.take_turn():
        turns += 1
    assert work.result == [1, 2, 3]
    assert turns >= 4


def test_short_work_is_done_in_one_turn() -> None:
    work = Work(lambda: 42)
    assert work.take_turn()
    assert work.result == 42


def test_a_mistake_reaches_whoever_gave_the_turn() -> None:
    def fail() -> None:
        compute(TURN * 8)
        raise ValueError("a mistake")

    work = Work(fail)
    with pytest.raises(ValueError, match="a mistake"):
        while not work.take_turn():
            pass


@pytest.mark.asyncio
async def test_others_go_on_meanwhile() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(count())
    assert await in_turns(compute, TURN * 20) == TURN * 20
    other.cancel()
    assert turns >= 5


@pytest.mark.asyncio
async def test_a_lane_gives_turns_in_order_to_all() -> None:
    lane = Lane(rest=0)
    works = [Work(compute, TURN * 12), Work(compute, TURN * 12), Work(compute, TURN / 4)]
    done: list[int] = []

    async def finish(number: int) -> None:
        await lane.finish(works[number])
        done.append(number)

    await asyncio.gather(*(finish(number) for number in range(3)))
    assert done[0] == 2, "the short one does not wait until the long ones are done"


@pytest.mark.asyncio
async def test_what_nobody_waits_for_any_more_goes_to_its_end() -> None:
    ended: list[bool] = []

    def long() -> None:
        compute(TURN * 15)
        ended.append(True)

    task = asyncio.create_task(in_turns(long))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not ended
    while not ended:
        await asyncio.sleep(TURN)


def test_what_is_given_up_ends() -> None:
    ended: list[bool] = []

    def long() -> None:
        try:
            compute(60)
        finally:
            ended.append(True)

    work = Work(long)
    work.take_turn()
    work.give_up()
    assert work.done and ended


def test_an_import_is_never_seen_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_to_import.py").write_text(
        "from time import thread_time\nuntil = thread_time() + 0.05\nwhile thread_time() < until:\n    pass\ndone = True\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    work: Work[Any] = Work(importlib.import_module, "slow_to_import")
    work.take_turn()
    assert hasattr(sys.modules.get("slow_to_import"), "done")


def test_an_extension_in_cplusplus_is_not_left_in_its_middle() -> None:
    text = "def long(compute):\n    compute(0.05)\n    return True\n"
    names: dict[str, Any] = {}
    exec(compile(text, "/simulator/machinery/cel/anything.py", "exec"), names)
    assert Work(names["long"], compute).take_turn()


def test_what_is_called_when_something_dies_is_not_left_in_its_middle() -> None:
    names: dict[str, Any] = {"compute": compute, "seconds": TURN * 10}
    exec(compile("def remove(key):\n    compute(seconds)", weakref.__file__, "exec"), names)
    work = Work(names["remove"], "key")
    assert work.take_turn(), "it is done at once, however long that takes"


def test_what_garbage_says_while_it_is_collected_is_not_left_in_its_middle() -> None:
    def last_words() -> Iterator[list[Any]]:
        here: list[Any] = []
        try:
            yield here
        finally:
            compute(TURN * 10)

    dying = last_words()
    next(dying).append(dying)
    del dying
    assert Work(gc.collect).take_turn(), "it is done at once, however long that takes"


def test_no_world_sees_the_files_of_an_image_before_they_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(nodes.LAYERS, "tests/large", {f"/{number}/f": nodes.file("") for number in range(20_000)})
    layers = ("tests/large",)
    work = Work(nodes.index, layers)
    work.take_turn()
    assert not work.done
    assert len(nodes.index(layers)) == 20_001


def test_nothing_interrupts_who_is_at_rest() -> None:
    Work(compute, TURN * 3).take_turn()
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0


def test_in_another_thread_work_is_simply_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(turns, "Place")  # one of a thread that has ended crashes the collector of garbage
    done = []
    thread = Thread(target=lambda: done.append(Work(compute, TURN * 5).take_turn()))
    thread.start()
    thread.join()
    assert done == [True]
