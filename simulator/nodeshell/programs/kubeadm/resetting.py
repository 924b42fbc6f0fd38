"""kubeadm reset: a node goes from its cluster, as far as it can by itself. Upstream: cmd/kubeadm/app/cmd/reset.go"""

from simulator.controlplane.manifests import ETCD_DATA, FOLDER, PKI
from simulator.controlplane.programs import klog
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import effects, nodefiles
from simulator.nodeshell.programs.kubeadm.asking import confirmed, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.joinsettings import load_reset
from simulator.nodeshell.programs.kubeadm.workflow import Phase, Workflow
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

FOLDERS = f"[{FOLDER} /var/lib/kubelet {PKI}]"
FILES = " ".join(f"/etc/kubernetes/{name}.conf" for name in nodefiles.CONFIGS)
KEPT = """
The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/
"""


def begin(process: Process, host: Host) -> Wait | None:
    load_reset(process)
    if host.control_plane.state == "well" and process.files.is_file("/etc/kubernetes/kubelet.conf"):
        try:
            read_configuration(process, host, "reset")
        except Failure as failure:
            words = f"[reset] Unable to fetch the kubeadm-config ConfigMap from cluster: {failure}"
            process.error(klog("W", process.now, "reset.go:141", words, process.pid))
    return None


def ask(process: Process, host: Host) -> Wait | None:
    if not process.state["force"] and not effects.is_dry(process):
        what = "WARNING: Changes made to this host by 'kubeadm init' or 'kubeadm join' will be reverted."
        process.print(f"[reset] {what}")
        process.stdout.write("[reset] Are you sure you want to proceed? [y/N]: ")
    return None


def confirm(process: Process, host: Host) -> Wait | None:
    return None if process.state["force"] or effects.is_dry(process) else confirmed(process)


def check(process: Process, host: Host) -> Wait | None:
    process.print("[preflight] Running pre-flight checks")
    return None


def leave_etcd(process: Process, host: Host) -> Wait | None:
    """Take this node's etcd out of the others', and its data away."""
    etcd, manifest = host.control_plane.etcd, f"{FOLDER}/etcd.yaml"
    if not process.files.is_file(manifest):
        if host.is_control_plane:
            process.print(f"[reset] No etcd manifest found in {manifest!r}. Assuming external etcd".replace("'", '"'))
        return None
    if effects.is_dry(process):
        process.print("[reset] Would remove the etcd member on this node, if possible\n"
                      f"[reset] Would delete contents of the etcd data directory: {ETCD_DATA}")  # fmt: skip
        return None
    others = [name for name in etcd.voters() if name != host.name]
    if others and host.name in etcd.voters() and etcd.has_quorum():
        etcd.remove(host.name)
    nodefiles.empty(process, ETCD_DATA)
    process.print(f"[reset] Deleted contents of the etcd data directory: {ETCD_DATA}")
    return None


def clean_up(process: Process, host: Host) -> Wait | None:
    """Take away what kubeadm has set up."""
    if effects.is_dry(process):
        process.print(f"""[reset] Would stop the kubelet service
[reset] Would unmount mounted directories in "/var/lib/kubelet"
[reset] Would remove Kubernetes-managed containers
[reset] Would delete contents of directories: {FOLDERS}
[reset] Would delete files: [{FILES}]""")
        return None
    host.kubelet.services.stop(host.name, "kubelet")
    nodefiles.wipe(process, host)
    host.kubelet.outages.leave(host.name)
    host.nodes.change(host.name, bare=True)
    host.control_plane.note()
    process.print(f"""[reset] Stopping the kubelet service
[reset] Unmounting mounted directories in "/var/lib/kubelet"
[reset] Deleting contents of directories: {FOLDERS}
[reset] Deleting files: [{FILES}]""")
    return None


def say_kept(process: Process, host: Host) -> Wait | None:
    process.print(KEPT)
    return None


PHASES = (
    Phase("preflight", "Run reset pre-flight checks", (ask, confirm, check)),
    Phase("remove-etcd-member", "Remove a local etcd member.", (leave_etcd,)),
    Phase("cleanup-node", "Run cleanup node.", (clean_up,)),
)
RESET = Workflow("reset", (begin,), PHASES, (say_kept,))
