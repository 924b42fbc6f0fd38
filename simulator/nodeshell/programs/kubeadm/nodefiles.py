"""The files that kubeadm keeps on a node: written by init and join, taken away by reset."""

from collections.abc import Collection

from simulator.controlplane.manifests import ETCD_DATA, FOLDER, PKI, PROGRAMS, manifests
from simulator.machinery import yaml
from simulator.machinery.releases import Release
from simulator.nodeshell.files import node_files
from simulator.nodeshell.host import Host
from simulator.runtime.process import Process

FOLDERS = (FOLDER, PKI, "/var/lib/kubelet", ETCD_DATA)
CONFIGS = ("admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler")


def wipe(process: Process, host: Host) -> None:
    """Take away what kubeadm and what it set up have written."""
    files = process.files
    for folder in FOLDERS:
        for path, node in list(files.walk(folder)) if files.is_directory(folder) else ():
            if node["kind"] != "directory":
                files.remove(path)
    for name in CONFIGS:
        if files.exists(f"/etc/kubernetes/{name}.conf"):
            files.remove(f"/etc/kubernetes/{name}.conf")


def restore(process: Process, host: Host) -> None:
    """What kubeadm writes on a node of its kind is there again."""
    for path in node_files(host.cluster, host.name):
        if path.startswith(("/etc/kubernetes/", "/var/lib/kubelet/")):
            restore_file(process, path)
    if host.is_control_plane:
        for name in PROGRAMS:
            if process.files.is_file(f"{FOLDER}/{name}.yaml"):
                process.files.remove(f"{FOLDER}/{name}.yaml")  # init writes those of its own release


def restore_file(process: Process, path: str) -> None:
    """A file is as kubeadm has written it when the node came up."""
    folder, _, name = path.rpartition("/")
    process.files.volumes.drop(process.machine, folder, name)


def write_manifests(process: Process, host: Host, release: Release, programs: Collection[str] = PROGRAMS) -> None:
    """The static Pods of a control plane; its etcd knows the members there are."""
    ip = host.nodes.address(host.name)
    peers = {name: host.nodes.address(name) for name in host.control_plane.etcd.voters()}
    for program, pod in manifests(host.name, ip, release, peers).items():
        if program in programs:
            process.files.write(f"{FOLDER}/{program}.yaml", yaml.dump(pod), mode=0o600)
