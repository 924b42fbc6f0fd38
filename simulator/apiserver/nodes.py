"""What the API server asks of the kubelets: logs, exec, attach and port-forward of a Pod's containers."""

from typing import Protocol

from simulator.api.errors import ServiceUnavailable
from simulator.api.requests import Polled, Request, Response, Stream
from simulator.machinery.objects import Object


class NoReply(ServiceUnavailable):
    """What a client of Go says when no answer came, `after` microseconds."""

    def __init__(self, message: str, after: int = 0) -> None:
        super().__init__(message)
        self.after = after


class NodeAccess(Protocol):
    """The kubelets' side of `pods/log`, `exec`, `attach`, `portforward`. Errors are raised as `APIError`."""

    def log(self, pod: Object, request: Request) -> tuple[bytes, Stream | None]:
        """What a container has written (`container`, `previous`, `tailLines`, `sinceSeconds`, `timestamps` of the
        request), and with `follow` the stream on which more comes."""
        ...

    def execute(self, pod: Object, request: Request) -> Stream:
        """Run a command (`command`, `container`, `stdin`, `stdout`, `stderr`, `tty`)."""
        ...

    def attach(self, pod: Object, request: Request) -> Stream:
        """Look at, and speak to, a container's first process."""
        ...

    def port_forward(self, pod: Object, request: Request) -> Stream:
        """Reach ports of a Pod; what is sent on channel `2n` is data for the nth connection."""
        ...

    def proxy(self, address: str, port: int, request: Request, *, encrypted: bool = False) -> Response:
        """What listens at an address of the cluster answers an HTTP request; of an encrypted one no certificate is
        looked at."""
        ...

    def node(self, name: str, path: str) -> Response:
        """A page of a node's kubelet (`/pods`, `/healthz`)."""
        ...

    def call(
        self,
        host: str,
        address: str,
        port: int,
        request: Request,
        *,
        trusts: str,
        timeout: int,
        insecure: bool = False,
        follows: bool = False,
    ) -> Response:
        """Send a request of the API server's own over TLS to a host of the cluster, whose address is known.

        Raises `NoReply` with what a client says that cannot connect, does not trust the host's certificate
        (`trusts` holds those it does, in PEM; `insecure` asks for none), or waits longer than `timeout`. One that
        `follows` goes on reading an answer that goes on.
        """
        ...

    def poll(self, stream: Stream) -> Polled: ...

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        """Feed a stream; for exec: 0 stdin, 4 terminal size (JSON), 255 closes the channel its byte names."""
        ...


class NoNodes:
    """A control plane without kubelets: nobody answers."""

    def log(self, pod: Object, request: Request) -> tuple[bytes, Stream | None]:
        raise unreachable(pod)

    def execute(self, pod: Object, request: Request) -> Stream:
        raise unreachable(pod)

    attach = port_forward = execute

    def proxy(self, address: str, port: int, request: Request, *, encrypted: bool = False) -> Response:
        raise ServiceUnavailable(f"error trying to reach service: dial tcp {address}:{port}: connect: no route to host")

    def node(self, name: str, path: str) -> Response:
        raise ServiceUnavailable(f"error trying to reach service: dial tcp: lookup {name}: no such host")

    def call(
        self,
        host: str,
        address: str,
        port: int,
        request: Request,
        *,
        trusts: str,
        timeout: int,
        insecure: bool = False,
        follows: bool = False,
    ) -> Response:
        raise NoReply(f"dial tcp {address}:{port}: connect: no route to host")

    def poll(self, stream: Stream) -> Polled:
        return Polled([], None)

    def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        return stream


def unreachable(pod: Object) -> ServiceUnavailable:
    node = pod["spec"].get("nodeName", "")
    return ServiceUnavailable(f"error trying to reach service: dial tcp: lookup {node}: no such host")
