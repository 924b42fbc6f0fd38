"""One HTTP request through a port-forward: out as bytes of a connection, and the answer back.

Upstream: k8s.io/client-go/tools/portforward
"""

from urllib.parse import urlsplit

from simulator.api.requests import Request
from simulator.kubectl.terminal import Terminal
from simulator.runtime.network import HttpRequest, HttpResponse, Reset

END_OF_HEAD = b"\r\n\r\n"


def forward(
    terminal: Terminal, server: str, headers: dict[str, str], path: str, port: int, request: HttpRequest
) -> HttpResponse:
    """Send a request to a port of a Pod and give what comes back. Raises Reset with what went wrong."""
    response = terminal.call(server, Request("GET", f"{path}/portforward", (("ports", str(port)),), headers))
    if response.stream is None:
        raise Reset("the server closed the connection")
    stream = terminal.send(response.stream, 0, port.to_bytes(2) + rendered(request)) or response.stream
    content, problem = b"", b""
    for channel, chunk in terminal.poll(stream).chunks:
        if isinstance(chunk, bytes):
            content, problem = (content, problem + chunk) if channel % 2 else (content + chunk, problem)
    if problem or END_OF_HEAD not in content:
        raise Reset(problem.decode(errors="replace"))
    return parsed(content)


def rendered(request: HttpRequest) -> bytes:
    """A request as it goes over the wire."""
    address = urlsplit(request.url)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    headers = {"host": address.netloc, **request.headers, "connection": "close"}
    if request.body:
        headers["content-length"] = str(len(request.body))
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + END_OF_HEAD + request.body


def parsed(content: bytes) -> HttpResponse:
    head, _, body = content.partition(END_OF_HEAD)
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, *reason = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return HttpResponse(int(status), headers, body, reason=" ".join(reason), version=version)
