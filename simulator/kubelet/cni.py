"""Whether a node has a network for its Pods: a configuration in /etc/cni/net.d says so. Upstream: containerd/go-cni"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import SECOND

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

FOLDER = "/etc/cni/net.d"
KINDS = (".conf", ".conflist", ".json")
NOT_READY = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin "
    "returns error: cni plugin not initialized"
)
NOTICE = SECOND // 2


class PodNetworks:
    """Rows of nodes say `networkless` while there is no configuration; nothing is asked while nothing changes."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def watch(self, node: str) -> None:
        """Hear of changes in the folder."""
        volumes, machine = self._kubelet.cluster.machines.volumes, self._kubelet.nodes.machine(node)
        volumes.watched[machine, FOLDER] = lambda: self._kubelet.later(NOTICE, "cni.look", node)

    def look(self, node: str) -> None:
        """Note whether a configuration is there; tell of it, and go on with Pods that have waited."""
        kubelet = self._kubelet
        if not kubelet.nodes.knows(node):
            return
        files = kubelet.cluster.machines.volumes.view(kubelet.nodes.machine(node))
        names = files.names(FOLDER) if files.is_directory(FOLDER) else []
        networkless = not any(name.endswith(KINDS) for name in names)
        if networkless == self.is_missing(node):
            return
        kubelet.nodes.change(node, networkless=networkless)
        kubelet.nodes.post(node)

    def is_missing(self, node: str) -> bool:
        return bool(self._kubelet.nodes.row(node).get("networkless"))
