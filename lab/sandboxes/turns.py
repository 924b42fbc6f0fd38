"""Long work beside an event loop: it is interrupted after some milliseconds and goes on when the others had their turn.

A step of a world, a check or a request is whole for its world and cut into turns for everybody else. A timer that
counts the CPU time of the process interrupts it between two bytecodes, wherever it is, and a greenlet keeps its place.
"""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from time import monotonic, perf_counter
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

from greenlet import getcurrent, greenlet

TURN = 0.004
"""CPU time (s) after which work is interrupted. The kernel looks every 4 ms, so that a turn takes up to 12 ms."""
SOON = 0.001
"""How much later (s) an interruption is tried again that would have come at a bad moment."""


WHOLE = ("<frozen importlib", f"{os.sep}machinery{os.sep}cel{os.sep}", f"{os.sep}weakref.py")
"""Parts of the file names of code that is never interrupted."""


class Place(greenlet):
    """Where a work was interrupted."""


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


class Work[T]:
    """One function, called in turns."""

    def __init__(self, function: Callable[..., T], *arguments: Any) -> None:
        self.result: T
        self.spent = self.latest = 0.0
        """How long (s) its turns were together, and the latest one."""
        self._function = function
        self._arguments = arguments
        self._place = Place(self._run) if _is_main_thread() else None
        """None in threads that end: a place whose thread is gone is nothing that the collector of garbage survives."""
        self._is_done = False

    def _run(self) -> None:
        self.result = self._function(*self._arguments)

    @property
    def done(self) -> bool:
        """Whether the function has returned."""
        return self._is_done if self._place is None else self._place.dead

    def take_turn(self) -> bool:
        """Compute until the turn is over; whether the function has returned. Raises what the function raises."""
        began = perf_counter()
        try:
            self._switch()
        finally:
            self.latest = perf_counter() - began
            self.spent += self.latest
        return self.done

    def give_up(self) -> None:
        """End the function where it is: only where nobody else holds what it works on."""
        if self._place:
            self._place.throw()

    def _switch(self) -> None:
        if self._place is None:  # signals go to the main thread only
            self._is_done = True
            self._run()
            return
        if signal.getsignal(signal.SIGPROF) is not _interrupt:
            signal.signal(signal.SIGPROF, _interrupt)
        signal.setitimer(signal.ITIMER_PROF, TURN)
        try:
            self._place.switch()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


class Lane:
    """Turns of long work, one after another with rests between them, however much wants one."""

    def __init__(self, rest: float) -> None:
        self.rest = rest
        """How many times as long as a turn the lane rests after it."""
        self._free_at = 0.0
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    async def finish[T](self, work: Work[T]) -> T:
        """Give a work its turns, in the order in which they are wanted, until it is done."""
        queue = self._queues.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        while not work.done:
            async with queue:
                await asyncio.sleep(max(self._free_at - monotonic(), 0))
                work.take_turn()
                self._free_at = monotonic() + self.rest * work.latest
        return work.result


_going: set[asyncio.Task[Any]] = set()
"""What must go on, held so that it is not forgotten."""
LONG_WORK = Lane(rest=1.0)
"""For what takes more than one turn: all of it together gets half of the time."""


async def in_turns[T](function: Callable[..., T], *arguments: Any) -> T:
    """Call a function that may compute for long: it begins at once, and goes on beside the others.

    Whoever is cancelled meanwhile stops waiting only: what has begun is carried to its end, so that nothing is left
    half done in a world that lives on.
    """
    work = Work(function, *arguments)
    if work.take_turn():
        return work.result
    return await to_the_end(LONG_WORK.finish(work))


async def to_the_end[T](going: Coroutine[Any, Any, T]) -> T:
    """Wait for something that goes on even if this waiting is cancelled."""
    task = asyncio.create_task(going)
    _going.add(task)
    task.add_done_callback(_going.discard)
    return await asyncio.shield(task)


def _interrupt(_: int, frame: FrameType | None) -> None:
    """The turn is over: go back to whoever gave it, unless this is a bad moment."""
    here = getcurrent()
    if not isinstance(here, Place):
        return  # the work was done just before
    if _is_bad_moment(frame):
        signal.setitimer(signal.ITIMER_PROF, SOON)
        return
    here.parent.switch()


_collecting = False
"""Whether garbage is being collected: what dies then may have something to say."""


def _note_collecting(phase: str, _: dict[str, int]) -> None:
    global _collecting
    _collecting = phase == "start"


gc.callbacks.append(_note_collecting)


def _is_bad_moment(frame: FrameType | None) -> bool:
    """What is being imported must not be seen half done; an extension in C++ must not be left in its middle, nor the
    collector, whose lists begin on the stack; and what weak references call when something dies is called from
    anywhere."""
    if _collecting:
        return True
    while frame is not None:
        if any(part in frame.f_code.co_filename for part in WHOLE):
            return True
        frame = frame.f_back
    return False
