"""Faults of the control plane: a program that is stopped or does not start, a certificate that is over."""

from typing import TYPE_CHECKING

from simulator.controlplane.manifests import FOLDER, PROGRAMS
from simulator.faults.fault import Arguments, Fault, UnknownFault, kubelet_of
from simulator.runtime.files import Files

if TYPE_CHECKING:
    from simulator.cluster import Cluster

ASIDE = "/etc/kubernetes/off"
WHICH = {"component": f"one of {', '.join(PROGRAMS)}", "node": "where (default: on every control-plane node)"}


def places(cluster: "Cluster", arguments: Arguments) -> list[tuple[Files, str]]:
    """The disks and the file that are meant. Raises `UnknownFault`."""
    component = str(arguments.get("component", ""))
    if component not in PROGRAMS:
        raise UnknownFault(f"a component is one of {', '.join(PROGRAMS)}: {component!r}")
    known = cluster.control_plane.nodes if cluster.control_plane is not None else []
    nodes = [str(arguments["node"])] if arguments.get("node") else known
    if not nodes or any(node not in known for node in nodes):
        raise UnknownFault(f"the control plane of this cluster runs on {', '.join(known) or 'no node of its own'}")
    kubelet = kubelet_of(cluster)
    return [(cluster.machines.volumes.view(kubelet.nodes.machine(node)), f"{component}.yaml") for node in nodes]


def stop(cluster: "Cluster", arguments: Arguments) -> None:
    """Move the manifest aside, as an administrator would."""
    for files, name in places(cluster, arguments):
        if not files.exists(ASIDE):
            files.make_directory(ASIDE)
        if files.exists(f"{FOLDER}/{name}"):
            files.rename(f"{FOLDER}/{name}", f"{ASIDE}/{name}")


def start(cluster: "Cluster", arguments: Arguments) -> None:
    for files, name in places(cluster, arguments):
        if files.exists(f"{ASIDE}/{name}"):
            files.rename(f"{ASIDE}/{name}", f"{FOLDER}/{name}")


def break_flag(cluster: "Cluster", arguments: Arguments) -> None:
    """Add a flag that the program does not know."""
    for files, name in places(cluster, arguments):
        path, program = f"{FOLDER}/{name}", name.removesuffix(".yaml")
        first = f"- {program}\n"
        text = files.text(path)
        indent = text[: text.index(first)].rpartition("\n")[2]
        files.write(path, text.replace(first, f"{first}{indent}- {flag(arguments)}\n", 1))


def mend_flag(cluster: "Cluster", arguments: Arguments) -> None:
    for files, name in places(cluster, arguments):
        path = f"{FOLDER}/{name}"
        lines = files.text(path).splitlines(keepends=True)
        files.write(path, "".join(line for line in lines if line.strip() != f"- {flag(arguments)}"))


def flag(arguments: Arguments) -> str:
    return str(arguments.get("flag") or "--leader-elekt=true")


def expire(cluster: "Cluster", arguments: Arguments) -> None:
    if cluster.control_plane is not None:
        cluster.control_plane.expire_certificate("apiserver")


def renew(cluster: "Cluster", arguments: Arguments) -> None:
    if cluster.control_plane is not None:
        cluster.control_plane.renew_certificate("apiserver", at_once=True)


COMPONENT_STOPPED = Fault(
    f"A program of the control plane does not run: its manifest was moved to {ASIDE}.",
    stop,
    start,
    f"on the node: mv {ASIDE}/COMPONENT.yaml {FOLDER}/",
    WHICH,
)
COMPONENT_BROKEN = Fault(
    "A program of the control plane crashes: its manifest has a flag that it does not know.",
    break_flag,
    mend_flag,
    f"on the node: crictl ps -a, crictl logs, then take the flag out of {FOLDER}/COMPONENT.yaml",
    {**WHICH, "flag": "the wrong one (default --leader-elekt=true)"},
)
API_CERTIFICATE_OVER = Fault(
    "The time of the API server's certificate is over: nobody trusts it.",
    expire,
    renew,
    "on the node: kubeadm certs renew apiserver, then restart the API server (move its manifest away and back)",
)
