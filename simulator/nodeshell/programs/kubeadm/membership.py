"""kubeadm init, reset, join: nodes come into a cluster and go. Upstream: cmd/kubeadm/app/cmd/{init,join,reset}.go"""

from collections.abc import Mapping

from simulator.controlplane.manifests import FOLDER, PROGRAMS
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_api, preflight
from simulator.nodeshell.programs.kubeadm.tokens import ca_hash, tokens
from simulator.runtime.process import Process

OWN = ("/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/config.yaml")
"""What joining leaves on a node."""
IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server: "


def init(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """A node that belongs to a cluster already does not pass the checks."""
    process.print(f"[init] Using Kubernetes version: v{host.cluster.release}")
    process.print("[preflight] Running pre-flight checks")
    ports = [port for port in (6443, 10259, 10257) if process.machines.listener(process.machine, port) is not None]
    if host.nodes.is_running(host.name):
        ports.append(10250)
    problems = [f"[ERROR Port-{port}]: Port {port} is in use" for port in ports]
    for name in PROGRAMS:
        path = f"{FOLDER}/{name}.yaml"
        if process.files.is_file(path):
            problems.append(f"[ERROR FileAvailable-{path.replace('/', '-')}]: {path} already exists")
    if problems:
        raise preflight(problems)
    raise Failure("a new cluster is not simulated in this lab; join the one that is there")


def reset(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """Take a worker out of the cluster, as far as the node itself can."""
    if host.is_control_plane:
        raise Failure("resetting a control-plane node is not simulated in this lab")
    if not {"force", "f", "y"} & flags.keys():
        raise Failure("reset asks before it goes on; give -f to say yes at once")
    host.kubelet.services.stop(host.name, "kubelet")
    for path in OWN:
        if process.files.exists(path):
            process.files.remove(path)
    host.kubelet.outages.leave(host.name)
    for line in (
        "[preflight] Running pre-flight checks",
        "[reset] Stopping the kubelet service",
        '[reset] Unmounting mounted directories in "/var/lib/kubelet"',
        "[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]",
        "[reset] Deleting files: [/etc/kubernetes/kubelet.conf]",
    ):
        process.print(line)
    return 0


def join(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    process.print("[preflight] Running pre-flight checks")
    present = [path for path in OWN[:2] if process.files.exists(path)]
    problems = [f"[ERROR FileAvailable-{path.replace('/', '-')}]: {path} already exists" for path in present]
    if host.nodes.is_running(host.name):
        problems.append("[ERROR Port-10250]: Port 10250 is in use")
    if problems:
        raise preflight(problems)
    if words != [f"{host.cluster.api_address}:6443"]:
        raise Failure(f"{IDENTITY}failed to request the cluster-info ConfigMap: context deadline exceeded")
    needs_api(host)
    token = flags.get("token", "")
    if token not in [known for known, _ in tokens(host)]:
        where = "could not find a JWS signature in the cluster-info ConfigMap for token ID"
        raise Failure(f'{IDENTITY}{where} "{token.partition(".")[0]}"')
    unsafe = "discovery-token-unsafe-skip-ca-verification" in flags
    if not unsafe and flags.get("discovery-token-ca-cert-hash") != ca_hash():
        raise Failure(
            f"{IDENTITY}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys is pinned"
        )
    for path in OWN:
        folder, _, name = path.rpartition("/")
        process.files.volumes.drop(process.machine, folder, name)  # what kubeadm writes is there again
    host.kubelet.services.start(host.name, "kubelet")
    for line in (
        "",
        "This node has joined the cluster:",
        "* Certificate signing request was sent to apiserver and a response was received.",
        "* The Kubelet was informed of the new secure connection details.",
        "",
        "Run 'kubectl get nodes' on the control-plane to see this node join the cluster.",
        "",
    ):
        process.print(line)
    return 0
