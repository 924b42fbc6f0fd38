"""How a world's time flows: a virtual second a second while somebody watches; otherwise it stands still."""

from time import monotonic
from typing import Any

SECOND = 1_000_000
BREATH = 0.005
"""The shortest rest (s) between two rounds that only time causes."""
LAG = SECOND // 2
"""How far (µs) a world may fall behind the clock on the wall before it gives up catching up."""
AFTERGLOW = 60.0
"""How long (s) time goes on after the last API request of a real client."""


class Flow:
    """Says up to which moment a world should be, by who watches it and by the clock on the wall."""

    def __init__(self) -> None:
        self.watchers = 0
        self._used_at = self._busy_until = monotonic()
        self._anchor: tuple[float, int] | None = None
        """Since when it flows, on the wall and in the world."""

    def watch(self) -> None:
        self._begin()
        self.watchers += 1

    def unwatch(self) -> None:
        self.watchers -= 1
        self._used_at = monotonic()

    def touch(self) -> None:
        """Somebody from outside took notice: go on for a while."""
        self._begin()
        self._busy_until = monotonic() + AFTERGLOW

    def _begin(self) -> None:
        """Time that stood still goes on from where it was."""
        if not self.runs:
            self.stand_still()

    @property
    def runs(self) -> bool:
        return self.watchers > 0 or monotonic() < self._busy_until

    def idle_for(self) -> float:
        """How long (s) nobody has watched or asked."""
        return 0.0 if self.runs else monotonic() - max(self._used_at, self._busy_until)

    def stand_still(self) -> None:
        self._anchor = None

    def target(self, clock: Any) -> int:
        """Where virtual time should be now: one virtual second a second since time began to flow."""
        now: int = clock.now
        if self._anchor is None:
            self._anchor = (monotonic(), now)
        since, moment = self._anchor
        return max(moment + int((monotonic() - since) * SECOND), now)

    def let_pass(self, clock: Any) -> None:
        """Move a clock over time in which nothing was due."""
        due = clock.next_due
        clock.advance_to(max(self.target(clock) if due is None else min(self.target(clock), due - 1), clock.now))

    def pause(self, clock: Any) -> float | None:
        """How long (s) there is nothing to do in the world; None while its time stands still."""
        due = clock.next_due
        if not self.runs:
            return None
        if due is None:
            return 1.0
        return min(max((due - self.target(clock)) / SECOND, BREATH), 1.0)

    def give_up_if_late(self, clock: Any) -> None:
        """A world that is too far behind goes on from where it is."""
        if self.target(clock) - clock.now > LAG:
            self._anchor = (monotonic(), clock.now)
