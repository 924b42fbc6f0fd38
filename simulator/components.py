"""The components of a cluster, in the order in which they start: one line each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.apiserver.custom.establishing import Establishing
from simulator.apiserver.expiry import EventExpiry
from simulator.controllers.base import Controller
from simulator.controllers.registry import CONTROLLERS
from simulator.controlplane.reads import Reads
from simulator.kernel.component import Component
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.load import LoadGenerator
from simulator.network.gateway.controller import GatewayController
from simulator.network.ingress.controller import IngressController
from simulator.network.loadbalancer import SHARES, LoadBalancerController
from simulator.scheduler.others import OtherSchedulers
from simulator.scheduler.scheduler import Scheduler

if TYPE_CHECKING:
    from simulator.cluster import Cluster

type Make = Callable[["Cluster"], Component]


def controller(kind: type[Controller]) -> Make:
    def make(cluster: "Cluster") -> Component:
        return kind(cluster.kernel, cluster.client(kind.source or kind.name), minor=minor(cluster, kind.process))

    return make


def load_balancers(cluster: "Cluster") -> Component:
    client, about = cluster.client(LoadBalancerController.source), minor(cluster, LoadBalancerController.process)
    made = LoadBalancerController(cluster.kernel, client, minor=about)
    made.share = SHARES[min(cluster.number, len(SHARES) - 1)]
    return made


def scheduler(cluster: "Cluster") -> Component:
    client, about = cluster.client("kube-scheduler"), minor(cluster, Scheduler.process)
    plans = cluster.control_plane.scheduler_plans() if cluster.control_plane is not None else None
    return Scheduler(cluster.kernel, client, plans=plans, minor=about)


def other_schedulers(cluster: "Cluster") -> Component:
    client, about = cluster.client("kube-scheduler"), minor(cluster, Scheduler.process)
    return OtherSchedulers(cluster.kernel, client, minor=about)


def minor(cluster: "Cluster", program: str) -> int:
    """The minor version of a program of the control plane: `37`."""
    return cluster.release_of(program).minor


COMPONENTS: dict[str, Make] = {
    Establishing.name: lambda cluster: Establishing(cluster.kernel, cluster.server),
    EventExpiry.name: lambda cluster: EventExpiry(cluster.kernel, cluster.client("etcd")),
    **{kind.name: controller(kind) for kind in CONTROLLERS},
    LoadBalancerController.name: load_balancers,
    IngressController.name: controller(IngressController),
    GatewayController.name: controller(GatewayController),
    "scheduler": scheduler,
    OtherSchedulers.name: other_schedulers,
    "kubelet": Kubelet,
    LoadGenerator.name: LoadGenerator,
    Reads.name: Reads,
}
