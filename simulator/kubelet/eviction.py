"""Pods that must go because a node runs out of memory. Upstream: pkg/kubelet/eviction

A hard threshold at which Pods go at once, and a soft one below which the node may be for a while, both as the kubelet
is configured. `disk` does the same for the disk, with the default threshold.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.kernel.clock import MILLISECOND, MINUTE, SECOND
from simulator.kernel.state import Table
from simulator.kubelet.records import RUNNING, Row, container_of
from simulator.machinery.durations import DurationError, parse_duration
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Format, Quantity, value

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

THRESHOLD = 100 << 20
"""`memory.available<100Mi`, as the kubelet has it by default."""
MONITOR_PERIOD = 10 * SECOND
NOTICE = 50 * MILLISECOND
TRANSITION = 5 * MINUTE
"""How long a pressure is shown after it has passed."""
SIGNAL = "memory.available"
SYSTEM = 420 << 20
"""What a node's own processes hold."""
CRITICAL = 2_000_000_000
GRACE = 1
PRESSED = "MemoryPressure", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"
CALM = "MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"


class Threshold(NamedTuple):
    """So little may be left; who goes has `grace` seconds, after the node has been below it for `patience`."""

    bytes: int
    patience: int = 0
    grace: int = GRACE


def thresholds(settings: Mapping[str, Any], capacity: int) -> list[Threshold]:
    """What a kubelet's configuration says of memory, the worst first. Upstream: pkg/kubelet/eviction/helpers.go"""
    hard = settings.get("evictionHard")
    found = [Threshold(THRESHOLD)]
    if hard is not None and (SIGNAL in hard or not settings.get("mergeDefaultEvictionSettings")):
        found = [Threshold(amount(str(hard[SIGNAL]), capacity))] if SIGNAL in hard else []
    soft = (settings.get("evictionSoft") or {}).get(SIGNAL)
    if soft is not None:
        patience = lasting((settings.get("evictionSoftGracePeriod") or {}).get(SIGNAL, "0s"))
        grace = int(settings.get("evictionMaxPodGracePeriod") or 0) or GRACE
        found.append(Threshold(amount(str(soft), capacity), patience, grace))
    return found


def amount(text: str, capacity: int) -> int:
    """A quantity, or a share of what there is."""
    try:
        return int(capacity * float(text[:-1]) / 100) if text.endswith("%") else value(text)
    except ValueError:
        return 0


def lasting(text: str) -> int:
    try:
        return parse_duration(text)
    except DurationError:
        return 0


