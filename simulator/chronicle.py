"""What a world remembers of its past where somebody has asked: how many Pods of a workload were ready, and when a node
was closed to new ones. The store forgets its changes after five minutes; this stays."""

from collections.abc import Iterator

from simulator.etcd.store import Store
from simulator.kernel.component import Change, Component, Kernel
from simulator.kernel.state import Table
from simulator.machinery.objects import Object, condition

KEPT = 64
"""How many changes of a count are kept; older ones run together, the lowest of them counts."""
PERIODS = 8
WORKLOADS = {
    "DaemonSet": "daemonsets.apps",
    "Deployment": "deployments.apps",
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
}

type Counts = tuple[tuple[int, int], ...]
"""From when (µs) there were so many; in order."""
type Periods = tuple[tuple[int, int | None], ...]
"""From when to when; nothing while it goes on."""


class Chronicle(Component):
    """Writes down what it is told to watch; where it watches nothing, nothing is done.

    Tables: `ready` (`Kind/namespace/name` of what is watched → its counts), `closed` (node → its periods).
    """

    name = "chronicle"
    watches = ("pods", "nodes")

    def __init__(self, kernel: Kernel, store: Store) -> None:
        super().__init__(kernel)
        self._store = store
        self._ready: Table[str, Counts] = self.table("ready")
        self._closed: Table[str, Periods] = self.table("closed")

    def watch(self, workload: str) -> None:
        """From now on remember how many Pods of a workload (`Kind/namespace/name`) are ready."""
        kind, _, _ = workload.split("/")
        if kind not in WORKLOADS:
            raise ValueError(f"one of {', '.join(WORKLOADS)} can be watched: {workload}")
        self._ready.put(workload, ())
        self._count(workload)

    def observe(self, change: Change) -> None:
        if not len(self._ready):
            return
        if change.resource == "nodes":
            self._note_node(change)
            return
        for workload in list(self._ready):
            if workload.split("/")[1] == change.object["metadata"]["namespace"]:
                self._count(workload)

    def _count(self, workload: str) -> None:
        counts, now = self._ready.rows[workload], self.clock.now
        number = sum(is_ready(pod) for pod in self._pods(workload))
        if counts and counts[-1][1] == number:
            return
        counts = (*counts, (now, number))
        if len(counts) > KEPT:
            (began, one), (_, other), *rest = counts
            counts = ((began, min(one, other)), *rest)
        self._ready.put(workload, counts)

    def _pods(self, workload: str) -> Iterator[Object]:
        kind, namespace, name = workload.split("/")
        obj = self._store.get(WORKLOADS[kind], (namespace, name))
        owners = [] if obj is None else [obj]
        if kind == "Deployment":
            owners = [each for owner in owners for each in self._owned("replicasets.apps", owner)]
        for owner in owners:
            yield from self._owned("pods", owner)

    def _owned(self, resource: str, owner: Object) -> Iterator[Object]:
        return self._store.by_index(resource, "controller", owner["metadata"]["uid"])

    def _note_node(self, change: Change) -> None:
        name, now = change.object["metadata"]["name"], self.clock.now
        is_closed = change.type != "DELETED" and bool(change.object["spec"].get("unschedulable"))
        periods = self._closed.get(name) or ()
        was_closed = bool(periods) and periods[-1][1] is None
        if is_closed and not was_closed:
            self._closed.put(name, (*periods, (now, None))[-PERIODS:])
        elif was_closed and not is_closed:
            self._closed.put(name, (*periods[:-1], (periods[-1][0], now)))

    # What is asked of it.

    def watches_over(self, workload: str) -> bool:
        return workload in self._ready

    def lowest(self, workload: str, since: int = 0, until: int | None = None) -> int:
        """The fewest Pods of a watched workload that were ready at a time. Raises KeyError where it is not watched."""
        counts = self._ready.rows[workload]
        ends = [began for began, _ in counts[1:]]
        return min(
            number
            for (began, number), end in zip(counts, [*ends, None], strict=True)
            if (until is None or began <= until) and (end is None or end > since)
        )

    def closed(self, node: str) -> Periods:
        """When nothing new came to a node, since something is watched."""
        return self._closed.get(node) or ()


def is_ready(pod: Object) -> bool:
    """Whether a Pod counts: it is ready, and nobody has asked it to go."""
    found = condition(pod, "Ready")
    return not pod["metadata"].get("deletionTimestamp") and found is not None and found["status"] == "True"
