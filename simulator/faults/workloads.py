"""Faults of what runs, and of where it comes from: a process killed, memory leaking, load, a registry that refuses."""

from typing import TYPE_CHECKING

from simulator.faults.fault import Arguments, Fault, UnknownFault, kubelet_of, nothing
from simulator.kernel.clock import MILLISECOND
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Key

if TYPE_CHECKING:
    from simulator.cluster import Cluster

MEBIBYTE = 1 << 20


def containers_of(cluster: "Cluster", arguments: Arguments) -> list[Row]:
    """The running containers of the Pods that are labelled `app`."""
    kubelet, namespace, app = kubelet_of(cluster), str(arguments.get("namespace", "default")), str(arguments.get("app"))
    found = []
    for pod in cluster.store.list("pods", namespace):
        if (pod["metadata"].get("labels") or {}).get("app") == app:
            found += [row for row in kubelet.rows(pod).values() if row["state"] == RUNNING]
    return found


def kill(cluster: "Cluster", arguments: Arguments) -> None:
    for row in containers_of(cluster, arguments):
        kubelet_of(cluster).runtime.kill(row["machine"])


def leak(cluster: "Cluster", arguments: Arguments) -> None:
    growth = int(float(arguments.get("mebibytes", 10)) * MEBIBYTE) // 60
    for row in containers_of(cluster, arguments):
        first = cluster.machines.first(row["machine"])
        cluster.machines.cgroups.hold(row["machine"], first, 0, growth)


def stop_leak(cluster: "Cluster", arguments: Arguments) -> None:
    for row in containers_of(cluster, arguments):
        first = cluster.machines.first(row["machine"])
        cluster.machines.cgroups.hold(row["machine"], first, 0)


def service_of(arguments: Arguments) -> Key:
    return str(arguments.get("namespace", "default")), str(arguments.get("service"))


def load(cluster: "Cluster", arguments: Arguments) -> None:
    if cluster.load is None:
        raise UnknownFault("this cluster has no nodes")
    cost = round(float(arguments.get("cost", 10)) * MILLISECOND)
    cluster.load.on(service_of(arguments), int(arguments.get("requests", 50)), cost)


def calm(cluster: "Cluster", arguments: Arguments) -> None:
    if cluster.load is not None:
        cluster.load.off(service_of(arguments))


def throttle(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).images.throttle(str(arguments.get("registry", "docker.io")), refuses=True)


def stop_throttling(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).images.throttle(str(arguments.get("registry", "docker.io")), refuses=False)


PODS = {"namespace": "where the Pods are (default)", "app": "the value of their label app"}
PROCESS_KILLED = Fault("The processes of some Pods are killed.", kill, nothing, "the kubelet starts them again", PODS)
MEMORY_LEAK = Fault(
    "The programs of some Pods hold more and more memory.",
    leak,
    stop_leak,
    "a limit, and a program that does not leak",
    {**PODS, "mebibytes": "by how many they grow a minute (10)"},
)
LOAD = Fault(
    "Requests from outside keep a Service busy.",
    load,
    calm,
    "more Pods, or requests that cost less",
    {
        "namespace": "where the Service is (default)",
        "service": "its name",
        "requests": "how many a second (50)",
        "cost": "milliseconds of CPU that one costs (10)",
    },
)
REGISTRY_THROTTLED = Fault(
    "A registry refuses pulls: too many came.",
    throttle,
    stop_throttling,
    "wait, or images from elsewhere",
    {"registry": "which one (docker.io)"},
)
