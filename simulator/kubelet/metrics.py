"""The metrics server: what it has scraped from the kubelets. Upstream: kubernetes-sigs/metrics-server

It looks every 15 seconds. What it saw then is worked out when somebody asks, so that measuring costs nothing.
"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND, timestamp
from simulator.kubelet.eviction import SYSTEM
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Object
from simulator.resources.metrics import GROUP, VERSION
from simulator.runtime.cgroups import SCRAPE, Usage

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

FRESH = 10 * SECOND
"""A container that has run for less than this when it is scraped says nothing yet."""
SYSTEM_CPU = 45
"""Thousandths of a CPU that a node uses for itself."""


class MetricsServer:
    """Answers for `metrics.k8s.io`."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._cgroups = kubelet.cluster.machines.cgroups

    def pods(self, namespace: str) -> list[Object]:
        """The Pods of which every container has been measured."""
        pods = self._kubelet.client.list("pods", namespace or None)
        return [found for pod in pods if (found := self._pod(pod)) is not None]

    def nodes(self) -> list[Object]:
        return [found for node in self._kubelet.client.list("nodes") if (found := self._node(node)) is not None]

    @property
    def _scraped(self) -> int:
        now = self._kubelet.clock.now
        return now - now % SCRAPE

    def _pod(self, pod: Object) -> Object | None:
        node = pod["spec"].get("nodeName", "")
        if not self._kubelet.nodes.is_running(node):
            return None
        running = [(name, row) for name, row in self._kubelet.rows(pod).items() if row["state"] == RUNNING]
        windows = [self._window(row) for _, row in running]
        if not running or min(windows) < FRESH:
            return None
        containers = [
            {"name": name, "usage": shown(self._rate(row, window))}
            for (name, row), window in zip(running, windows, strict=True)
        ]
        metadata = pod["metadata"]
        named = {"name": metadata["name"], "namespace": metadata["namespace"]}
        return {**self._head("PodMetrics", named, metadata, max(windows)), "containers": containers}

    def _node(self, node: Object) -> Object | None:
        name = node["metadata"]["name"]
        if not self._kubelet.nodes.is_running(name) or name not in self._kubelet.nodes.names():
            return None
        cpu, memory = SYSTEM_CPU * SECOND, SYSTEM
        for pod in self._kubelet.client.indexed("pods", "node", name):
            for row in self._kubelet.rows(pod).values():
                if row["state"] == RUNNING and self._window(row) > 0:
                    used = self._rate(row, self._window(row))
                    cpu, memory = cpu + used.cpu, memory + used.memory
        head = self._head("NodeMetrics", {"name": name}, node["metadata"], SCRAPE)
        return {**head, "usage": shown(Usage(cpu, memory))}

    def _head(self, kind: str, named: Object, metadata: Object, window: int) -> Object:
        scraped = timestamp(self._scraped)
        labels = {"labels": metadata["labels"]} if metadata.get("labels") else {}
        return {
            "kind": kind,
            "apiVersion": f"{GROUP}/{VERSION}",
            "metadata": {**named, "creationTimestamp": scraped, **labels},
            "timestamp": scraped,
            "window": f"{window // SECOND}s",
        }

    def _window(self, row: Row) -> int:
        """Over how long a container has been measured: between two scrapes, or since it began."""
        return self._scraped - max(self._scraped - SCRAPE, int(row["began"]))

    def _rate(self, row: Row, window: int) -> Usage:
        """Microseconds of CPU in a second times a thousand, and bytes."""
        machine = row["machine"]
        now = self._cgroups.usage(machine, self._scraped)
        before = self._cgroups.usage(machine, self._scraped - window)
        return Usage(max(now.cpu - before.cpu, 0) * 1000 * SECOND // max(window, 1), now.memory)


def shown(used: Usage) -> Object:
    """CPU in billionths, memory in Ki, as upstream shows them."""
    return {"cpu": f"{used.cpu // 1000 * 1000}n" if used.cpu >= 1000 else "0", "memory": f"{used.memory >> 10}Ki"}
