"""The machines that packets pass, and the routes of a node. Upstream: CNI bridge, kindnet's cmd/kindnetd/routes.go"""

from typing import TYPE_CHECKING

from simulator.kernel.state import Table
from simulator.network.parties import Source, Target, Way
from simulator.runtime.network import TimedOut

if TYPE_CHECKING:
    from simulator.network.cluster import ClusterNetwork

OUTER_GATEWAY = "10.0.0.1"


class Paths:
    """The ways between a cluster's machines, as its nodes' routing tables have them.

    Table `routeless`: nodes whose kernel has lost what the network plugin had written, until its Pod has run there
    again. Routes that are there stay, whether it runs or not.
    """

    def __init__(self, network: "ClusterNetwork") -> None:
        self._network = network
        self._routeless: Table[str, bool] = network.table("routeless")

    def lost(self, node: str) -> None:
        """A node has lost power, and its kernel the routes to the Pods of others."""
        self._routeless.put(node, True)

    def written(self, node: str) -> None:
        """The network plugin has written a node's routes."""
        if node in self._routeless:
            self._routeless.delete(node)

    def carry(self, way: Way, target: Target) -> None:
        """Whether packets find the way from node to node, and answers the way back; raises `TimedOut`.

        What a Pod sends leaves the cluster with its node's address, which is also the plugin's work.
        """
        if not len(self._routeless):
            return
        network = self._network
        here, there = way.source.node or network.node_at(way.source.ip), network.home_of(target.ip)
        to_pod, from_pod = (network.ranges.is_pod(ip) for ip in (target.ip, target.source_ip))
        if here == there or not (to_pod or from_pod):
            return
        if (here in self._routeless and (to_pod or not there)) or (from_pod and there in self._routeless):
            raise TimedOut(address=way.address, port=way.port)

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
        for _, name in sorted((nodes.number(name), name) for name in nodes.names()):
            if name != node and node in self._routeless:
                continue
            via, device = ("", "cni0") if name == node else (nodes.address(name), "eth0")
            found.append((self._network.block(name), via, device))
        return found


def gateway(ip: str) -> str:
    """The first machine on the way out of a network: by custom the first address of it."""
    return ip.rpartition(".")[0] + ".1"
