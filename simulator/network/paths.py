"""What the tools show of the way: the machines that packets pass, and the routes of a node. Upstream: CNI bridge"""

from typing import TYPE_CHECKING

from simulator.network.addresses import POD_RANGE
from simulator.network.parties import Source

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

OUTER_GATEWAY = "10.0.0.1"


class Paths:
    """The ways between a cluster's machines, as its nodes' routing tables have them."""

    def __init__(self, network: "ClusterNetwork") -> None:
        self._network = network

    def hops(self, source: Source, address: str) -> list[str]:
        """The addresses of the machines that a packet passes on its way, the last one the target's own."""
        network = self._network
        here, there = source.node or network.node_at(source.ip), network.home_of(address)
        inside = network.pod_at(source.ip) is not None
        found = [gateway(source.ip)] if inside or not there else []
        if there and there != here and address != network.address_of(there):
            found.append(network.address_of(there))
        if inside and not there:
            found.append(OUTER_GATEWAY)
        return [*found, address]

    def pod_routes(self, node: str) -> list[tuple[str, str, str]]:
        """Where a node sends packets for the Pods of each node: (network, gateway or "", device)."""
        kubelet = self._network.kubelet
        if kubelet is None:
            return []
        nodes = kubelet.nodes
        found = []
        for number, name in sorted((nodes.number(name), name) for name in nodes.names()):
            via, device = ("", "cni0") if name == node else (nodes.address(name), "eth0")
            found.append((f"{POD_RANGE}{number}.0/24", via, device))
        return found


def gateway(ip: str) -> str:
    """The first machine on the way out of a network: by custom the first address of it."""
    return ip.rpartition(".")[0] + ".1"
