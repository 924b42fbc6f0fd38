"""Virtual time: one queue of due work, moved forward only when told to."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import Any

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

type Entry = tuple[int, int, str, str, tuple[Any, ...]]
"""Due moment, order among equals, component, step, arguments: plain data, so that a queue can be forked and saved."""

type Plan = tuple[int, int, list[Entry]]
"""All that a clock holds: the moment, how much was ever planned, and what is (a heap)."""

type Perform = Callable[[str, str, tuple[Any, ...]], None]


class Clock:
    """Time that moves only when told to; work due at the same moment keeps the order in which it was asked for.

    Moments are whole microseconds since 1970 (UTC), so that any split of a stretch of time adds up exactly.
    """

    __slots__ = ("_order", "_perform", "_queue", "now")

    def __init__(self, now: int, perform: Perform, queue: list[Entry] | None = None, order: int = 0) -> None:
        self.now = now
        self._perform = perform
        self._queue = [] if queue is None else queue
        self._order = order

    def call_later(self, delay: int, component: str, step: str, *arguments: Any) -> None:
        """Have a component take a step (a method of that name) `delay` microseconds from now."""
        self._order += 1
        heappush(self._queue, (self.now + max(delay, 0), self._order, component, step, arguments))

    def advance(self, duration: int) -> None:
        """Move time forward by `duration` microseconds, doing everything that comes due on the way."""
        self.advance_to(self.now + duration)

    def advance_to(self, moment: int) -> None:
        """Move time forward to a moment; a moment that has passed already changes nothing but due work."""
        queue = self._queue
        while queue and queue[0][0] <= moment:
            self.step()
        self.now = max(self.now, moment)

    def settle(self) -> None:
        """Do what is due now without letting time pass."""
        self.advance_to(self.now)

    def step(self) -> None:
        """Do the next piece of due work, moving time forward to it."""
        due, _, component, step, arguments = heappop(self._queue)
        self.now = max(self.now, due)
        self._perform(component, step, arguments)

    def forget(self, component: str) -> None:
        """Drop all that is planned for a component: its program has ended, and its timers with it."""
        self._queue[:] = [entry for entry in self._queue if entry[2] != component]
        heapify(self._queue)

    @property
    def next_due(self) -> int | None:
        """When the next work is due, if any is."""
        return self._queue[0][0] if self._queue else None

    @property
    def reading(self) -> tuple[int, int, int]:
        """The moment, how much was ever planned and how much is: another one once anything was done."""
        return self.now, self._order, len(self._queue)

    def pending(self) -> list[Entry]:
        """What is planned, soonest first."""
        return sorted(self._queue)

    def dump(self) -> Plan:
        """What it holds, in the order in which it is due: the same for equal clocks."""
        return self.now, self._order, self.pending()

    def copy(self) -> Plan:
        """What it holds, for the clock of a fork."""
        return self.now, self._order, list(self._queue)


def timestamp(moment: int) -> str:
    """A moment as the API writes `Time`: `2026-11-02T09:00:00Z`."""
    return _to_the_second(moment // SECOND) + "Z"


def micro_timestamp(moment: int) -> str:
    """A moment as the API writes `MicroTime`: `2026-11-02T09:00:00.000000Z`."""
    return f"{_to_the_second(moment // SECOND)}.{moment % SECOND:06d}Z"


@lru_cache(maxsize=256)
def _to_the_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()[:19]


@lru_cache(maxsize=1024)
def moment(text: str) -> int:
    """The moment that a `Time` or `MicroTime` names."""
    seconds = datetime.fromisoformat(text)
    return int(seconds.timestamp()) * SECOND + seconds.microsecond
