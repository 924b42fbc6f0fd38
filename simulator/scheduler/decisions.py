"""What the scheduler decided of late, and why: data for those who want to understand it."""

from simulator.kernel.clock import Clock, timestamp
from simulator.kernel.state import Table
from simulator.machinery.objects import Object

KEPT = 32
"""How many decisions are remembered."""


class Decisions:
    """The last decisions, numbered. Each is a plain value:

    `pod` and `namespace`, `uid`, `time`, `node` (empty: none was found, and `message` says why), and `explained`:
    what each plugin said of each node (`nodes`: `refused` with plugin and reasons, `scores` with raw value, score and
    weight, `total`), or who rejected the Pod altogether (`rejected`). It is empty for a Pod among many.
    """

    def __init__(self, table: Table[int, Object], clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def note(self, pod: Object, node: str, message: str, explained: Object) -> None:
        number = max(self._table, default=0) + 1
        metadata = pod["metadata"]
        decision = {
            "pod": metadata["name"],
            "namespace": metadata["namespace"],
            "uid": metadata["uid"],
            "time": timestamp(self._clock.now),
            "node": node,
            "message": message,
            "explained": explained,
        }
        self._table.put(number, decision)
        self._table.delete(number - KEPT)

    def of(self, namespace: str, name: str) -> list[Object]:
        """The decisions about a Pod, or all of them, the latest first."""
        found = [self._table.rows[number] for number in sorted(self._table.rows, reverse=True)]
        return [one for one in found if not name or (one["namespace"], one["pod"]) == (namespace, name)]
