"""Programs that hold more and more memory, as somebody asked: whatever containers of a workload run, now and later."""

from typing import TYPE_CHECKING

from simulator.kernel.state import Table
from simulator.kubelet.records import RUNNING
from simulator.machinery.objects import Object, controller_of

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

LEAKING = 0
"""Under which number of a process a leak is accounted; no process has it."""
BETWEEN = {"Job": "jobs.batch", "ReplicaSet": "replicasets.apps"}
"""What may stand between a workload and its Pods."""

type Reference = tuple[str, str, str]
"""Kind, namespace and name of a workload."""


class Leaks:
    """Table `leaks`: the workload → by how many bytes a second each container of its Pods grows."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._cgroups = kubelet.cluster.machines.cgroups
        self.rows: Table[Reference, int] = kubelet.table("leaks")

    def on(self, workload: Reference, growth: int) -> None:
        self.rows.put(workload, growth)
        self._let_grow(workload)

    def off(self, workload: Reference) -> None:
        """Let nothing of a workload grow any more, and give back what leaked."""
        if workload in self.rows:
            self.rows.delete(workload)
            self._let_grow(workload)

    def began(self, pod: Object, container: str, machine: str) -> None:
        """A container runs."""
        if len(self.rows) and any(one["name"] == container for one in pod["spec"]["containers"]):
            growth = self._growth(pod)
            if growth:
                self._cgroups.hold(machine, LEAKING, 0, growth)

    def _let_grow(self, workload: Reference) -> None:
        kubelet = self._kubelet
        for pod in kubelet.client.list("pods", workload[1]):
            if workload in workloads_of(kubelet, pod):
                growth, rows = self._growth(pod), kubelet.rows(pod)
                for container in pod["spec"]["containers"]:
                    row = rows.get(container["name"])
                    if row is not None and row["state"] == RUNNING:
                        self._cgroups.hold(row["machine"], LEAKING, 0, growth)

    def _growth(self, pod: Object) -> int:
        return sum(self.rows.get(one) or 0 for one in workloads_of(self._kubelet, pod))


def workloads_of(kubelet: "Kubelet", pod: Object) -> list[Reference]:
    """The Pod itself, and what it belongs to from the nearest up."""
    metadata = pod["metadata"]
    namespace, found = metadata["namespace"], [("Pod", metadata["namespace"], metadata["name"])]
    owner = controller_of(pod)
    while owner is not None:
        found.append((owner["kind"], namespace, owner["name"]))
        between = BETWEEN.get(owner["kind"])
        obj = kubelet.client.get(between, namespace, owner["name"]) if between else None
        owner = controller_of(obj) if obj is not None else None
    return found
