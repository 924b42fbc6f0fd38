"""How programs written in Go call others, and what they say when nobody answers. Upstream: net, net/http"""

from ipaddress import ip_address
from urllib.parse import parse_qs

from simulator.kernel.clock import SECOND
from simulator.runtime.network import (
    Certificate,
    HttpRequest,
    HttpResponse,
    NameNotFound,
    NetworkFailure,
    NoAnswer,
    Refused,
    Reset,
    ResolverTimedOut,
    TimedOut,
)
from simulator.runtime.process import Process

PATIENCE = 5 * SECOND


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def resolved(process: Process, host: str) -> str:
    """The address of a host; raises `NetworkFailure`."""
    if not host or host == "localhost" or is_address(host):
        return {"localhost": "127.0.0.1"}.get(host, host)
    return [record.value for record in process.resolve(host) if record.kind == "A"][-1]


def name_server(process: Process) -> str:
    for line in process.files.text("/etc/resolv.conf").splitlines():
        if line.startswith("nameserver"):
            return line.split()[-1]
    return "127.0.0.1"


def lookup_words(process: Process, host: str, failure: NetworkFailure) -> str:
    """What a failed look-up of a name says."""
    why = "no such host" if isinstance(failure, NameNotFound) else "i/o timeout"
    return f"lookup {host} on {name_server(process)}:53: {why}"


def dial_words(process: Process, host: str, port: int | str, failure: NetworkFailure) -> str:
    """Why a connection did not come about."""
    if isinstance(failure, (NameNotFound, ResolverTimedOut)):
        return f"dial tcp: {lookup_words(process, host, failure)}"
    if isinstance(failure, Refused):
        return f"dial tcp {host}:{port}: connect: connection refused"
    if isinstance(failure, TimedOut):
        return f"dial tcp {host}:{port}: i/o timeout"
    return f"dial tcp {host}:{port}: connect: no route to host"


def get(process: Process, host: str, port: int | str, target: str, patience: int = PATIENCE) -> HttpResponse:
    """Ask for `http://HOST:PORT/TARGET`; raises `CallFailed`."""
    url = f"http://{host}:{port}/{target}" if port else f"http://{host}/{target}"
    return call(process, HttpRequest("GET", url, timeout=patience), host, port or 80)


def call(process: Process, request: HttpRequest, host: str, port: int | str) -> HttpResponse:
    """Send a request; raises `CallFailed` with Go's words."""
    try:
        return process.http(request)
    except NetworkFailure as failure:
        head = f'{request.method.capitalize()} "{request.url}": '
        if isinstance(failure, NoAnswer) or (isinstance(failure, TimedOut) and request.timeout):
            words = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        elif isinstance(failure, Reset):
            words = "EOF"
        else:
            words = dial_words(process, host, port, failure)
        raise CallFailed(head + words, min(failure.after, request.timeout or failure.after)) from None


class CallFailed(Exception):
    """A call without an answer, and the microseconds that it took to know."""

    def __init__(self, words: str, after: int) -> None:
        super().__init__(words)
        self.after = after


def query_of(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def uploaded(kind: str, body: bytes) -> bytes | None:
    """The content of the field `file` of a form with files; None where there is none."""
    head, _, boundary = kind.partition("boundary=")
    if not head.startswith("multipart/form-data") or not boundary:
        return None
    for part in body.split(b"--" + boundary.strip('"').encode())[1:]:
        headers, _, content = part.partition(b"\r\n\r\n")
        if b'name="file"' in headers:
            return content.removesuffix(b"\r\n")
    return None


def certificate(process: Process, path: str) -> Certificate | None:
    """That of the file which a server is told to show."""
    from simulator.network.certificates import read  # the network's programs know it; images are loaded before

    node = process.files.find(path) if path else None
    return read(node["content"].decode(errors="replace")) if node is not None else None
