"""Whether a kubeconfig leads a program of the control plane to the API server. Upstream: client-go/tools/clientcmd"""

from base64 import b64decode
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.machinery import yaml
from simulator.machinery.objects import at
from simulator.pki import is_trusted, root_pem, user_of

if TYPE_CHECKING:
    from simulator.cluster import Cluster

LARGEST = 64 << 10
EMPTY = "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{}?timeout=5s"


class Unreadable(Exception):
    """A file that keeps a program from starting; the message is what it says."""


def entry(body: Any, section: str, field: str) -> Any:
    """The first entry of a section, as far as it is well formed."""
    found = body.get(section) if isinstance(body, dict) else None
    return (
        at(found[0], field, default=None) if isinstance(found, list) and found and isinstance(found[0], dict) else None
    )


def trouble(cluster: "Cluster", path: str, text: str, component: str) -> str:
    """Why a program finds no API server, or is not let in; "" where it is. Raises `Unreadable`."""
    try:
        body = yaml.load(text[:LARGEST])
    except ValueError as mistake:
        raise Unreadable(f'error loading config file "{path}": {mistake}') from None
    found, user = entry(body, "clusters", "cluster"), entry(body, "users", "user")
    server = str(at(found, "server", default="") or "")
    if not server:
        raise Unreadable(EMPTY)
    parts, asked = urlsplit(server), f'Get "{server}{LEASE.format(component)}": '
    try:
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise Unreadable(f'parse "{server}": invalid port after host') from None
    plane, nodes = cluster.control_plane, cluster.nodes
    assert plane is not None and nodes is not None
    addresses = (cluster.api_address, *(nodes.address(name) for name in plane.nodes))
    if parts.scheme != "https" or port != 6443 or host not in addresses:
        return f"{asked}dial tcp {host}:{port}: connect: connection refused"
    authority = at(found, "certificate-authority-data", default="")
    if authority and decoded(authority).strip() != root_pem().strip():
        return f"{asked}tls: failed to verify certificate: x509: certificate signed by unknown authority"
    certificate = at(user, "client-certificate-data", default="")
    if certificate and (not is_trusted(decoded(certificate)) or user_of(certificate, cluster.kernel.clock.now) is None):
        return "Unauthorized"
    return ""


def decoded(text: Any) -> str:
    try:
        return b64decode(str(text)).decode()
    except ValueError:
        return ""
