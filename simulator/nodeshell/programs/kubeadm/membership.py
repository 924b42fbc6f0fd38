"""kubeadm reset and join: nodes go from a cluster and come into one. Upstream: cmd/kubeadm/app/cmd/{join,reset}.go"""

from collections.abc import Mapping

from simulator.controlplane.manifests import ETCD_DATA
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import controlplanes, nodefiles
from simulator.nodeshell.programs.kubeadm.asking import confirmed, has, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure, Step, ignored, needs_api, preflight
from simulator.nodeshell.programs.kubeadm.initializing import pull
from simulator.nodeshell.programs.kubeadm.tokens import ca_hash, is_well_formed, tokens
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

OWN = ("/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/ca.crt")
"""What joining leaves on a node, and must not find there."""
JOINED = """[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...
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
IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server: "


def ask(process: Process, host: Host) -> Wait | None:
    if host.control_plane.state == "well":
        read_configuration(process, host, "reset")
    if not has(process, "force", "f", "y"):
        what = "WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted."
        process.print(f"[reset] {what}")
        process.stdout.write("[reset] Are you sure you want to proceed? [y/N]: ")
    return None


def confirm(process: Process, host: Host) -> Wait | None:
    return None if has(process, "force", "f", "y") else confirmed(process)


def clean_up(process: Process, host: Host) -> Wait | None:
    """Take the node out of the cluster, as far as the node itself can."""
    process.print("[preflight] Running pre-flight checks")
    if host.is_control_plane:
        leave_etcd(process, host)
    host.kubelet.services.stop(host.name, "kubelet")
    nodefiles.wipe(process, host)
    host.kubelet.outages.leave(host.name)
    host.control_plane.note()
    process.print(
        """[reset] Stopping the kubelet service
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


def leave_etcd(process: Process, host: Host) -> None:
    """Take this node's etcd out of the others', and its data away."""
    etcd = host.control_plane.etcd
    others = [name for name in etcd.voters() if name != host.name]
    if others and host.name in etcd.voters() and etcd.has_quorum():
        etcd.remove(host.name)
    process.print(f"[reset] Deleted contents of the etcd data directory: {ETCD_DATA}")


RESET: tuple[Step, ...] = (ask, confirm, clean_up)


def check(process: Process, host: Host) -> Wait | None:
    """Whether this node can become one of the cluster that is named."""
    flags, further = process.state["flags"], has(process, "control-plane")
    if "config" in flags:
        raise Failure("a configuration file is not simulated in this lab; give flags")
    process.print("[preflight] Running pre-flight checks")
    present = [path for path in (OWN[:1] if further else OWN) if process.files.exists(path)]
    problems = [f"FileAvailable-{path.replace('/', '-')}: {path} already exists" for path in present]
    if host.nodes.is_running(host.name):
        problems.append("Port-10250: Port 10250 is in use")
    preflight(problems, ignored(flags))
    trust(host, flags, process.state["words"])
    if further and not host.is_control_plane:
        raise Failure("a control plane is simulated on the nodes that were made for one; leave --control-plane away")
    if host.is_control_plane and not further:
        raise Failure("this node was made for a control plane, and joins with --control-plane only in this lab")
    if further:
        controlplanes.check(process, host)
    return None


def fetch(process: Process, host: Host) -> Wait | None:
    return pull(process, host) if has(process, "control-plane") else None


def enter(process: Process, host: Host) -> Wait | None:
    """The kubelet begins with what it needs to be of the cluster."""
    if has(process, "control-plane"):
        controlplanes.write(process, host)
        return None
    nodefiles.restore(process, host)
    host.nodes.change(host.name, expired=False)  # it gets a certificate of its own
    host.kubelet.services.start(host.name, "kubelet")
    process.print(JOINED)
    return None


JOIN: tuple[Step, ...] = (check, fetch, enter, controlplanes.wait)


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
    if not is_well_formed(token):
        raise Failure(
            f'[discovery.bootstrapToken.token: Invalid value: "{token}": the bootstrap token is invalid, '
            f'discovery.tlsBootstrapToken: Invalid value: "{token}": the bootstrap token is invalid]'
        )
    if words != [f"{host.cluster.api_address}:6443"]:
        raise Failure(f"{IDENTITY}failed to request the cluster-info ConfigMap: context deadline exceeded")
    needs_api(host)
    if token not in [known for known, data in tokens(host) if "usage-bootstrap-signing" in data]:
        where = "could not find a JWS signature in the cluster-info ConfigMap for token ID"
        raise Failure(f'{IDENTITY}{where} "{token.partition(".")[0]}"')
    if not unsafe and pinned != ca_hash():
        raise Failure(
            f"{IDENTITY}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "
            f'"{ca_hash()}" are pinned'
        )
