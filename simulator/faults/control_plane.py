"""Faults of the control plane: a program that is stopped or does not start, a certificate that is over."""

from typing import TYPE_CHECKING

from simulator.controlplane.manifests import FOLDER, PKI
from simulator.controlplane.processes import YEAR
from simulator.faults.fault import Arguments, Fault, UnknownFault, has_own_control_plane, kubelet_of
from simulator.faults.parameters import Parameter
from simulator.faults.targets import control_plane_nodes
from simulator.kernel.clock import HOUR
from simulator.nodeshell.files import signed
from simulator.pki import names_in
from simulator.runtime.files import Files

if TYPE_CHECKING:
    from simulator.cluster import Cluster
    from simulator.controlplane.processes import ControlPlane

ASIDE = "/etc/kubernetes/off"
WRONG_FLAG = "--leader-elekt=true"

WHICH = (
    Parameter("component", "component", {"en": "Which program", "ko": "구성 요소"}, required=True),
    Parameter(
        "node",
        "control-plane node",
        {"en": "Where (on every control-plane node unless told)", "ko": "노드(비우면 모든 컨트롤 플레인 노드)"},
    ),
)


def manifests(cluster: "Cluster", arguments: Arguments) -> list[tuple[Files, str]]:
    """The disks and the file that are meant."""
    kubelet = kubelet_of(cluster)
    nodes = [arguments["node"]] if arguments["node"] else control_plane_nodes(cluster)
    return [
        (cluster.machines.volumes.view(kubelet.nodes.machine(node)), f"{arguments['component']}.yaml") for node in nodes
    ]


def stop(cluster: "Cluster", arguments: Arguments) -> None:
    """Move the manifest aside, as an administrator would."""
    for files, name in manifests(cluster, arguments):
        if not files.exists(ASIDE):
            files.make_directory(ASIDE)
        if files.exists(f"{FOLDER}/{name}"):
            files.rename(f"{FOLDER}/{name}", f"{ASIDE}/{name}")


def start(cluster: "Cluster", arguments: Arguments) -> None:
    for files, name in manifests(cluster, arguments):
        if files.exists(f"{ASIDE}/{name}"):
            files.rename(f"{ASIDE}/{name}", f"{FOLDER}/{name}")


def is_stopped(cluster: "Cluster", arguments: Arguments) -> bool:
    return any(not files.exists(f"{FOLDER}/{name}") for files, name in manifests(cluster, arguments))


def break_flag(cluster: "Cluster", arguments: Arguments) -> None:
    """Add a flag that the program does not know."""
    for files, name in manifests(cluster, arguments):
        path, first = f"{FOLDER}/{name}", f"- {arguments['component']}\n"
        text = files.text(path) if files.exists(path) else ""
        if first not in text:
            raise UnknownFault(
                f"{path} does not start {arguments['component']}",
                f"{path}에 {arguments['component']} 실행이 없습니다",
                "component",
            )
        indent = text[: text.index(first)].rpartition("\n")[2]
        files.write(path, text.replace(first, f"{first}{indent}- {arguments['flag']}\n", 1))


def mend_flag(cluster: "Cluster", arguments: Arguments) -> None:
    for files, name in manifests(cluster, arguments):
        path = f"{FOLDER}/{name}"
        if files.exists(path):
            lines = files.text(path).splitlines(keepends=True)
            files.write(path, "".join(line for line in lines if line.strip() != f"- {arguments['flag']}"))


def has_flag(cluster: "Cluster", arguments: Arguments) -> bool:
    return any(
        files.exists(f"{FOLDER}/{name}") and f"- {arguments['flag']}\n" in files.text(f"{FOLDER}/{name}")
        for files, name in manifests(cluster, arguments)
    )


def expire(cluster: "Cluster", arguments: Arguments) -> None:
    """The time of the API servers' certificates is over since an hour ago."""
    sign(cluster, cluster.kernel.clock.now - 2 * HOUR, HOUR)


def renew(cluster: "Cluster", arguments: Arguments) -> None:
    sign(cluster, cluster.kernel.clock.now, YEAR)


def sign(cluster: "Cluster", now: int, validity: int) -> None:
    """Lay a certificate on every node with an API server, and let that show it at once."""
    kubelet, control_plane = kubelet_of(cluster), own(cluster)
    for node in control_plane.nodes:
        files = cluster.machines.volumes.view(kubelet.nodes.machine(node))
        before = files.text(f"{PKI}/apiserver.crt") if files.is_file(f"{PKI}/apiserver.crt") else ""
        certificate, _ = signed(cluster, node, "apiserver", now, known=names_in(before), validity=validity)
        files.write(f"{PKI}/apiserver.crt", certificate, mode=0o644)
        control_plane.show_certificate(node, certificate)


def is_expired(cluster: "Cluster", arguments: Arguments) -> bool:
    return own(cluster).certificate_trouble() != ""


def own(cluster: "Cluster") -> "ControlPlane":
    if cluster.control_plane is None:
        raise UnknownFault("this cluster has no control plane", "이 클러스터에는 컨트롤 플레인이 없습니다")
    return cluster.control_plane


COMPONENT_STOPPED = Fault(
    {"en": "Control plane component stopped", "ko": "컨트롤 플레인 구성 요소 정지"},
    {
        "en": f"A component of the control plane does not run: its manifest was moved to {ASIDE}.",
        "ko": f"매니페스트가 {ASIDE}로 옮겨져 컨트롤 플레인의 구성 요소가 실행되지 않습니다.",
    },
    stop,
    {"en": f"on the node: mv {ASIDE}/COMPONENT.yaml {FOLDER}/", "ko": f"노드에서 mv {ASIDE}/COMPONENT.yaml {FOLDER}/"},
    WHICH,
    start,
    is_stopped,
    has_own_control_plane,
)
COMPONENT_BROKEN = Fault(
    {"en": "Control plane component misconfigured", "ko": "컨트롤 플레인 구성 요소 설정 오류"},
    {
        "en": "A component of the control plane crashes: its manifest has a flag that it does not know.",
        "ko": "매니페스트에 모르는 플래그가 있어 컨트롤 플레인의 구성 요소가 계속 종료됩니다.",
    },
    break_flag,
    {
        "en": f"on the node: crictl ps -a, crictl logs, then take the flag out of {FOLDER}/COMPONENT.yaml",
        "ko": f"노드에서 crictl ps -a와 crictl logs로 원인을 보고 {FOLDER}/COMPONENT.yaml에서 플래그를 지웁니다",
    },
    (*WHICH, Parameter("flag", "text", {"en": "The wrong flag", "ko": "틀린 플래그"}, default=WRONG_FLAG)),
    mend_flag,
    has_flag,
    has_own_control_plane,
)
API_CERTIFICATE_OVER = Fault(
    {"en": "API server certificate expired", "ko": "API 서버 인증서 만료"},
    {
        "en": "The API server's certificate has expired: nobody trusts it any more.",
        "ko": "API 서버의 인증서가 만료되어 아무도 신뢰하지 않습니다.",
    },
    expire,
    {
        "en": "on the node: kubeadm certs renew apiserver, then restart the API server",
        "ko": "노드에서 kubeadm certs renew apiserver를 실행하고 API 서버를 다시 시작합니다",
    },
    mend=renew,
    holds=is_expired,
    possible=has_own_control_plane,
)
