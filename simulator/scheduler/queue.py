"""Pods that wait for a node: ready, backing off, or set aside. Upstream: pkg/scheduler/backend/queue"""

from heapq import heappop, heappush
from typing import Any

from simulator.kernel.clock import MINUTE, SECOND
from simulator.kernel.state import Table
from simulator.machinery.objects import Key

INITIAL_BACKOFF = SECOND
MAXIMUM_BACKOFF = 10 * SECOND
FLUSH_AFTER = 5 * MINUTE
"""A Pod set aside is tried again after this long, even if nothing changed."""

ACTIVE, BACKOFF, UNSCHEDULABLE, GATED, IN_HAND = "active", "backoff", "unschedulable", "gated", "in hand"
RANKS = {ACTIVE: 0, BACKOFF: 1}


class Queue:
    """The order in which Pods are tried: by priority, then by the time they came.

    State is the table alone, a row per Pod: (where, priority, order, attempts, moment of the last attempt, names of
    the plugins that rejected it). The heap is made anew from it when needed.
    """

    def __init__(self, table: Table[Key, Any], counters: Table[str, int]) -> None:
        self._table = table
        self._counters = counters
        self._heap: list[tuple[int, int, int, Key]] | None = None
        self._aside: dict[Key, None] | None = None
        """The Pods set aside (a cache)."""

    def __contains__(self, key: Key) -> bool:
        return key in self._table

    def __len__(self) -> int:
        return len(self._table)

    def add(self, key: Key, priority: int, *, gated: bool = False) -> None:
        """A Pod that is new, or whose gates were looked at again."""
        known = self._table.get(key)
        attempts, last = (known[3], known[4]) if known else (0, 0)
        self._put(key, (GATED if gated else ACTIVE, priority, self._next(), attempts, last, ()))

    def where(self, key: Key) -> str:
        row = self._table.get(key)
        return row[0] if row else ""

    def rejected_by(self, key: Key) -> tuple[str, ...]:
        """The plugins that rejected a Pod set aside."""
        row = self._table.get(key)
        return row[5] if row else ()

    def remove(self, key: Key) -> None:
        self._table.delete(key)
        if self._aside is not None:
            self._aside.pop(key, None)

    def take(self, now: int) -> Key | None:
        """The next Pod to try: of those ready, else of those backing off (they wait only while others are ready)."""
        key = self.peek()
        if key is not None:
            row = self._table[key]
            self._table.put(key, (IN_HAND, row[1], row[2], row[3] + 1, now, ()))
        return key

    def peek(self) -> Key | None:
        """Who would be tried next."""
        heap = self._heap
        if heap is None:
            heap = self._heap = []
            for key, row in self._table.rows.items():
                self._push(key, row)
        while heap:
            rank, _, order, key = heap[0]
            known = self._table.get(key)
            if known is not None and known[2] == order and RANKS.get(known[0]) == rank:
                return key
            heappop(heap)
        return None

    def set_aside(self, key: Key, rejected_by: tuple[str, ...]) -> None:
        """No node for this Pod now; it waits for an event that may help."""
        row = self._table[key]
        self._put(key, (UNSCHEDULABLE, row[1], row[2], row[3], row[4], rejected_by))

    def waiting(self) -> list[tuple[Key, tuple[str, ...]]]:
        """The Pods set aside, and who rejected them."""
        table = self._table.rows
        if self._aside is None:
            self._aside = {key: None for key, row in table.items() if row[0] == UNSCHEDULABLE}
        rows = [(table[key][2], key, table[key][5]) for key in self._aside]
        return [(key, rejected_by) for _, key, rejected_by in sorted(rows)]

    def move(self, key: Key, now: int) -> None:
        """Something changed that may help this Pod."""
        row = self._table.get(key)
        if row is None or row[0] != UNSCHEDULABLE:
            return
        where = BACKOFF if now < row[4] + backoff(row[3]) else ACTIVE
        self._put(key, (where, row[1], self._next(), row[3], row[4], ()))

    def stale(self, now: int) -> list[Key]:
        """The Pods set aside for longer than FLUSH_AFTER."""
        rows = self._table.rows.items()
        return sorted(key for key, row in rows if row[0] == UNSCHEDULABLE and row[4] + FLUSH_AFTER <= now)

    def _next(self) -> int:
        order = (self._counters.get("order") or 0) + 1
        self._counters.put("order", order)
        return order

    def _put(self, key: Key, row: tuple[Any, ...]) -> None:
        self._table.put(key, row)
        if self._aside is not None:
            if row[0] == UNSCHEDULABLE:
                self._aside[key] = None
            else:
                self._aside.pop(key, None)
        self._push(key, row)

    def _push(self, key: Key, row: tuple[Any, ...]) -> None:
        if row[0] in RANKS and self._heap is not None:
            heappush(self._heap, (RANKS[row[0]], -row[1], row[2], key))


def backoff(attempts: int) -> int:
    """How long a Pod that failed so often rests."""
    return min(INITIAL_BACKOFF << min(max(attempts - 1, 0), 10), MAXIMUM_BACKOFF)
