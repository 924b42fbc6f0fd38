"""Whether the container runtime that kubeadm is to use answers.

Upstream: cmd/kubeadm/app/preflight ContainerRuntimeCheck
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.kubelet.services import SOCKETS, UNKNOWN_SERVICE
from simulator.machinery.field import FieldError, invalid
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.failures import Failure

CHECK = (
    "CRI: could not connect to the container runtime: failed to create new CRI runtime service: validate service "
    'connection: validate CRI v1 runtime API for endpoint "{}": {}'
)
ABSENT = (
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix {}: '
    'connect: no such file or directory"'
)


def socket_of(node: Mapping[str, Any]) -> str:
    """The socket that a nodeRegistration names, as a URL."""
    found = str(node.get("criSocket") or SOCKETS[1])
    return found if "://" in found else f"unix://{found}"


def wrong(node: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is wrong with the name of the socket."""
    socket = socket_of(node)
    scheme = socket.partition("://")[0]
    if scheme != "unix":
        why = f'only URL scheme "unix" is supported, got "{scheme}"'
        yield invalid("nodeRegistration.criSocket", socket, why)


def problems(host: Host, node: Mapping[str, Any]) -> Iterator[str]:
    """Why no runtime answers behind the socket."""
    socket = socket_of(node)
    if socket in SOCKETS and host.row.get("without_cri"):
        yield CHECK.format(socket, UNKNOWN_SERVICE)
    elif socket not in SOCKETS or host.row["runtime"] is not None:
        yield CHECK.format(socket, ABSENT.format(socket.removeprefix("unix://")))


def insist(node: Mapping[str, Any]) -> None:
    """Go no further with a runtime that is not there, whatever is ignored."""
    if socket_of(node) not in SOCKETS:
        raise Failure(f"a node without a container runtime is not simulated; the one there is answers at {SOCKETS[1]}")
