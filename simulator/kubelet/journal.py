"""What the services of a node have written to its journal. Upstream: systemd-journald, klog"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.kernel.state import Table

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

type Entry = tuple[int, str, str]
"""Moment, who writes (`kubelet[812]`, `systemd[1]`), text."""

LONGEST = 2048
KEPT = 400
"""Entries of one node; the oldest go first."""


class Journal:
    """Table `journal`: node → entries, oldest first. Only what is out of the ordinary is written down: the rest is told
    from what the kubelet knows when somebody reads (`simulator.nodeshell.journals`)."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self.rows: Table[str, tuple[Entry, ...]] = kubelet.table("journal")

    def write(self, node: str, who: str, text: str) -> None:
        entries = self.rows.get(node) or ()
        self.rows.put(node, (*entries[-KEPT + 1 :], (self._kubelet.clock.now, who, text[:LONGEST])))
        self._kubelet.cluster.machines.poke()

    def systemd(self, node: str, text: str) -> None:
        self.write(node, "systemd[1]", text)

    def klog(self, node: str, level: str, place: str, text: str) -> None:
        """A line of the kubelet, as klog has it."""
        now = self._kubelet.clock.now
        moment = datetime.fromtimestamp(now // SECOND, UTC)
        pid = self._kubelet.nodes.pid(node, "kubelet")
        stamp = f"{moment:%m%d %H:%M:%S}.{now % SECOND:06d}"
        self.write(node, f"kubelet[{pid}]", f"{level}{stamp} {pid:>7} {place}] {text}")
