"""kubeadm init, reset, join: nodes come into a cluster and go. Upstream: cmd/kubeadm/app/cmd/{init,join,reset}.go"""

from collections.abc import Mapping

from simulator.controlplane.manifests import FOLDER, PROGRAMS
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.kubeadm.asking import confirmed, has
from simulator.nodeshell.programs.kubeadm.failures import Failure, Step, ignored, needs_api, preflight
from simulator.nodeshell.programs.kubeadm.tokens import ca_hash, tokens
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

OWN = ("/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/config.yaml")
"""What joining leaves on a node."""
IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server: "


def init(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """A node that belongs to a cluster already does not pass the checks."""
    process.print(f"[init] Using Kubernetes version: v{Packages(host).installed('kubeadm')}")
    process.print("[preflight] Running pre-flight checks")
    ports = [port for port in (6443, 10259, 10257) if process.machines.listener(process.machine, port) is not None]
    if host.nodes.is_running(host.name):
        ports.append(10250)
    problems = [f"Port-{port}: Port {port} is in use" for port in ports]
    for name in PROGRAMS:
        path = f"{FOLDER}/{name}.yaml"
        if process.files.is_file(path):
            problems.append(f"FileAvailable-{path.replace('/', '-')}: {path} already exists")
    preflight(problems, ignored(flags))
    raise Failure("a new cluster is not simulated in this lab; join the one that is there")


# Reset.


def ask(process: Process, host: Host) -> Wait | None:
    if host.is_control_plane:
        raise Failure("resetting a control-plane node is not simulated in this lab")
    if not has(process, "force", "f", "y"):
        what = "WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted."
        process.print(f"[reset] {what}")
        process.stdout.write("[reset] Are you sure you want to proceed? [y/N]: ")
    return None


def confirm(process: Process, host: Host) -> Wait | None:
    return None if has(process, "force", "f", "y") else confirmed(process)


def clean_up(process: Process, host: Host) -> Wait | None:
    """Take a worker out of the cluster, as far as the node itself can."""
    host.kubelet.services.stop(host.name, "kubelet")
    for path in OWN:
        if process.files.exists(path):
            process.files.remove(path)
    host.kubelet.outages.leave(host.name)
    process.print(
        """[preflight] Running pre-flight checks
[reset] Stopping the kubelet service
[reset] Unmounting mounted directories in "/var/lib/kubelet"
[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]
[reset] Deleting files: [/etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf \
/etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf]

The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/
"""
    )
    return None


RESET: tuple[Step, ...] = (ask, confirm, clean_up)


def join(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    if "control-plane" in flags or "config" in flags:
        raise Failure("a further control-plane node and a configuration file are not simulated in this lab")
    process.print("[preflight] Running pre-flight checks")
    present = [path for path in OWN[:2] if process.files.exists(path)]
    problems = [f"FileAvailable-{path.replace('/', '-')}: {path} already exists" for path in present]
    if host.nodes.is_running(host.name):
        problems.append("Port-10250: Port 10250 is in use")
    preflight(problems, ignored(flags))
    trust(host, flags, words)
    for path in OWN:
        folder, _, name = path.rpartition("/")
        process.files.volumes.drop(process.machine, folder, name)  # what kubeadm writes is there again
    host.kubelet.services.start(host.name, "kubelet")
    process.print(
        """[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...
[preflight] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.
[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
[kubelet-start] Writing kubelet environment file with flags to file "/var/lib/kubelet/kubeadm-flags.env"
[kubelet-start] Starting the kubelet
[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s
[kubelet-check] The kubelet is healthy after 501.2ms
[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap

This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.
"""
    )
    return 0


def trust(host: Host, flags: Mapping[str, str], words: list[str]) -> None:
    """Find the cluster, and make sure that it is the one that was meant."""
    token = flags.get("token") or flags.get("discovery-token", "")
    unsafe, pinned = "discovery-token-unsafe-skip-ca-verification" in flags, flags.get("discovery-token-ca-cert-hash")
    if not token:
        raise Failure('discovery: Invalid value: "": bootstrapToken or file must be set')
    if not unsafe and not pinned:
        raise Failure(
            'discovery.bootstrapToken: Invalid value: "": using token-based discovery without caCertHashes can be '
            "unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass "
            "--discovery-token-unsafe-skip-ca-verification flag to continue"
        )
    if words != [f"{host.cluster.api_address}:6443"]:
        raise Failure(f"{IDENTITY}failed to request the cluster-info ConfigMap: context deadline exceeded")
    needs_api(host)
    if token not in [known for known, _ in tokens(host)]:
        where = "could not find a JWS signature in the cluster-info ConfigMap for token ID"
        raise Failure(f'{IDENTITY}{where} "{token.partition(".")[0]}"')
    if not unsafe and pinned != ca_hash():
        raise Failure(
            f"{IDENTITY}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "
            f'"{ca_hash()}" are pinned'
        )
