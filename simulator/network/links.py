"""What is wrong between machines: delay, loss, cuts. A scene or an instructor dials it in; by default there is none.

Upstream: tc-netem(8), tcp(7)
"""

from simulator.kernel.clock import MILLISECOND, SECOND
from simulator.kernel.component import Kernel
from simulator.kernel.random import Random
from simulator.kernel.state import Table
from simulator.machinery.objects import Object
from simulator.runtime.network import TimedOut

ANY = "*"
OUTSIDE = "internet"
"""The other end of a link that leads out of the cluster."""
SYN_RETRIES = 6
FIRST_DATA_RETRY = 200 * MILLISECOND


class Links:
    """Faults by link. Table `links`: (node or `internet`, node or `internet` or `*`) → latency (microseconds of a
    round trip), loss (percent of packets), cut."""

    def __init__(self, kernel: Kernel, table: Table[tuple[str, str], Object]) -> None:
        self._random: Random = kernel.random
        self.rows = table

    def dial(self, one: str, other: str = ANY, *, latency: int = 0, loss: float = 0.0, cut: bool = False) -> None:
        """Set what a link is like; without delay, loss or cut it is as good as new."""
        key = pair(one, other)
        if latency or loss or cut:
            self.rows.put(key, {"latency": latency, "loss": min(max(loss, 0.0), 100.0), "cut": cut})
        else:
            self.rows.delete(key)

    def between(self, one: str, other: str) -> tuple[int, float, bool]:
        """Delay, loss and whether it is cut; all that lies on the way adds up."""
        latency, passing, cut = 0, 1.0, False
        if one == other:
            return 0, 0.0, False
        for key in (pair(one, other), pair(one, ANY), pair(other, ANY)):
            row = self.rows.rows.get(key)
            if row is not None:
                latency += row["latency"]
                passing *= 1 - row["loss"] / 100
                cut = cut or row["cut"]
        return latency, 1 - passing, cut

    def cross(self, one: str, other: str, address: str, port: int) -> int:
        """Open a connection over a link and send something: the microseconds it adds; raises `TimedOut`."""
        if not len(self.rows):
            return 0
        latency, loss, cut = self.between(one, other)
        if cut or loss >= 1:
            raise TimedOut(address=address, port=port)
        if not loss:
            return latency
        lost = 1 - (1 - loss) ** 2  # there or back
        waited, pause = 0, SECOND
        for _ in range(SYN_RETRIES + 1):
            if self._random.fraction("loss") >= lost:
                return latency + waited + self._data(lost)
            waited, pause = waited + pause, pause * 2
        raise TimedOut(address=address, port=port)

    def _data(self, lost: float) -> int:
        """How long lost segments of the data that follows are waited for."""
        waited, pause = 0, FIRST_DATA_RETRY
        while self._random.fraction("loss") < lost and waited < 60 * SECOND:
            waited, pause = waited + pause, pause * 2
        return waited

    def echo(self, one: str, other: str, address: str) -> int:
        """One packet there and one back: the microseconds they add; raises `TimedOut` when one is lost."""
        if not len(self.rows):
            return 0
        latency, loss, cut = self.between(one, other)
        if cut or (loss and self._random.fraction("loss") < 1 - (1 - loss) ** 2):
            raise TimedOut(address=address)
        return latency


def pair(one: str, other: str) -> tuple[str, str]:
    """A link has no direction; `*` stands last."""
    if ANY in (one, other):
        return (other, ANY) if one == ANY else (one, ANY)
    return (one, other) if one < other else (other, one)
