"""What `kubectl proxy` answers: the API under one prefix, files under another, nothing that its filters refuse.

Upstream: kubectl/pkg/proxy, net/http (ServeMux, FileServer)
"""

from functools import lru_cache
from html import escape
from posixpath import normpath
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import re2

from simulator.api.requests import HELD, Request, Response
from simulator.api.texts import as_json
from simulator.kernel.clock import MILLISECOND
from simulator.kubectl.terminal import Refused, Terminal, Unreachable
from simulator.runtime.network import HttpRequest, HttpResponse

FILTERS = ("accept-hosts", "accept-paths", "reject-methods", "reject-paths")
LATENCY = 2 * MILLISECOND
KINDS = {
    "css": "text/css; charset=utf-8", "gif": "image/gif", "htm": "text/html; charset=utf-8",
    "html": "text/html; charset=utf-8", "jpeg": "image/jpeg", "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8", "json": "application/json", "png": "image/png", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8", "xml": "text/xml; charset=utf-8",
}  # fmt: skip
PLAIN = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}
ENDLESS = (
    b"This client does not follow an answer without end through kubectl proxy: use curl, or kubectl get --watch.\n"
)
OWN = ("host", "connection", "content-length", "transfer-encoding", HELD)
"""Headers that belong to one connection and are not handed on."""
READS = ("GET", "HEAD")


def answer(
    terminal: Terminal, connection: dict[str, Any], settings: dict[str, Any], request: HttpRequest
) -> HttpResponse:
    """The answer to one request."""
    path = unquote(urlsplit(request.url).path) or "/"
    for prefix in (settings["api"], settings["static"] if settings["www"] else settings["api"]):
        if path + "/" == prefix:
            return redirect(prefix)
    if settings["www"] and path.startswith(settings["static"]) and len(settings["static"]) > len(settings["api"]):
        return file(terminal, settings["www"], path.removeprefix(settings["static"]), path)
    if not path.startswith(settings["api"]):
        return said(404, "404 page not found\n")
    if not settings["api"].startswith("/api"):
        path = "/" + path.removeprefix(settings["api"]).removeprefix("/")
    if settings["filters"] is not None and not accepted(settings["filters"], request, path):
        return said(403, "Forbidden\n")
    return forwarded(terminal, connection, settings, request, path)


def accepted(filters: dict[str, str], request: HttpRequest, path: str) -> bool:
    host = request.headers.get("host") or urlsplit(request.url).netloc
    host = host if host.endswith("]") else host.rpartition(":")[0] or host
    if matches(filters["reject-paths"], path) or matches(filters["reject-methods"], request.method):
        return False
    return matches(filters["accept-paths"], path) and matches(filters["accept-hosts"], host)


def matches(patterns: str, text: str) -> bool:
    """Whether one of some patterns, between commas, is found in a text."""
    return bool(patterns) and any(compiled(pattern).search(text) for pattern in patterns.split(","))


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Any:
    """A pattern. Raises `re2.error`."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def forwarded(
    terminal: Terminal, connection: dict[str, Any], settings: dict[str, Any], request: HttpRequest, path: str
) -> HttpResponse:
    """What the API server says, asked with the credentials of the kubeconfig."""
    server = urlsplit(connection["server"])
    held = {} if request.held is None or request.method in READS else {HELD: request.held}
    asked = Request(
        request.method,
        (server.path.rstrip("/") if settings["append"] else "") + path,
        tuple(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
        {**{k: v for k, v in request.headers.items() if k not in OWN}, **connection["headers"], **held},
        request.body,
    )
    try:
        response = terminal.call(f"{server.scheme}://{server.netloc}", asked)
    except (Refused, Unreachable) as failure:
        return said(502, f"{failure}\n")
    if response.status == 102:
        return HttpResponse(102, latency=response.latency, held=response.headers[HELD])
    if response.stream is not None:
        return (
            HttpResponse(response.status, headers_of(response), content(response.body), stream=response.stream)
            if request.follows
            else whole(terminal, response)
        )
    return HttpResponse(
        response.status, headers_of(response), content(response.body), latency=LATENCY + response.latency
    )


def whole(terminal: Terminal, response: Response) -> HttpResponse:
    """An answer that comes in pieces and has an end; of one that goes on, the refusal."""
    parts = [content(response.body)]
    stream = response.stream
    while stream is not None:
        polled = terminal.poll(stream)
        if polled.stream is not None and not polled.chunks:
            return said(501, ENDLESS.decode())
        parts += [content(chunk) for _, chunk in polled.chunks]
        stream = polled.stream
    return HttpResponse(response.status, headers_of(response), b"".join(parts), latency=LATENCY)


def headers_of(response: Response) -> dict[str, str]:
    return {**response.headers, "content-type": response.content_type}


def content(body: Any) -> bytes:
    if isinstance(body, dict):
        return as_json(body) + b"\n"
    return body.encode() if isinstance(body, str) else bytes(body)


# Files.


def file(terminal: Terminal, folder: str, name: str, path: str) -> HttpResponse:
    """A file below the folder, or the list of what is in one."""
    place = folder.rstrip("/") + normpath("/" + name)
    if terminal.is_folder(place):
        if not path.endswith("/"):
            return redirect(f"{path}/")
        index = f"{place.rstrip('/')}/index.html"
        return page(terminal, index) if terminal.is_file(index) else listing(terminal, place)
    return page(terminal, place) if terminal.is_file(place) else said(404, "404 page not found\n")


def page(terminal: Terminal, place: str) -> HttpResponse:
    body = terminal.read_file(place)
    kind = KINDS.get(place.rpartition(".")[2].lower()) or guessed(body)
    return HttpResponse(200, {"accept-ranges": "bytes", "content-type": kind}, body)


def guessed(body: bytes) -> str:
    """The type of a file whose name does not tell it."""
    try:
        body[:512].decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in body[:512] else PLAIN["content-type"]


def listing(terminal: Terminal, place: str) -> HttpResponse:
    names = [f"{name}/" if terminal.is_folder(f"{place}/{name}") else name for name in terminal.list_folder(place)]
    links = "".join(f'<a href="{quote(name)}">{escape(name)}</a>\n' for name in names)
    head = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n'
    return HttpResponse(200, {"content-type": KINDS["html"]}, f"{head}<pre>\n{links}</pre>\n".encode())


def redirect(where: str) -> HttpResponse:
    body = f'<a href="{escape(where)}">Temporary Redirect</a>.\n\n'
    return HttpResponse(307, {"content-type": KINDS["html"], "location": where}, body.encode(), "Temporary Redirect")


def said(status: int, text: str) -> HttpResponse:
    return HttpResponse(status, PLAIN, text.encode())
