"""The components of a cluster, in the order in which they start: one line each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.controllers.registry import CONTROLLERS
from simulator.kernel.component import Component
from simulator.kubelet.kubelet import Kubelet
from simulator.scheduler.scheduler import Scheduler

if TYPE_CHECKING:
    from simulator.cluster import Cluster

type Make = Callable[["Cluster"], Component]


def controller(kind: type[Component]) -> Make:
    return lambda cluster: kind(cluster.kernel, cluster.client(kind.name))  # type: ignore[call-arg]


COMPONENTS: dict[str, Make] = {
    **{kind.name: controller(kind) for kind in CONTROLLERS},
    "scheduler": lambda cluster: Scheduler(cluster.kernel, cluster.client("kube-scheduler")),
    "kubelet": lambda cluster: Kubelet(cluster),
}
