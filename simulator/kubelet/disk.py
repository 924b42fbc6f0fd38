"""Pods that use more of a node's disk than they may, or than there is. Upstream: pkg/kubelet/eviction"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import MINUTE, SECOND
from simulator.kernel.state import Table
from simulator.kubelet.eviction import CRITICAL, exact
from simulator.kubelet.records import Row
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Format, Quantity, value

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

MONITOR_PERIOD = 10 * SECOND
TRANSITION = 5 * MINUTE
SHARE = 10
"""`nodefs.available<10%`, as the kubelet has it by default."""
SYSTEM = 10 << 30
"""What is on a node's disk besides images and what Pods write."""
STORAGE = "ephemeral-storage"
PRESSED = "DiskPressure", "KubeletHasDiskPressure", "kubelet has disk pressure"
CALM = "DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"


class Disk:
    """Watches what Pods write. Nothing is looked at until a Pod has written another mebibyte.

    State, as tables: `full`, by node since when there has been too little room, and when that was seen last; `writers`,
    the Pods that are to be looked at.
    """

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._volumes = kubelet.cluster.machines.volumes
        self._full: Table[str, tuple[int, int]] = kubelet.table("full")
        self._writers: Table[str, int] = kubelet.table("writers")
        self._volumes.grown[f"{kubelet.kernel.scope}pod/"] = self._grown
        self._volumes.grown[f"{kubelet.kernel.scope}node/"] = self._node_grown

    def _grown(self, volume: str) -> None:
        uid = self._kubelet.uid_of(volume)
        if uid in self._kubelet.pods and uid not in self._writers:
            self._writers.put(uid, self._kubelet.clock.now)
            self._kubelet.later(MONITOR_PERIOD, "disk.check_writer", uid)

    def _node_grown(self, volume: str) -> None:
        """Somebody has written to the node's disk itself."""
        self.note(volume.removeprefix(f"{self._kubelet.kernel.scope}node/"))

    def note(self, node: str) -> None:
        """More is on a node's disk than was."""
        if node not in self._writers:
            self._writers.put(node, self._kubelet.clock.now)
            self._kubelet.later(MONITOR_PERIOD, "disk.check", node)

    def check_writer(self, uid: str) -> None:
        """Compare what a Pod has written with its limits, and what is left on its node."""
        self._writers.delete(uid)
        found = self._kubelet.known(uid)
        if found is None or found[1]["stage"] != "running":
            return
        message = self._beyond_limits(*found)
        if message:
            self._kubelet.eviction.evict(found[0], message)
        else:
            self.check(found[1]["node"])

    def _beyond_limits(self, pod: Object, row: Row) -> str:
        """Upstream: localStorageEviction"""
        uid, limits = pod["metadata"]["uid"], 0
        for volume in pod["spec"].get("volumes") or ():
            limit = at(volume, "emptyDir", "sizeLimit")
            if limit and self._volumes.occupied(self._kubelet.volumes.tree(pod, volume)) > value(limit):
                return f'Usage of EmptyDir volume "{volume["name"]}" exceeds the limit "{limit}". '
        for container in pod["spec"]["containers"]:
            limit = at(container, "resources", "limits", STORAGE)
            if limit is None:
                continue
            limits += value(limit)
            state = self._kubelet.row(pod, container)
            if state is not None and self._written(state) > value(limit):
                return f'Container {container["name"]} exceeded its local ephemeral storage limit "{limit}". '
        every = all(at(container, "resources", "limits", STORAGE) for container in pod["spec"]["containers"])
        if every and limits and self.used(uid, pod) > limits:
            shown = Quantity(limits * 10**9, Format.BINARY_SI)
            return f"Pod ephemeral local storage usage exceeds the total limit of containers {shown}. "
        return ""

    def _written(self, row: Row) -> int:
        return self._volumes.occupied(row["machine"]) if row.get("machine") else 0

    def used(self, uid: str, pod: Object) -> int:
        """What a Pod holds of its node's disk: writable layers and the volumes that are its own."""
        layers = sum(self._written(row) for row in self._kubelet.rows(pod).values())
        return layers + sum(self._volumes.occupied(tree) for tree in self._kubelet.volumes.trees_of(uid))

    def check(self, node: str) -> None:
        """Compare what is left of a node's disk with the threshold."""
        self._writers.delete(node)
        kubelet = self._kubelet
        obj = kubelet.client.get("nodes", "", node)
        if obj is None or not kubelet.nodes.is_running(node):
            return
        pods = self._pods(node)
        use = {pod["metadata"]["uid"]: self.used(pod["metadata"]["uid"], pod) for pod in pods}
        left, capacity = self.left(obj, sum(use.values()))
        kubelet.image_gc.note(node, left, capacity)
        held, now = self._full.get(node), kubelet.clock.now
        if left < capacity // SHARE:
            self._relieve(obj, pods, use, left)
        elif held is not None and held[1] + TRANSITION > now:
            kubelet.later(held[1] + TRANSITION - now, "disk.check", node)
        elif held is not None:
            self._full.delete(node)
            kubelet.tell_node(obj, "NodeHasNoDiskPressure", f"Node {node} status is now: NodeHasNoDiskPressure")
            kubelet.nodes.post(node)

    def _pods(self, node: str) -> list[Object]:
        known = self._kubelet.pods
        return [pod for pod in self._kubelet.client.indexed("pods", "node", node) if pod["metadata"]["uid"] in known]

    def left(self, node: Object, written: int | None = None) -> tuple[int, int]:
        """What is left of a node's disk, and how large it is; `written` is what its Pods hold, where that is known."""
        kubelet, name = self._kubelet, node["metadata"]["name"]
        if written is None:
            written = sum(self.used(pod["metadata"]["uid"], pod) for pod in self._pods(name))
        capacity = value(node["status"]["capacity"][STORAGE])
        own = self._volumes.occupied(kubelet.nodes.machine(name))
        return capacity - SYSTEM - kubelet.image_gc.held(name) - written - own, capacity

    def is_full(self, node: str) -> bool:
        """Whether nothing can be written to a node's disk any more."""
        obj = self._kubelet.client.get("nodes", "", node)
        return obj is not None and self.left(obj)[0] <= 0

    def pressure(self, node: str) -> tuple[str, str, str, str]:
        """The node's condition about its disk: type, status, reason, message."""
        kind, reason, message = PRESSED if node in self._full else CALM
        return kind, "True" if node in self._full else "False", reason, message

    def _relieve(self, node: Object, pods: list[Object], use: dict[str, int], left: int) -> None:
        kubelet, name, now = self._kubelet, node["metadata"]["name"], self._kubelet.clock.now
        held = self._full.get(name)
        self._full.put(name, (held[0] if held else now, now))
        if held is None:
            kubelet.tell_node(node, "NodeHasDiskPressure", f"Node {name} status is now: NodeHasDiskPressure")
            kubelet.nodes.post(name)
        if held is None or now - held[1] >= MONITOR_PERIOD:
            kubelet.tell_node(node, "EvictionThresholdMet", f"Attempting to reclaim {STORAGE}", kind="Warning")
            threshold = value(node["status"]["capacity"][STORAGE]) // SHARE
            left += kubelet.image_gc.free(name, 1 << 62)
            victim = self._victim(pods, use) if left < threshold else None
            if victim is not None:
                kubelet.eviction.evict(victim, self._message(node, victim, use, left))
        kubelet.later(MONITOR_PERIOD, "disk.check", name)

    def _victim(self, pods: list[Object], use: dict[str, int]) -> Object | None:
        """Who uses more than it requests before others, then low priority, then who uses most beyond its request."""

        def rank(pod: Object) -> tuple[bool, int, int]:
            beyond = use[pod["metadata"]["uid"]] - requests(pod)
            return beyond <= 0, pod["spec"].get("priority", 0), -beyond

        rows = self._kubelet.pods
        running = [
            pod
            for pod in pods
            if rows[pod["metadata"]["uid"]]["stage"] == "running" and pod["spec"].get("priority", 0) < CRITICAL
        ]
        return min(running, key=rank, default=None)

    def _message(self, node: Object, pod: Object, use: dict[str, int], left: int) -> str:
        threshold = value(node["status"]["capacity"][STORAGE]) // SHARE
        text = f"The node was low on resource: {STORAGE}. Threshold quantity: {exact(threshold)}, "
        text += f"available: {exact(max(left, 0) >> 10 << 10)}. "
        for container in pod["spec"]["containers"]:
            row = self._kubelet.row(pod, container)
            used = self._written(row) if row is not None else 0
            request = at(container, "resources", "requests", STORAGE, default="0")
            if used > value(request):
                text += f"Container {container['name']} was using {exact(used >> 10 << 10)}, request is {request}, "
                text += f"has larger consumption of {STORAGE}. "
        return text


def requests(pod: Object) -> int:
    return sum(value(at(one, "resources", "requests", STORAGE, default="0")) for one in pod["spec"]["containers"])
