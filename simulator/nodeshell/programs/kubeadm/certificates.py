"""kubeadm certs: until when certificates are good, and signing them anew. Upstream: cmd/kubeadm/app/cmd/certs.go"""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime

from simulator.api.requests import User
from simulator.controlplane.manifests import PKI
from simulator.kernel.clock import HOUR, SECOND, timestamp
from simulator.machinery import yaml
from simulator.machinery.durations import DurationError, parse_duration
from simulator.machinery.objects import Object
from simulator.nodeshell.files import CLIENTS, KUBECONFIGS, kubeconfig, served_names
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import documents, signing
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_control_plane
from simulator.pki import encoded, end_of, request_of
from simulator.runtime.process import Process

LARGEST = 64 << 10
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


def place(name: str) -> str:
    """Where the certificate of a name lies."""
    if name.endswith(".conf"):
        return f"/etc/kubernetes/{name}"
    return f"{PKI}/{'etcd/' + name.removeprefix('etcd-') if name.startswith('etcd-') else name}.crt"


def until(process: Process, name: str) -> int | None:
    """Until when a certificate is good; None where there is none that can be read."""
    path = place(name)
    text = process.files.text(path)[:LARGEST] if process.files.is_file(path) else ""
    if not name.endswith(".conf"):
        return end_of(text)
    try:
        body = yaml.load(text)
        users = body["users"] if isinstance(body, dict) else []
        return end_of(b64decode(users[0]["user"]["client-certificate-data"]).decode())
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def check(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    form = flags.get("o", flags.get("output", "text"))
    if form in ("json", "yaml"):
        shown = report(process)
        process.stdout.write(yaml.dump(shown) if form == "yaml" else json.dumps(shown, indent=4) + "\n")
        return 0
    reading(process, host, "check-expiration")
    columns = f"{'EXPIRES':<24} {'RESIDUAL TIME':<15}"
    process.print(f"{'CERTIFICATE':<26} {columns} {'CERTIFICATE AUTHORITY':<23} EXTERNALLY MANAGED")
    for name, authority in AUTHORITIES.items():
        ends = until(process, name)
        if ends is None:
            process.print(f"{'!MISSING! ' + name:<26} {'':<24} {'':<15} {'':<23} ")
            continue
        process.print(
            f"{name:<26} {shown_moment(ends):<24} {residual(ends - process.now):<15} {authority:<23} no      "
        )
    process.print(f"\n{'CERTIFICATE AUTHORITY':<23} {columns} EXTERNALLY MANAGED")
    for name in ("ca", "etcd-ca", "front-proxy-ca"):
        ends = until(process, name)
        if ends is None:
            process.print(f"{'!MISSING! ' + name:<23} {'':<24} {'':<15} ")
            continue
        process.print(f"{name:<23} {shown_moment(ends):<24} {residual(ends - process.now):<15} no      ")
    return 0


def report(process: Process) -> Object:
    """What `-o json` tells."""

    def row(name: str, authority: str = "") -> Object:
        ends = until(process, name)
        known = {"name": name, "expirationDate": None if ends is None else timestamp(ends)}
        left = 0 if ends is None else (ends - process.now) // SECOND
        more = {"caName": authority} if authority else {}
        return {**known, "residualTime": left, "externallyManaged": False, **more, "missing": ends is None}

    rows = [row(name, authority) for name, authority in AUTHORITIES.items()]
    authorities = [row(name) for name in ("ca", "etcd-ca", "front-proxy-ca")]
    head = {"kind": "CertificateExpirationInfo", "apiVersion": "output.kubeadm.k8s.io/v1alpha3"}
    return {**head, "certificates": rows, "certificateAuthorities": authorities}


def shown_moment(when: int) -> str:
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
    name = flags.get("client-name", "")
    if not name:
        raise Failure('required flag(s) "client-name" not set')
    needs_control_plane(host)
    try:
        length = parse_duration(flags.get("validity-period", "8760h0m0s"))
    except DurationError as mistake:
        text = f'"{flags["validity-period"]}" for "--validity-period" flag'
        raise Failure(f"invalid argument {text}: {mistake}") from None
    user = User(name, tuple(group for group in flags.get("org", "").split(",") if group))
    found = kubeconfig(host.cluster, user, now=process.now, validity=length)
    if flags.get("token"):
        found = {**found, "users": [{"name": name, "user": {"token": flags["token"]}}]}
    process.print(yaml.dump(found).rstrip("\n"))
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
        if until(process, name) is None:
            process.print(f"MISSING! {PURPOSES[name]}")
            continue
        signing.renewed(process, host, name)
        process.print(f"{PURPOSES[name]} renewed")
    if words[0] == "all":
        process.print(
            "\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, "
            "kube-scheduler and etcd, so that they can use the new certificates."
        )
    return 0


def requests(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """kubeadm certs generate-csr: keys, and requests to have them signed elsewhere."""
    if flags.get("config"):
        documents.read(process, documents.read_file(process, flags["config"]))
    folder, configs = flags.get("cert-dir", PKI), flags.get("kubeconfig-dir", "/etc/kubernetes")
    for name, (user, names) in requested(host).items():
        key, request = request_of(user, names)
        path = f"{configs}/{name}" if name.endswith(".conf") else f"{folder}/{name}"
        above = path.rpartition("/")[0]
        process.files.make_directory(above, parents=True) if not process.files.is_directory(above) else None
        if name.endswith(".conf"):
            found = kubeconfig(host.cluster, user)
            shown = {"client-key-data": encoded(key)}
            process.files.write(path, yaml.dump({**found, "users": [{"name": user.name, "user": shown}]}), mode=0o600)
        else:
            process.files.write(f"{path}.key", key, mode=0o600)
        process.files.write(f"{path}.csr", request, mode=0o600)
    return 0


def requested(host: Host) -> dict[str, tuple[User, tuple[str, ...]]]:
    """Name of a file → whom it is to speak for, and under which names."""
    found = {name: (user, ()) for name, (user, _) in CLIENTS.items()}
    servers = {"apiserver": User("kube-apiserver"), "etcd/server": User(host.name), "etcd/peer": User(host.name)}
    configs = {f"{name}.conf": (user, ()) for name, user in KUBECONFIGS.items()}
    named = {name: (user, served_names(host.cluster, host.name, name)) for name, user in servers.items()}
    return {**found, **named, **configs}
