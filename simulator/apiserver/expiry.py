"""Events live for an hour after their last occurrence, as etcd's leases have it. Upstream: --event-ttl"""

from itertools import islice

from simulator.api.client import Client
from simulator.kernel.clock import HOUR, MINUTE
from simulator.kernel.component import Change, Component, Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Key, key_of

TIME_TO_LIVE = HOUR
SWEEP = 5 * MINUTE
"""How long after its end an Event may still be seen."""
MOST = 4_000
"""How many Events are kept: of a storm of them the oldest go before their time, so that there is room for others."""
TOGETHER = 250
"""How many of those go at once."""


class EventExpiry(Component):
    """Forgets old Events. State: when each of them ends, the one that ends first in front."""

    name = "event-expiry"
    watches = ("events",)

    def __init__(self, kernel: Kernel, client: Client) -> None:
        super().__init__(kernel)
        self._client = client
        self._ends: Table[Key, int] = self.table("ends")

    def observe(self, change: Change) -> None:
        key = key_of(change.object)
        was_empty = not len(self._ends)
        self._ends.delete(key)
        if change.type != "DELETED":
            self._ends.put(key, self.clock.now + TIME_TO_LIVE)
            if was_empty:
                self.later(TIME_TO_LIVE + SWEEP, "sweep")
            if change.type == "ADDED" and len(self._ends) > MOST and len(self._ends) % TOGETHER == 1:
                self.later(0, "thin_out")

    def sweep(self) -> None:
        """Delete what has ended, and come again when the next one has."""
        for key, end in list(self._ends.rows.items()):
            if end > self.clock.now:
                self.later(end + SWEEP - self.clock.now, "sweep")
                return
            self._remove(key)

    def thin_out(self) -> None:
        """Delete the oldest of too many."""
        for key in list(islice(self._ends.rows, max(len(self._ends) - MOST, 0) + TOGETHER)):
            self._remove(key)

    def _remove(self, key: Key) -> None:
        event = self._client.get("events", *key)
        if event is not None:
            self._client.delete("events", event)
