"""kubeadm certs: until when certificates are good, and signing them anew. Upstream: cmd/kubeadm/app/cmd/certs.go"""

from collections.abc import Mapping
from datetime import UTC, datetime

from simulator.api.requests import User
from simulator.controlplane.processes import YEAR
from simulator.kernel.clock import HOUR, SECOND
from simulator.machinery import yaml
from simulator.nodeshell.files import kubeconfig
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_control_plane
from simulator.runtime.process import Process

AUTHORITIES = {
    "admin.conf": "ca",
    "apiserver": "ca",
    "apiserver-etcd-client": "etcd-ca",
    "apiserver-kubelet-client": "ca",
    "controller-manager.conf": "ca",
    "etcd-healthcheck-client": "etcd-ca",
    "etcd-peer": "etcd-ca",
    "etcd-server": "etcd-ca",
    "front-proxy-client": "front-proxy-ca",
    "scheduler.conf": "ca",
    "super-admin.conf": "ca",
}
"""Each certificate of a control-plane node, and who signs it."""
PURPOSES = {
    "admin.conf": "certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself",
    "apiserver": "certificate for serving the Kubernetes API",
    "apiserver-etcd-client": "certificate the apiserver uses to access etcd",
    "apiserver-kubelet-client": "certificate for the API server to connect to kubelet",
    "controller-manager.conf": "certificate embedded in the kubeconfig file for the controller manager to use",
    "etcd-healthcheck-client": "certificate for liveness probes to healthcheck etcd",
    "etcd-peer": "certificate for etcd nodes to communicate with each other",
    "etcd-server": "certificate for serving etcd",
    "front-proxy-client": "certificate for the front proxy client",
    "scheduler.conf": "certificate embedded in the kubeconfig file for the scheduler manager to use",
    "super-admin.conf": "certificate embedded in the kubeconfig file for the super-admin",
}


def reading(process: Process, host: Host, what: str) -> None:
    process.print(f'[{what}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...')
    upload = "kubeadm init phase upload-config kubeadm --config your-config-file"
    process.print(f"[{what}] Use '{upload}' to re-upload it.")
    if host.control_plane.state != "well":
        process.print(f"[{what}] Error reading configuration from the Cluster. Falling back to default configuration")
    process.print()


def check(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    reading(process, host, "check-expiration")
    columns = f"{'EXPIRES':<24} {'RESIDUAL TIME':<15}"
    process.print(f"{'CERTIFICATE':<26} {columns} {'CERTIFICATE AUTHORITY':<23} EXTERNALLY MANAGED")
    for name, authority in AUTHORITIES.items():
        ends = host.control_plane.expiry(name)
        process.print(f"{name:<26} {shown(ends):<24} {residual(ends - process.now):<15} {authority:<23} no      ")
    process.print(f"\n{'CERTIFICATE AUTHORITY':<23} {columns} EXTERNALLY MANAGED")
    ends = host.cluster.born + 10 * YEAR
    for name in ("ca", "etcd-ca", "front-proxy-ca"):
        process.print(f"{name:<23} {shown(ends):<24} {residual(ends - process.now):<15} no      ")
    return 0


def shown(when: int) -> str:
    return f"{datetime.fromtimestamp(when // SECOND, UTC):%b %d, %Y %H:%M} UTC"


def residual(left: int) -> str:
    if left <= 0:
        return "<invalid>"
    days = left // (24 * HOUR)
    if days >= 3 * 365:
        return f"{days // 365}y"
    return f"{days}d" if days >= 3 else f"{left // HOUR}h"


def kubeconfig_user(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """A kubeconfig with a client certificate that is new, such as for a kubelet whose own is over."""
    needs_control_plane(host)
    name = flags.get("client-name", "")
    if not name:
        raise Failure('required flag(s) "client-name" not set')
    user = User(name, tuple(group for group in flags.get("org", "").split(",") if group))
    process.print(yaml.dump(kubeconfig(host.cluster, user)).rstrip("\n"))
    return 0


def renew(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    if not words:
        raise Failure('missing subcommand; "renew" is not meant to be run on its own')
    wanted = list(AUTHORITIES) if words[0] == "all" else [words[0]]
    if wanted[0] not in AUTHORITIES:
        raise Failure(f'unknown command "{wanted[0]}" for "kubeadm certs renew"')
    reading(process, host, "renew")
    for name in wanted:
        host.control_plane.renew_certificate(name)
        process.print(f"{PURPOSES[name]} renewed")
    if words[0] == "all":
        process.print(
            "\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, "
            "kube-scheduler and etcd, so that they can use the new certificates."
        )
    return 0
