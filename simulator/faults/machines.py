"""Faults of nodes: power, network, services, disk, certificate."""

from typing import TYPE_CHECKING

from simulator.faults.fault import Arguments, Fault, Texts, kubelet_of
from simulator.faults.parameters import Parameter
from simulator.kubelet.outages import FILLED, FILLER
from simulator.runtime.files import Files

if TYPE_CHECKING:
    from simulator.cluster import Cluster

CONFIG = "/var/lib/kubelet/config.yaml"
RIGHT = "/etc/kubernetes/pki/ca.crt"
WRONG = "/etc/kubernetes/pki/WRONG-ca.crt"
LARGEST = 1000
"""Gibibytes of a file that fills a disk."""

NODE = Parameter("node", "node", {"en": "Which node", "ko": "노드"}, required=True)


def no_power(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.stop(arguments["node"])


def power(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.resume(arguments["node"])


def is_without_power(cluster: "Cluster", arguments: Arguments) -> bool:
    return not kubelet_of(cluster).nodes.row(arguments["node"])["power"]


def reboot(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.reboot(arguments["node"])


def partition(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.partition(arguments["node"])


def heal(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.heal(arguments["node"])


def is_partitioned(cluster: "Cluster", arguments: Arguments) -> bool:
    return not kubelet_of(cluster).nodes.row(arguments["node"])["linked"]


def service_stopped(name: str, title: Texts, summary: Texts) -> Fault:
    """A service of a node's systemd does not run."""

    def stop(cluster: "Cluster", arguments: Arguments) -> None:
        kubelet_of(cluster).services.stop(arguments["node"], name)

    def start(cluster: "Cluster", arguments: Arguments) -> None:
        kubelet_of(cluster).services.start(arguments["node"], name)

    def is_stopped(cluster: "Cluster", arguments: Arguments) -> bool:
        return bool(kubelet_of(cluster).services.unit(arguments["node"], name)["state"] == "inactive")

    repaired = {"en": f"on the node: systemctl start {name}", "ko": f"노드에서 systemctl start {name}"}
    return Fault(title, summary, stop, repaired, (NODE,), start, is_stopped)


def break_kubelet(cluster: "Cluster", arguments: Arguments) -> None:
    """Put a wrong path into the kubelet's configuration, and restart it."""
    edit(cluster, arguments, RIGHT, arguments["path"])


def mend_kubelet(cluster: "Cluster", arguments: Arguments) -> None:
    edit(cluster, arguments, arguments["path"], RIGHT)


def edit(cluster: "Cluster", arguments: Arguments, old: str, new: str) -> None:
    files = disk(cluster, arguments)
    files.write(CONFIG, files.text(CONFIG).replace(old, new))
    kubelet_of(cluster).services.restart(arguments["node"], "kubelet")


def is_kubelet_broken(cluster: "Cluster", arguments: Arguments) -> bool:
    files = disk(cluster, arguments)
    return files.exists(CONFIG) and arguments["path"] in files.text(CONFIG)


def fill_disk(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.fill_disk(arguments["node"], arguments["gibibytes"])


def free_disk(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.free_disk(arguments["node"])


def is_disk_filled(cluster: "Cluster", arguments: Arguments) -> bool:
    return disk(cluster, arguments).exists(FILLER)


def expire(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.expire_certificate(arguments["node"])


def renew(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).outages.renew_certificate(arguments["node"])


def is_expired(cluster: "Cluster", arguments: Arguments) -> bool:
    return bool(kubelet_of(cluster).nodes.row(arguments["node"]).get("expired"))


def disk(cluster: "Cluster", arguments: Arguments) -> Files:
    return cluster.machines.volumes.view(kubelet_of(cluster).nodes.machine(arguments["node"]))


POWER = Fault(
    {"en": "Node without power", "ko": "노드 전원 꺼짐"},
    {"en": "A node loses power: everything on it is gone.", "ko": "노드의 전원이 나가서 그 위의 모든 것이 멈춥니다."},
    no_power,
    {"en": "switch it on again", "ko": "전원을 다시 켭니다"},
    (NODE,),
    power,
    is_without_power,
)
REBOOT = Fault(
    {"en": "Node reboots", "ko": "노드 재부팅"},
    {"en": "A node reboots.", "ko": "노드가 다시 부팅됩니다."},
    reboot,
    {"en": "by itself", "ko": "저절로 끝납니다"},
    (NODE,),
)
PARTITION = Fault(
    {"en": "Node cut off from the network", "ko": "노드 네트워크 단절"},
    {
        "en": "No packet reaches a node or leaves it; what runs on it goes on.",
        "ko": "패킷이 노드에 닿지도, 노드에서 나가지도 못합니다. 노드에서 실행 중인 것은 계속 실행됩니다.",
    },
    partition,
    {"en": "plug its network in", "ko": "네트워크를 다시 연결합니다"},
    (NODE,),
    heal,
    is_partitioned,
)
KUBELET_STOPPED = service_stopped(
    "kubelet",
    {"en": "Kubelet stopped", "ko": "kubelet 정지"},
    {"en": "A node's kubelet does not run.", "ko": "노드의 kubelet이 실행되지 않습니다."},
)
KUBELET_BROKEN = Fault(
    {"en": "Kubelet misconfigured", "ko": "kubelet 설정 오류"},
    {
        "en": "A node's kubelet does not start: a path in its configuration is wrong.",
        "ko": "설정에 적힌 경로가 틀려서 노드의 kubelet이 시작되지 않습니다.",
    },
    break_kubelet,
    {
        "en": f"on the node: journalctl -u kubelet, right the path in {CONFIG}, systemctl restart kubelet",
        "ko": f"노드에서 journalctl -u kubelet으로 원인을 보고, {CONFIG}의 경로를 고친 뒤 systemctl restart kubelet",
    },
    (NODE, Parameter("path", "text", {"en": "The wrong path", "ko": "틀린 경로"}, default=WRONG)),
    mend_kubelet,
    is_kubelet_broken,
)
RUNTIME_STOPPED = service_stopped(
    "containerd",
    {"en": "Container runtime stopped", "ko": "컨테이너 런타임 정지"},
    {"en": "A node's container runtime does not run.", "ko": "노드의 컨테이너 런타임이 실행되지 않습니다."},
)
DISK_FULL = Fault(
    {"en": "Node disk full", "ko": "노드 디스크 가득 참"},
    {"en": "A file fills a node's disk.", "ko": "파일 하나가 노드의 디스크를 채웁니다."},
    fill_disk,
    {"en": f"on the node: rm {FILLER}", "ko": f"노드에서 rm {FILLER}"},
    (
        NODE,
        Parameter(
            "gibibytes", "number", {"en": "How large the file is", "ko": "파일 크기"},
            default=FILLED, unit="GiB", least=1, most=LARGEST, whole=True,
        ),
    ),
    free_disk,
    is_disk_filled,
)  # fmt: skip
CERTIFICATE_OVER = Fault(
    {"en": "Kubelet certificate expired", "ko": "kubelet 인증서 만료"},
    {
        "en": "A kubelet's client certificate has expired: API servers no longer know who it is.",
        "ko": "kubelet의 클라이언트 인증서가 만료되어 API 서버가 kubelet을 인증하지 못합니다.",
    },
    expire,
    {
        "en": "on cp-1: kubeadm kubeconfig user --org system:nodes --client-name system:node:NODE; its output is the "
        "node's /etc/kubernetes/kubelet.conf; systemctl restart kubelet",
        "ko": "cp-1에서 kubeadm kubeconfig user --org system:nodes --client-name system:node:NODE의 출력을 노드의 "
        "/etc/kubernetes/kubelet.conf에 넣고 systemctl restart kubelet",
    },
    (NODE,),
    renew,
    is_expired,
)
