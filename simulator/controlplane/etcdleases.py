"""Leases of etcd: keys that are deleted when nobody keeps their lease alive. Upstream: etcd/server/lease/lessor.go

The API server attaches its Events to leases of its own; here they go by themselves, and no lease of it is listed.
"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND
from simulator.kernel.state import Table

if TYPE_CHECKING:
    from simulator.controlplane.etcd import Etcd
    from simulator.controlplane.processes import ControlPlane

LEAST = 2
"""The shortest time to live in seconds: that in which etcd elects a leader."""
MOST_LEASES = 1000


class Leases:
    """Tables `etcd-leases` (id → time to live in seconds, and its end) and `leased-keys` (key → id)."""

    def __init__(self, control_plane: "ControlPlane", etcd: "Etcd") -> None:
        self._plane = control_plane
        self._etcd = etcd
        self.rows: Table[int, tuple[int, int]] = control_plane.table("etcd-leases")
        self._keys: Table[str, int] = control_plane.table("leased-keys")

    def grant(self, ttl: int) -> tuple[int, int]:
        """A new lease: its id, and for how many seconds it is good."""
        identity, ttl = (1 << 60) + self._plane.random.below("etcd lease", 1 << 60), max(ttl, LEAST)
        self._extend(identity, ttl)
        return identity, ttl

    def renew(self, identity: int) -> int:
        """Keep a lease alive; the seconds that it is good for, 0 where there is none."""
        row = self.rows.get(identity)
        if row is None:
            return 0
        self._extend(identity, row[0])
        return row[0]

    def _extend(self, identity: int, ttl: int) -> None:
        until = self._plane.clock.now + ttl * SECOND
        self.rows.put(identity, (ttl, until))
        self._plane.later(ttl * SECOND, "etcd.leases.expire", identity, until)

    def expire(self, identity: int, until: int) -> None:
        """The time of a lease is over, unless it was renewed; without a majority nothing is deleted."""
        row = self.rows.get(identity)
        if row is None or row[1] != until:
            return
        if self._etcd.has_quorum():
            self.revoke(identity)
        else:
            self._extend(identity, row[0])

    def revoke(self, identity: int) -> None:
        """End a lease, and delete its keys."""
        for key in self.keys(identity):
            self._etcd.own_keys.delete(key)
            self._keys.delete(key)
        self.rows.delete(identity)

    def left(self, identity: int) -> int:
        """How many seconds a lease is still good for."""
        return max(self.rows[identity][1] - self._plane.clock.now, 0) // SECOND

    def keys(self, identity: int) -> list[str]:
        return sorted(key for key, lease in self._keys.rows.items() if lease == identity)

    def of(self, key: str) -> int:
        """The lease of a key; 0 where it has none."""
        return self._keys.get(key) or 0

    def attach(self, key: str, identity: int) -> None:
        """Attach a key to a lease, with 0 to none."""
        if identity:
            self._keys.put(key, identity)
        elif key in self._keys:
            self._keys.delete(key)
