"""The components of a cluster, in the order in which they start: one line each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.apiserver.custom.establishing import Establishing
from simulator.apiserver.expiry import EventExpiry
from simulator.controllers.base import Controller
from simulator.controllers.registry import CONTROLLERS
from simulator.kernel.component import Component
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.load import LoadGenerator
from simulator.network.gateway.controller import GatewayController
from simulator.network.ingress.controller import IngressController
from simulator.network.loadbalancer import SHARES, LoadBalancerController
from simulator.scheduler.scheduler import Scheduler

if TYPE_CHECKING:
    from simulator.cluster import Cluster

type Make = Callable[["Cluster"], Component]


def controller(kind: type[Controller]) -> Make:
    return lambda cluster: kind(cluster.kernel, cluster.client(kind.source or kind.name), minor=minor(cluster))


def load_balancers(cluster: "Cluster") -> Component:
    made = LoadBalancerController(cluster.kernel, cluster.client(LoadBalancerController.source), minor=minor(cluster))
    made.share = SHARES[min(cluster.number, len(SHARES) - 1)]
    return made


def minor(cluster: "Cluster") -> int:
    return int(cluster.spec.kubernetes.partition(".")[2])


COMPONENTS: dict[str, Make] = {
    Establishing.name: lambda cluster: Establishing(cluster.kernel, cluster.server),
    EventExpiry.name: lambda cluster: EventExpiry(cluster.kernel, cluster.client("etcd")),
    **{kind.name: controller(kind) for kind in CONTROLLERS},
    LoadBalancerController.name: load_balancers,
    IngressController.name: controller(IngressController),
    GatewayController.name: controller(GatewayController),
    "scheduler": lambda cluster: Scheduler(cluster.kernel, cluster.client("kube-scheduler"), minor=minor(cluster)),
    "kubelet": Kubelet,
    LoadGenerator.name: LoadGenerator,
}
