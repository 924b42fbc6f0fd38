"""What faults can be pointed at in a cluster: nodes, workloads, Services, by the names under which people know them."""

from typing import TYPE_CHECKING

from simulator.controlplane.manifests import PROGRAMS
from simulator.faults.fault import Arguments, kubelet_of
from simulator.kubelet.leaks import Reference, workloads_of
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Object, controller_of
from simulator.network.links import ANY, OUTSIDE
from simulator.runtime.images.catalogue import KNOWN_REGISTRIES

if TYPE_CHECKING:
    from simulator.cluster import Cluster

WORKLOADS = {
    "Deployment": "deployments.apps",
    "StatefulSet": "statefulsets.apps",
    "DaemonSet": "daemonsets.apps",
    "ReplicaSet": "replicasets.apps",
    "Job": "jobs.batch",
    "Pod": "pods",
}
SYSTEM = ("ingress-lab", "kube-system")


def nodes(cluster: "Cluster") -> tuple[str, ...]:
    return tuple(cluster.kubelet.nodes.names()) if cluster.kubelet is not None else ()


def control_plane_nodes(cluster: "Cluster") -> tuple[str, ...]:
    return tuple(cluster.control_plane.nodes) if cluster.control_plane is not None else ()


def places(cluster: "Cluster") -> tuple[str, ...]:
    """Ends of ways: a node, the internet, or whatever there is."""
    return (*nodes(cluster), OUTSIDE, ANY)


def components(cluster: "Cluster") -> tuple[str, ...]:
    return PROGRAMS if control_plane_nodes(cluster) else ()


def registries(cluster: "Cluster") -> tuple[str, ...]:
    return KNOWN_REGISTRIES


def workloads(cluster: "Cluster") -> tuple[str, ...]:
    """What runs Pods and belongs to nothing else, then the Pods; those of the system come last."""
    found = [
        (obj["metadata"]["namespace"] in SYSTEM, kind == "Pod", reference(kind, obj))
        for kind, resource in WORKLOADS.items()
        for obj in cluster.store.list(resource)
        if kind == "Pod" or controller_of(obj) is None
    ]
    return tuple(name for _, _, name in sorted(found, key=lambda one: one[:2]))


def services(cluster: "Cluster") -> tuple[str, ...]:
    """The Services that send requests to Pods."""
    found = [
        (obj["metadata"]["namespace"] in SYSTEM, reference("Service", obj))
        for obj in cluster.store.list("services")
        if obj["spec"].get("selector")
    ]
    return tuple(name for _, name in sorted(found, key=lambda one: one[0]))


def reference(kind: str, obj: Object) -> str:
    return f"{kind}/{obj['metadata']['namespace']}/{obj['metadata']['name']}"


def parts(name: str) -> Reference:
    """Kind, namespace and name of a reference that was checked."""
    kind, namespace, named = name.split("/")
    return kind, namespace, named


def containers_of(cluster: "Cluster", arguments: Arguments) -> list[Row]:
    """The running containers of the Pods of the workload that is meant."""
    kubelet, wanted = kubelet_of(cluster), parts(arguments["of"])
    found: list[Row] = []
    for pod in cluster.store.list("pods", wanted[1]):
        if wanted in workloads_of(kubelet, pod):
            found += [row for row in kubelet.rows(pod).values() if row["state"] == RUNNING]
    return found