class Eviction:
    """Watches the memory of every node; nothing is done until a container says that it holds more than before.

    State, as a table: `pressure`, by node since when there has been too little memory, and when that was seen last.
    """

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._cgroups = kubelet.cluster.machines.cgroups
        self._pressure: Table[str, tuple[int, int]] = kubelet.table("pressure")

    def memory_changed(self, machine: str) -> None:
        """A container holds more or less than before, or will soon."""
        row = self._kubelet.pods.get(self._kubelet.uid_of(machine))
        if row is not None:
            self.check(row["node"])

    def check(self, node: str) -> None:
        """Compare what is left of a node's memory with the threshold; act, or plan the next look."""
        kubelet = self._kubelet
        obj = kubelet.client.get("nodes", "", node)
        if obj is None or not kubelet.nodes.is_running(node):
            return
        running = self._running(node)
        left = value(obj["status"]["capacity"]["memory"]) - self.used(running)
        if left <= 0:
            left += self._system_out_of_memory(obj, running)
        known = self._thresholds(obj)
        met = next((each for each in known if left < each.bytes), None)
        if met is not None:
            self._relieve(obj, left, met)
            return
        self._plan(node, running, left, max((each.bytes for each in known), default=0))
        held = self._pressure.get(node)
        if held is not None:
            over = held[1] + self._transition(node) - kubelet.clock.now
            if over > 0:
                kubelet.later(over, "eviction.check", node)
            else:
                self._pressure.delete(node)
                kubelet.tell_node(obj, "NodeHasSufficientMemory", f"Node {node} status is now: NodeHasSufficientMemory")
                kubelet.nodes.post(node)

    def used(self, running: list[tuple[Object, Row]]) -> int:
        """The bytes that a node's containers and its own processes hold."""
        return SYSTEM + sum(self._cgroups.memory(row["machine"]) for _, row in running)

    def pressure(self, node: str) -> tuple[str, str, str, str]:
        """The node's condition about memory: type, status, reason, message."""
        pressed = node in self._pressure
        kind, reason, message = PRESSED if pressed else CALM
        return kind, "True" if pressed else "False", reason, message

    def _thresholds(self, node: Object) -> list[Threshold]:
        settings = self._kubelet.nodes.settings(node["metadata"]["name"])
        return thresholds(settings, value(node["status"]["capacity"]["memory"]))

    def _transition(self, node: str) -> int:
        """How long a node shows a pressure that is over."""
        found = self._kubelet.nodes.settings(node).get("evictionPressureTransitionPeriod")
        return lasting(str(found)) or TRANSITION if found else TRANSITION

    def _plan(self, node: str, running: list[tuple[Object, Row]], left: int, threshold: int) -> None:
        growth = sum(self._cgroups.growth(row["machine"]) for _, row in running)
        if growth > 0:
            after = max((left - threshold) * SECOND // growth, 0) + SECOND
            self._kubelet.later(after, "eviction.check", node)

    def _running(self, node: str) -> list[tuple[Object, Row]]:
        """The containers that run on a node, each with its Pod."""
        kubelet = self._kubelet
        found = []
        for pod in kubelet.client.indexed("pods", "node", node):
            found += [(pod, row) for row in kubelet.rows(pod).values() if row["state"] == RUNNING]
        return found

    def _system_out_of_memory(self, node: Object, running: list[tuple[Object, Row]]) -> int:
        """Nothing is left at all: the kernel kills the hungriest of those who asked for the least; what that frees."""
        if not running:
            return 0
        pod, row = max(running, key=lambda one: (one[0]["status"].get("qosClass") == "BestEffort", self._held(one)))
        held = self._held((pod, row))
        program = row["image"]["name"].rpartition("/")[2].partition(":")[0]
        text = (
            f"System OOM encountered, victim process: {program}, pid: {1000 + self._kubelet.random.below('oom', 30000)}"
        )
        self._kubelet.tell_node(node, "SystemOOM", text, kind="Warning")
        self._cgroups.kill(row["machine"])
        return held

    def _held(self, one: tuple[Object, Row]) -> int:
        return self._cgroups.memory(one[1]["machine"])

    def _relieve(self, node: Object, left: int, met: Threshold) -> None:
        """Show the pressure, and let one Pod go. Upstream: eviction_manager.go synchronize"""
        kubelet, name, now = self._kubelet, node["metadata"]["name"], self._kubelet.clock.now
        held = self._pressure.get(name)
        self._pressure.put(name, (held[0] if held else now, now))
        if held is None:
            text = f"Node {name} status is now: NodeHasInsufficientMemory"
            kubelet.tell_node(node, "NodeHasInsufficientMemory", text)
            kubelet.nodes.post(name)
        since = held[0] if held is not None else now
        if now - since < met.patience:
            kubelet.later(min(since + met.patience - now, MONITOR_PERIOD), "eviction.check", name)
            return
        if held is None or now - held[1] >= MONITOR_PERIOD or met.patience:
            kubelet.tell_node(node, "EvictionThresholdMet", "Attempting to reclaim memory", kind="Warning")
            victim = self._victim(name)
            if victim is not None:
                self.evict(victim, self._message(victim, left, met), met.grace)
        kubelet.later(MONITOR_PERIOD, "eviction.check", name)

    def _victim(self, node: str) -> Object | None:
        """Who uses more than it requests before others, then low priority, then who exceeds its request most."""
        candidates = [
            pod for pod in self._kubelet.client.indexed("pods", "node", node)
            if pod["metadata"]["uid"] in self._kubelet.pods and pod["spec"].get("priority", 0) < CRITICAL
            and self._kubelet.pods[pod["metadata"]["uid"]]["stage"] == "running"
        ]  # fmt: skip

        def rank(pod: Object) -> tuple[bool, int, int]:
            beyond = sum(self._beyond_request(pod, row) for row in self._kubelet.rows(pod).values())
            return beyond <= 0, pod["spec"].get("priority", 0), -beyond

        return min(candidates, key=rank, default=None)

    def _beyond_request(self, pod: Object, row: Row) -> int:
        if row["state"] != RUNNING:
            return 0
        return self._cgroups.memory(row["machine"]) - requested(pod, row["machine"].split("/")[-2], "memory")

    def _message(self, pod: Object, left: int, met: Threshold) -> str:
        about = f"Threshold quantity: {exact(met.bytes)}, available: {binary(max(left, 0))}. "
        text = f"The node was low on resource: memory. {about}"
        for container in pod["spec"]["containers"]:
            row = self._kubelet.row(pod, container)
            if row is not None and row["state"] == RUNNING and self._beyond_request(pod, row) > 0:
                request = at(container, "resources", "requests", "memory", default="0")
                text += f"Container {container['name']} was using {binary(self._cgroups.memory(row['machine']))}, "
                text += f"request is {request}, has larger consumption of memory. "
        return text

    def evict(self, pod: Object, message: str, grace: int = GRACE) -> None:
        """End a Pod for good, and say why."""
        self._kubelet.tell(pod, "Warning", "Evicted", message)
        self._kubelet.termination.fail(pod, "Evicted", message, grace=grace, disruption="TerminationByKubelet")


def requested(pod: Object, name: str, resource: str) -> int:
    """What a container of a Pod requests."""
    return value(at(container_of(pod, name), "resources", "requests", resource, default="0"))


def binary(size: int) -> str:
    """Bytes as upstream prints them: in pages, with the largest suffix that fits."""
    return exact(-(-size // 4096) * 4096)


def exact(size: int) -> str:
    return str(Quantity(size * 10**9, Format.BINARY_SI))
