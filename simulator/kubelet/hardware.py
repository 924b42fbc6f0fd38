"""What a node has, and what of it its system and its containers use now."""

from typing import TYPE_CHECKING

from simulator.kubelet.eviction import SYSTEM
from simulator.kubelet.metrics import SYSTEM_CPU
from simulator.kubelet.records import RUNNING
from simulator.machinery.quantities import value
from simulator.runtime.hardware import Hardware

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet


def hardware_of(kubelet: "Kubelet", node: str) -> Hardware:
    row, cgroups = kubelet.nodes.row(node), kubelet.cluster.machines.cgroups
    mine = {uid for uid, pod in kubelet.pods.rows.items() if pod["node"] == node}
    running = [
        container["machine"]
        for (uid, _), container in kubelet.containers.rows.items()
        if uid in mine and container["state"] == RUNNING
    ]
    return Hardware(
        max(value(row["spec"]["cpu"]), 1),
        value(row["spec"]["memory"]),
        SYSTEM + sum(map(cgroups.memory, running)),
        row.get("booted", kubelet.cluster.born),
        SYSTEM_CPU + sum(map(cgroups.demand, running)),
    )
