"""What a program may ask of the world beyond its machine; the world supplies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from simulator.kernel.state import EMPTY
from simulator.runtime.hardware import SMALL, Hardware

if TYPE_CHECKING:
    from simulator.api.client import Client
    from simulator.api.requests import Polled, Request, Response, Stream


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate as a client sees it."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """The DNS names and addresses that it is for; `*.` stands for one label."""
    begins: int
    ends: int
    pem: str = ""
    with_issuer: bool = False
    """Whether the server shows the certificate of its issuer too, which signed itself."""

    def covers(self, host: str) -> bool:
        """Whether it is for a host."""
        return host in self.names or f"*.{host.partition('.')[2]}" in self.names


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request. `url` is absolute when a client sends it; header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    body: bytes = b""
    timeout: int = 0
    """Microseconds the client is ready to wait; 0 is for ever."""
    source: str = ""
    """The address that the server sees; the network fills it in."""
    port: int = 0
    """The port at which it arrives, which a Service may have changed; filled in like it. 0: the one of the URL."""
    insecure: bool = False
    """The client does not check the server's certificate (`curl -k`)."""
    certificate: str = ""
    """The certificate that the client proves to hold, as a kubeconfig has it in base64 (`curl --cert --key`)."""
    trusts: str = ""
    """Certificates in PEM form that the client trusts besides those that everybody trusts (`curl --cacert`)."""
    address: str = ""
    """Where to connect, whatever the name of the host says (`curl --resolve`)."""
    connection: str = ""
    """A connection that stands already (see `HttpResponse.connection`); it leads where it led before."""
    socket: str = ""
    """A socket in the machine's file system to connect to, in the place of a host (`curl --unix-socket`)."""
    follows: bool = False
    """The client goes on reading an answer that goes on (`HttpResponse.stream`)."""
    held: str | None = None
    """The client comes again for an answer that has to wait: empty at first, then `HttpResponse.held`."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One HTTP response; `latency` is the virtual microseconds from asking to the last byte."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    body: bytes = b""
    reason: str = ""
    latency: int = 0
    version: str = "HTTP/1.1"
    address: str = ""
    """The address that answered, as `curl -v` shows it."""
    server: str = ""
    """The port space (of a Pod or a machine) behind that address."""
    certificate: Certificate | None = None
    """The server's, where the connection was encrypted."""
    connection: str = ""
    """What a client that keeps the connection gives to its next request."""
    stream: Stream | None = None
    """Where the answer goes on, for `Network.poll`; only for a client that follows."""
    held: str = ""
    """There is no answer yet: the client asks again under this once the time has passed."""


class NetworkFailure(Exception):
    """Why no answer came, `after` microseconds of virtual time.

    NetworkFailure
    ├── NameNotFound       the resolver says that there is no such name
    ├── ResolverTimedOut   no name server answered
    ├── ServerFailed       the name server cannot find out (SERVFAIL)
    ├── Refused            nobody listens there
    ├── TimedOut           packets vanish: no route for them, a policy, or a dead machine
    │   └── NoAnswer       the connection stands, but the answer takes longer than the client waits
    ├── Unreachable        no route to host
    ├── Reset              the peer closed without an answer
    ├── NotEncrypted       the server speaks no TLS
    └── BadCertificate     the server's certificate is not trusted for that name; the message says why
    """

    def __init__(self, message: str = "", *, after: int = 0, address: str = "", port: int = 0) -> None:
        super().__init__(message)
        self.after = after
        self.address = address
        self.port = port


class NameNotFound(NetworkFailure): ...


class ResolverTimedOut(NetworkFailure): ...


class ServerFailed(NetworkFailure): ...


class Refused(NetworkFailure): ...


class TimedOut(NetworkFailure): ...


class NoAnswer(TimedOut): ...


class Unreachable(NetworkFailure): ...


class Reset(NetworkFailure): ...


class NotHTTP(Reset):
    """The peer says what is no answer of HTTP, and closes; the message is what it says."""


class NotEncrypted(NetworkFailure): ...


