"""kubeadm join --control-plane: one more control plane for a cluster. Upstream: cmd/kubeadm/app/cmd/phases/join"""

from simulator.controlplane.manifests import FOLDER, PKI, PROGRAMS
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import effects, furnishing, nodefiles, sharing, signing
from simulator.nodeshell.programs.kubeadm.asking import cluster_configuration, note, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure, Step
from simulator.nodeshell.programs.kubeadm.initializing import pull, say_healthy, until_healthy
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
    "etcd/server", "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client", "apiserver",
    "apiserver-kubelet-client", "front-proxy-client",
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


def only_here(step: Step) -> Step:
    """A step of nodes that are to have a control plane."""

    def run(process: Process, host: Host) -> Wait | None:
        return step(process, host) if process.state["further"] else None

    return run


def key_of(process: Process) -> str:
    """The key of the certificates that are shared; "" where people copy them."""
    return str((process.state["join"].get("controlPlane") or {}).get("certificateKey") or "")


def check(process: Process, host: Host) -> None:
    """Whether the cluster takes another control plane, and this node can be one."""
    note(process, release=tuple(read_configuration(process, host, "preflight")))
    process.print("[preflight] Running pre-flight checks before initializing the new control plane instance")
    if not cluster_configuration(host).get("controlPlaneEndpoint"):
        raise Failure(UNFIT.format(" ", NO_ENDPOINT))
    if not key_of(process):
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


@only_here
def fetch(process: Process, host: Host) -> Wait | None:
    return pull(process, host)


@only_here
def download(process: Process, host: Host) -> Wait | None:
    if key_of(process):
        sharing.download(process, host, key_of(process))
    return None


@only_here
def sign(process: Process, host: Host) -> Wait | None:
    process.print(f'[certs] Using certificateDir folder "{PKI}"')
    for name in LEAVES:
        signing.certificate(process, host, name)
    process.print(f'[certs] Valid certificates and keys now exist in "{PKI}"\n[certs] Using the existing "sa" key')
    return None


@only_here
def configs(process: Process, host: Host) -> Wait | None:
    process.print('[kubeconfig] Generating kubeconfig files\n[kubeconfig] Using kubeconfig folder "/etc/kubernetes"')
    for name in ("admin", "controller-manager", "scheduler"):
        signing.config(process, host, name)
    return None


@only_here
def manifests(process: Process, host: Host) -> Wait | None:
    process.print(f'[control-plane] Using manifest folder "{FOLDER}"')
    for name in PROGRAMS[1:]:
        process.print(f'[control-plane] Creating static Pod manifest for "{name}"')
    nodefiles.write_manifests(process, host, PROGRAMS[1:])
    return None


@only_here
def join_etcd(process: Process, host: Host) -> Wait | None:
    """Its etcd becomes a member of the others'."""
    etcd = host.control_plane.etcd
    process.print("[check-etcd] Checking that the etcd cluster is healthy")
    if not etcd.has_quorum():
        raise Failure("etcd cluster is not healthy: context deadline exceeded")
    if effects.is_dry(process):
        process.print("[etcd] Would add etcd member and create its static Pod manifest")
        return None
    if host.name not in etcd.voters():
        etcd.add(host.name)
    nodefiles.write_manifests(process, host, ["etcd"])
    process.print("[etcd] Announced new etcd member joining to the existing etcd cluster")
    process.print('[etcd] Creating static Pod manifest for "etcd"')
    process.print("[etcd] Waiting for the new etcd member to join the cluster. This can take up to 40s")
    note(process, since=process.now)
    return None


@only_here
def wait(process: Process, host: Host) -> Wait | None:
    """Until what runs on this node answers."""
    if effects.is_dry(process):
        return None
    return until_healthy(
        process,
        host,
        "error creating local etcd static pod manifest file: timeout waiting for etcd cluster to be available",
    )


@only_here
def mark(process: Process, host: Host) -> Wait | None:
    return furnishing.mark(process, host)


@only_here
def say_well(process: Process, host: Host) -> Wait | None:
    if effects.is_dry(process):
        return None
    process.print("[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s")
    say_healthy(process, host)
    return None
