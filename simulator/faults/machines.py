"""Faults of nodes: power, network, services, disk, certificate."""

from typing import TYPE_CHECKING

from simulator.faults.fault import Arguments, Fault, kubelet_of, node_of, nothing
from simulator.kubelet.outages import FILLED, FILLER

if TYPE_CHECKING:
    from simulator.cluster import Cluster

NODE = {"node": "its name"}


def no_power(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.stop(node_of(cluster, arguments))


def power(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.resume(node_of(cluster, arguments))


def reboot(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.reboot(node_of(cluster, arguments))


def partition(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.partition(node_of(cluster, arguments))


def heal(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.heal(node_of(cluster, arguments))


def service_stopped(name: str, summary: str) -> Fault:
    """A service of a node's systemd does not run."""

    def stop(cluster: "Cluster", arguments: Arguments) -> None:
        kubelet_of(cluster).services.stop(node_of(cluster, arguments), name)

    def start(cluster: "Cluster", arguments: Arguments) -> None:
        kubelet_of(cluster).services.start(node_of(cluster, arguments), name)

    return Fault(summary, stop, start, f"on the node: systemctl start {name}", NODE)


def break_kubelet(cluster: "Cluster", arguments: Arguments) -> None:
    """Put a wrong path into the kubelet's configuration, and restart it."""
    _edit(cluster, arguments, "/etc/kubernetes/pki/ca.crt", str(arguments.get("path") or WRONG))


def mend_kubelet(cluster: "Cluster", arguments: Arguments) -> None:
    _edit(cluster, arguments, str(arguments.get("path") or WRONG), "/etc/kubernetes/pki/ca.crt")


def _edit(cluster: "Cluster", arguments: Arguments, old: str, new: str) -> None:
    kubelet, node = kubelet_of(cluster), node_of(cluster, arguments)
    files = cluster.machines.volumes.view(kubelet.nodes.machine(node))
    files.write(CONFIG, files.text(CONFIG).replace(old, new))
    kubelet.services.restart(node, "kubelet")


def fill_disk(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.fill_disk(node_of(cluster, arguments), int(arguments.get("gibibytes", FILLED)))


def free_disk(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.free_disk(node_of(cluster, arguments))


def expire(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.expire_certificate(node_of(cluster, arguments))


def renew(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.renew_certificate(node_of(cluster, arguments))


CONFIG = "/var/lib/kubelet/config.yaml"
WRONG = "/etc/kubernetes/pki/WRONG-ca.crt"

POWER = Fault("A node loses power.", no_power, power, "switch it on again", NODE)
REBOOT = Fault("A node boots anew.", reboot, nothing, "by itself", NODE)
PARTITION = Fault("No packet reaches a node or leaves it.", partition, heal, "plug its network in", NODE)
KUBELET_STOPPED = service_stopped("kubelet", "A node's kubelet does not run.")
KUBELET_BROKEN = Fault(
    "A node's kubelet does not start: a path in its configuration is wrong.",
    break_kubelet,
    mend_kubelet,
    f"on the node: journalctl -u kubelet, right the path in {CONFIG}, systemctl restart kubelet",
    {**NODE, "path": f"the wrong one (default {WRONG})"},
)
RUNTIME_STOPPED = service_stopped("containerd", "A node's container runtime does not run.")
DISK_FULL = Fault(
    "A file fills a node's disk.",
    fill_disk,
    free_disk,
    f"on the node: rm {FILLER}",
    {**NODE, "gibibytes": f"how much it takes (default {FILLED})"},
)
CERTIFICATE_OVER = Fault(
    "The time of a kubelet's client certificate is over: API servers do not know it.",
    expire,
    renew,
    "on cp-1: kubeadm kubeconfig user --org system:nodes --client-name system:node:NODE; its output is the node's "
    "/etc/kubernetes/kubelet.conf; systemctl restart kubelet",
    NODE,
)