class BadCertificate(NetworkFailure):
    certificate: Certificate | None = None
    """What the server showed."""


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS answer: `kind` is A, AAAA, CNAME, SRV or PTR."""

    name: str
    kind: str
    value: str
    ttl: int = 30


class Network(Protocol):
    """What the world offers to the programs of a machine. Failures are raised as `NetworkFailure`."""

    faults: Any
    """What can be made to go wrong in this world, if somebody wants it so."""

    def resolve(self, machine: str, name: str, kind: str = "A") -> list[Record]:
        """What the machine's resolver (its /etc/hosts and /etc/resolv.conf) answers for a name."""
        ...

    def request(self, machine: str, request: HttpRequest) -> HttpResponse:
        """Send an HTTP request from a machine and give the answer that will arrive `latency` later."""
        ...

    def connect(self, machine: str, host: str, port: int, protocol: str = "TCP") -> tuple[str, int]:
        """Open and close a connection: the address that answered and the microseconds it took."""
        ...

    def exchange(
        self, machine: str, host: str, port: int, connection: bytes, payload: bytes, protocol: str = "TCP"
    ) -> tuple[bytes, bytes | None, int]:
        """Speak another protocol than HTTP: the reply, what to remember of the connection, the microseconds it took.

        A new connection is b"", one that the server has closed None.
        """
        ...

    def addresses(self, machine: str) -> list[str]:
        """The addresses of the machine's own interfaces, the first one first."""
        ...

    def query(self, machine: str, server: str, name: str, kind: str) -> list[Record]:
        """What one name server answers for one full name."""
        ...

    def hops(self, machine: str, address: str) -> list[str]:
        """The machines that packets to an address pass, the target last; "" is one that does not tell."""
        ...

    def routes(self, machine: str) -> list[tuple[str, str, str]]:
        """The routing table: (network or `default`, gateway or "", device)."""
        ...

    def reader(self, machine: str) -> Client | None:
        """What a controller's program on a machine may read of its cluster; None outside of one."""
        ...

    def proxy_rules(self, machine: str, table: str) -> list[str]:
        """The packet filter's rules on a node, as `iptables-save` writes them."""
        ...

    def proxy_synced(self, machine: str) -> None:
        """Take note that a node's proxy has brought the node's rules up to date."""
        ...

    def routes_written(self, machine: str) -> None:
        """Take note that a node's network plugin has written the node's routes."""
        ...

    def host(self, machine: str) -> Any:
        """The node that a machine is or runs on, to the node's own programs; None where there is none."""
        ...

    def hardware(self, machine: str) -> Hardware:
        """What a machine stands on: that of its node."""
        ...

    def door(self, machine: str, name: str) -> Any:
        """The node to which a name or an address leads, to log in there."""
        ...

    def call_api(self, machine: str, url: str, request: Request) -> Response:
        """Send a request to the API server at a URL."""
        ...

    def poll(self, machine: str, stream: Stream) -> Polled:
        """What is new on a stream, and where to go on."""
        ...

    def hang_up(self, machine: str, stream: Stream) -> None:
        """Follow a stream no longer."""
        ...

    def send(self, machine: str, stream: Stream, channel: int, payload: bytes) -> Stream:
        """Feed a stream (exec, attach, port-forward); where to go on."""
        ...


class Isolated:
    """A network with nothing on it, for machines that stand alone."""

    faults: Any = None

    def hardware(self, machine: str) -> Hardware:
        return SMALL

    def resolve(self, machine: str, name: str, kind: str = "A") -> list[Record]:
        raise NameNotFound(name)

    def request(self, machine: str, request: HttpRequest) -> HttpResponse:
        raise NameNotFound(request.url.partition("://")[2].partition("/")[0])

    def connect(self, machine: str, host: str, port: int, protocol: str = "TCP") -> tuple[str, int]:
        raise NameNotFound(host)

    def exchange(
        self, machine: str, host: str, port: int, connection: bytes, payload: bytes, protocol: str = "TCP"
    ) -> tuple[bytes, bytes | None, int]:
        raise NameNotFound(host)

    def addresses(self, machine: str) -> list[str]:
        return ["127.0.0.1"]

    def query(self, machine: str, server: str, name: str, kind: str) -> list[Record]:
        raise ResolverTimedOut(name)

    def hops(self, machine: str, address: str) -> list[str]:
        return [address]

    def routes(self, machine: str) -> list[tuple[str, str, str]]:
        return []

    def reader(self, machine: str) -> Client | None:
        return None

    def proxy_rules(self, machine: str, table: str) -> list[str]:
        return []

    def proxy_synced(self, machine: str) -> None:
        return

    def routes_written(self, machine: str) -> None:
        return

    def host(self, machine: str) -> Any:
        return None

    def door(self, machine: str, name: str) -> Any:
        raise NameNotFound(name)

    def call_api(self, machine: str, url: str, request: Request) -> Response:
        raise Refused(url)

    def poll(self, machine: str, stream: Stream) -> Polled:
        raise Reset()

    def hang_up(self, machine: str, stream: Stream) -> None:
        raise Reset()

    def send(self, machine: str, stream: Stream, channel: int, payload: bytes) -> Stream:
        raise Reset()
