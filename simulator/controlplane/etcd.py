"""The members of etcd: who they are, whether they have a majority, and what lies in their data folders.

Upstream: etcd's raft, etcd/server/etcdserver/api/membership
"""

from typing import TYPE_CHECKING

from simulator.controlplane.etcdleases import Leases
from simulator.etcd.snapshots import restore
from simulator.kernel.state import Table
from simulator.machinery.objects import Object
from simulator.runtime import signals

if TYPE_CHECKING:
    from simulator.controlplane.processes import ControlPlane

type Objects = tuple[tuple[str, Object], ...]

KEPT = 4
"""Of how many data folders the content is known, besides the one in use."""


class Etcd:
    """Tables `keys` and `data`, and those of leases; flags `data`, `last data` and the ones that begin with `etcd`."""

    def __init__(self, control_plane: "ControlPlane") -> None:
        self._plane = control_plane
        self.own_keys: Table[str, str] = control_plane.table("keys")
        """What somebody has put into etcd beside the API server's objects."""
        self.data: Table[str, list[tuple[str, Object]]] = control_plane.table("data")
        """What was stored in data folders that are not in use now."""
        self.leases = Leases(control_plane, self)

    def has_quorum(self) -> bool:
        """Whether more than half of the etcd members talk to each other."""
        return 2 * len(self.members()) > len(self.voters())

    def voters(self) -> list[str]:
        """The nodes that etcd counts as members."""
        removed = self._plane.flags.get("etcd removed") or ()
        return [node for node in self._plane.nodes if node not in removed] if removed else self._plane.nodes

    def joining(self) -> tuple[str, ...]:
        """The members that were added and have not begun yet."""
        return tuple(self._plane.flags.get("etcd joining") or ())

    def remove(self, node: str) -> None:
        """A node is no member any more: its etcd ends."""
        self._plane.flags.put("etcd removed", (*(self._plane.flags.get("etcd removed") or ()), node))
        self._plane.flags.put("etcd joining", tuple(each for each in self.joining() if each != node))
        found, kubelet = self._plane.running("etcd", node), self._plane.cluster.kubelet
        if found is not None and kubelet is not None:
            kubelet.runtime.signal(found[1]["machine"], signals.TERM)
        self._plane.note()

    def add(self, node: str) -> None:
        """A node is a member again, once its etcd begins with nothing of its own."""
        self._plane.flags.put(
            "etcd removed", tuple(each for each in self._plane.flags.get("etcd removed") or () if each != node)
        )
        self._plane.flags.put("etcd joining", (*self.joining(), node))
        self._plane.note()

    def begin_alone(self, node: str) -> None:
        """A cluster is made anew on a node: its etcd is the only member."""
        self._plane.flags.put("etcd removed", tuple(each for each in self._plane.nodes if each != node))
        self._plane.flags.put("etcd joining", ())

    def admit(self, node: str, *, is_empty: bool) -> bool:
        """An etcd begins on a node; whether the others let it in."""
        if node in (self._plane.flags.get("etcd removed") or ()) or (node in self.joining() and not is_empty):
            return False
        if node in self.joining():
            self._plane.flags.put("etcd joining", tuple(each for each in self.joining() if each != node))
        return True

    def members(self) -> list[str]:
        """The nodes whose etcd member works and is linked to others (or is alone)."""
        running = [node for node in self.voters() if ("etcd", node) in self._plane.serving]
        if len(self.voters()) == 1:
            return running
        linked = self._plane.cluster.nodes
        return [node for node in running if linked is None or linked.is_reachable(node)]

    def leader(self) -> str:
        """The node whose member leads; "" where none works."""
        chosen, members = self._plane.flags.get("etcd leader"), self.members()
        return str(chosen) if chosen in members else next(iter(members), "")

    def lead(self, node: str) -> None:
        """The members elect this one."""
        if node != self.leader():
            self._plane.flags.put("etcd term", self.term + 1)
            self._plane.flags.put("etcd leader", node)

    @property
    def term(self) -> int:
        """How often they have elected, as raft counts."""
        return int(self._plane.flags.get("etcd term") or 2)

    def answers(self, node: str) -> bool:
        """Whether the etcd member of a node runs and has a majority with it."""
        return node in self.members() and self.has_quorum()

    # What etcd has stored.

    def begin_data(self, objects: Objects) -> str:
        """A member begins on a folder with other content: what was stored until now is put aside, under its number."""
        store = self._plane.cluster.store
        now = str(self._plane.flags.get("data") or "0")
        self.data.put(now, [(resource, obj) for resource in store.resources() for obj in store.list(resource)])
        for oldest in list(self.data)[:-KEPT]:
            self.data.delete(oldest)
        number = str((self._plane.flags.get("last data") or 0) + 1)
        self._plane.flags.put("last data", int(number))
        self._plane.flags.put("data", number)
        restore(store, objects)
        return number

    def take_up(self, number: str) -> str:
        """A member begins on a folder that was live once; returns why it cannot."""
        now = str(self._plane.flags.get("data") or "0")
        if number == now:
            return ""
        objects = self.data.get(number)
        if objects is None:
            return "failed to open database: file size too small"
        self.begin_data(tuple(objects))
        self._plane.flags.put("data", number)
        return ""
