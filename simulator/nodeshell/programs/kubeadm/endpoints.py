"""The address in front of the control planes: a name or an address by which others find an API server.

Upstream: cmd/kubeadm/app/util/endpoint.go
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.machinery.field import FieldError, invalid
from simulator.machinery.names import dns_subdomain
from simulator.network.resolver import from_hosts, is_address
from simulator.nodeshell.host import Host
from simulator.runtime.process import Process

PORT = "6443"


def whole(endpoint: str) -> str:
    """An endpoint with its port."""
    return endpoint if not endpoint or ":" in endpoint else f"{endpoint}:{PORT}"


def of(cluster: Mapping[str, Any]) -> str:
    """The endpoint of a ClusterConfiguration; "" where it has none."""
    return whole(str(cluster.get("controlPlaneEndpoint") or ""))


def problems(endpoint: str) -> Iterator[FieldError]:
    name, _, port = whole(endpoint).rpartition(":")
    if endpoint and (not port.isdecimal() or not 0 < int(port) < 65536 or not (is_address(name) or is_name(name))):
        yield invalid("controlPlaneEndpoint", endpoint, "endpoint is not valid")


def is_name(text: str) -> bool:
    return not list(dns_subdomain(text.lower()))


def asked(process: Process) -> str:
    """The endpoint of the cluster that is made or joined."""
    return str((process.state.get("settings") or {}).get("endpoint") or "")


def server(process: Process, host: Host) -> str:
    """Where kubeconfigs find the cluster."""
    endpoint = asked(process)
    return f"https://{endpoint}" if endpoint else host.cluster.url


def trouble(process: Process, host: Host, endpoint: str) -> str:
    """Why no API server of the cluster is reached by an endpoint from this machine; "" where one is."""
    name, _, port = endpoint.rpartition(":")
    address = name if is_address(name) else next((each.value for each in from_hosts(process.files, name)), "")
    if not address:
        return f"dial tcp: lookup {name} on 10.0.0.2:53: no such host"
    if address not in (host.cluster.api_address, *host.cluster.api_addresses):
        return "context deadline exceeded"
    if port != PORT:
        return f"dial tcp {address}:{port}: connect: connection refused"
    why = host.control_plane.certificate_trouble(address, name)
    return f"tls: failed to verify certificate: x509: {why}" if why else ""
