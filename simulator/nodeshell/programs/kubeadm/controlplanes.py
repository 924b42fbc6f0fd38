"""kubeadm join --control-plane: one more control plane for a cluster. Upstream: cmd/kubeadm/app/cmd/join.go"""

from simulator.controlplane.manifests import FOLDER, PKI, PROGRAMS
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import nodefiles, sharing
from simulator.nodeshell.programs.kubeadm.asking import cluster_configuration, flag, note, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.initializing import (
    KUBELET_STARTED,
    say_certificates,
    say_healthy,
    say_marked,
    until_healthy,
)
from simulator.nodeshell.programs.kubeadm.staticpods import wanted
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

UNFIT = """error execution phase preflight:{}
One or more conditions for hosting a new control plane instance is not satisfied.

{}

Please ensure that:
* The cluster has a stable controlPlaneEndpoint address.
* The certificates that must be shared among control plane instances are provided.

"""
NO_ENDPOINT = (
    "unable to add a new control plane instance to a cluster that doesn't have a stable controlPlaneEndpoint address"
)
LEAVES = (
    "apiserver", "apiserver-kubelet-client", "front-proxy-client", "etcd/server", "etcd/peer",
    "etcd/healthcheck-client", "apiserver-etcd-client",
)  # fmt: skip
JOINED = """
This node has joined the cluster and a new control plane instance was created:

* Certificate signing request was sent to apiserver and approval was received.
* The Kubelet was informed of the new secure connection details.
* Control plane label and taint were applied to the new node.
* The Kubernetes control plane instances scaled up.
* A new etcd member was added to the local/stacked etcd cluster.

To start administering your cluster from this node, you need to run the following as a regular user:

\tmkdir -p $HOME/.kube
\tsudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
\tsudo chown $(id -u):$(id -g) $HOME/.kube/config

Run 'kubectl get nodes' to see this node join the cluster.
"""


def check(process: Process, host: Host) -> None:
    """Whether the cluster takes another control plane, and this node can be one."""
    note(process, release=tuple(read_configuration(process, host, "preflight")))
    process.print("[preflight] Running pre-flight checks before initializing the new control plane instance")
    if not cluster_configuration(host).get("controlPlaneEndpoint"):
        raise Failure(UNFIT.format(" ", NO_ENDPOINT))
    if not flag(process, "certificate-key", ""):
        missing = [problem for problem in (trouble(process, *each) for each in NEEDED) if problem]
        if missing:
            found = ", ".join(missing)
            raise Failure(UNFIT.format(" ", f"[{found}]" if len(missing) > 1 else found))


NEEDED = (
    ("certificate", "CA", "ca.crt"),
    ("key", "service account", "sa.key"),
    ("certificate", "front-proxy CA", "front-proxy-ca.crt"),
    ("certificate", "etcd CA", "etcd/ca.crt"),
)


def trouble(process: Process, kind: str, what: str, name: str) -> str:
    path = f"{PKI}/{name}"
    if process.files.is_file(path):
        return ""
    file = "private key" if kind == "key" else kind
    why = f"open {path}: no such file or directory"
    return f"failure loading {kind} for {what}: couldn't load the {file} file {path}: {why}"


def write(process: Process, host: Host) -> None:
    """Its certificates, kubeconfigs and manifests, its etcd a member; the kubelet begins with them."""
    key, etcd = flag(process, "certificate-key", ""), host.control_plane.etcd
    if key:
        sharing.download(process, host, key)
    if not etcd.has_quorum():
        raise Failure("error execution phase check-etcd: etcd cluster is not healthy: context deadline exceeded")
    nodefiles.restore(process, host)
    say_certificates(process, host, LEAVES)
    process.print(f'[certs] Valid certificates and keys now exist in "{PKI}"\n[certs] Using the existing "sa" key')
    process.print('[kubeconfig] Generating kubeconfig files\n[kubeconfig] Using kubeconfig folder "/etc/kubernetes"')
    for name in ("admin", "controller-manager", "scheduler"):
        process.print(f'[kubeconfig] Writing "{name}.conf" kubeconfig file')
    process.print(f'[control-plane] Using manifest folder "{FOLDER}"')
    for name in PROGRAMS[1:]:
        process.print(f'[control-plane] Creating static Pod manifest for "{name}"')
    process.print("[check-etcd] Checking that the etcd cluster is healthy")
    process.print(KUBELET_STARTED)
    process.print("[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap")
    if host.name not in etcd.voters():
        etcd.add(host.name)
    nodefiles.write_manifests(process, host, wanted(process))
    process.print("[etcd] Announced new etcd member joining to the existing etcd cluster")
    process.print('[etcd] Creating static Pod manifest for "etcd"')
    process.print("[etcd] Waiting for the new etcd member to join the cluster. This can take up to 40s")
    host.nodes.change(host.name, expired=False)
    host.kubelet.services.start(host.name, "kubelet")
    note(process, since=process.now)


def wait(process: Process, host: Host) -> Wait | None:
    """Until what runs on this node answers."""
    if "since" not in process.state:
        return None  # a worker
    waiting = until_healthy(
        process,
        host,
        "error execution phase etcd-join: error creating local etcd static pod manifest file: timeout waiting for "
        "etcd cluster to be available",
    )
    if waiting is not None:
        return waiting
    say_marked(process, host)
    process.print("[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s")
    say_healthy(process, host)
    process.print(JOINED)
    return None
