"""The files that kubeadm keeps on a node: written by init and join, taken away by reset."""

from collections.abc import Collection

from simulator.controlplane.manifests import FOLDER, PKI, PROGRAMS, manifests
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.releases import Release
from simulator.nodeshell.files import ENVIRONMENT
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import effects, patches
from simulator.nodeshell.programs.kubeadm.settings import Settings, settings
from simulator.runtime.process import Process

FOLDERS = (FOLDER, "/var/lib/kubelet", PKI)
FLAGS, CONFIGURATION = "/var/lib/kubelet/kubeadm-flags.env", "/var/lib/kubelet/config.yaml"
CONFIGS = ("admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler")


def wipe(process: Process, host: Host) -> None:
    """Take away what kubeadm and what it set up have written."""
    for folder in FOLDERS:
        empty(process, folder)
    for name in CONFIGS:
        if process.files.exists(f"/etc/kubernetes/{name}.conf"):
            process.files.remove(f"/etc/kubernetes/{name}.conf")


def empty(process: Process, folder: str) -> None:
    """Take the files of a folder away."""
    files = process.files
    for path, node in list(files.walk(folder)) if files.is_directory(folder) else ():
        if node["kind"] != "directory":
            files.remove(path)


def write_manifests(process: Process, host: Host, programs: Collection[str] = PROGRAMS) -> None:
    """The static Pods of a control plane as they are asked for; its etcd knows the members there are."""
    found = settings(process)
    made = wanted_manifests(process, host, Release(*process.state["release"]), found["cluster"], found["patches"])
    for program in programs:
        effects.write(process, host, f"{FOLDER}/{program}.yaml", yaml.dump(made[program]))


def wanted_manifests(
    process: Process, host: Host, release: Release, cluster: Settings, folder: str = ""
) -> dict[str, Object]:
    """Program → Pod, with the patches that lie in a folder."""
    ip, voters = host.nodes.address(host.name), host.control_plane.etcd.voters()
    peers = {name: host.nodes.address(name) for name in (*voters, *(() if host.name in voters else (host.name,)))}
    made = manifests(host.name, ip, release, peers, cluster)
    return {program: patches.applied(process, folder, program, pod) for program, pod in made.items()}


def write_kubelet(process: Process, host: Host, node: Settings, configuration: str) -> None:
    """The kubelet's flags and configuration."""
    process.print(f'[kubelet-start] Writing kubelet environment file with flags to file "{FLAGS}"')
    effects.write(process, host, FLAGS, environment(node, process.state.get("register", False)), 0o644)
    folder = (process.state.get("settings") or {}).get("patches", "")
    if folder:
        body = yaml.load(configuration)
        assert isinstance(body, dict)
        configuration = yaml.dump(patches.applied(process, folder, "kubeletconfiguration", body))
    process.print(f'[kubelet-start] Writing kubelet configuration to file "{CONFIGURATION}"')
    effects.write(process, host, CONFIGURATION, configuration, 0o644)


def environment(node: Settings, registering: bool) -> str:
    """The file with the kubelet's flags. Upstream: cmd/kubeadm/app/phases/kubelet/flags.go"""
    own = [word.removeprefix("--") for word in ENVIRONMENT.partition('"')[2].rpartition('"')[0].split()]
    flags = dict(word.partition("=")[::2] for word in own)
    if registering and node.get("taints"):
        taints = [f"{each['key']}={each.get('value', '')}:{each['effect']}" for each in node["taints"]]
        flags["register-with-taints"] = ",".join(taints)
    extra = node.get("kubeletExtraArgs") or ()
    names = {each["name"] for each in extra}
    words = [f"--{name}={value}" for name, value in flags.items() if name not in names]
    words += [f"--{each['name']}={each.get('value', '')}" for each in extra]
    return f'KUBELET_KUBEADM_ARGS="{" ".join(sorted(words))}"\n'


def start_kubelet(process: Process, host: Host) -> None:
    process.print("[kubelet-start] Starting the kubelet")
    host.kubelet.services.restart(host.name, "kubelet")
