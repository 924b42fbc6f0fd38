"""How a request goes on to what is behind a proxy, and how its answer comes back.

Upstream: apimachinery/pkg/util/proxy/{upgradeaware,transport}.go, net/http/httputil/reverseproxy.go
"""

from collections.abc import Callable
from posixpath import join, normpath
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from simulator.api.errors import Unexplained
from simulator.api.requests import CERTIFICATE, Request, Response
from simulator.api.texts import encoded
from simulator.apiserver.nodes import NoReply
from simulator.apiserver.subresources.links import rewritten

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

PER_CONNECTION = frozenset({
    "connection", "proxy-connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade",
})  # fmt: skip
FOR_THE_SERVER = frozenset({"authorization", CERTIFICATE})
"""What says who asks stays with the API server, as do all headers of impersonation."""
CROSS_ORIGIN = tuple(f"access-control-allow-{what}" for what in ("credentials", "headers", "methods", "origin"))


def through(server: "APIServer", write: "Write", place: str, ask: Callable[[Request], Response]) -> Response:
    """The answer of what is at a place (`http://10.244.1.5:80`), as somebody sees it who asked the API server."""
    request = write.request
    path = path_behind(write)
    upgrades = "upgrade" in request.header("connection").lower()
    if not path and request.method in ("GET", "HEAD") and not upgrades:
        query = f"?{urlencode(request.query)}" if request.query else ""
        return Response(301, b"", {"location": f"{request.path}/{query}"})
    try:
        answer = ask(handed_on(request, path or "/", upgrades=upgrades))
    except NoReply as failure:
        server.waiting.spent += failure.after
        raise
    if upgrades:
        if answer.status < 400 and answer.status != 101:
            raise Unexplained(f"invalid upgrade response: status code {answer.status}")
        return answer
    return returned(answer, Links(place, request, path))


def path_behind(write: "Write") -> str:
    """What is asked of whatever is behind; empty where nothing follows `proxy`, not even a slash."""
    rest, asked = write.route.rest, write.request.path
    path = normpath(f"/{rest}") if rest else ""
    return f"{path}/" if asked.endswith("/") and not path.endswith("/") else path


def handed_on(request: Request, path: str, *, upgrades: bool) -> Request:
    """The request as what is proxied to sees it."""
    dropped = FOR_THE_SERVER if upgrades else FOR_THE_SERVER | PER_CONNECTION
    headers = {
        name: value
        for name, value in request.headers.items()
        if name not in dropped and not name.startswith("impersonate-")
    }
    headers["x-forwarded-uri"] = request.path
    if request.source:
        before = headers.get("x-forwarded-for")
        headers["x-forwarded-for"] = f"{before}, {request.source}" if before else request.source
    return Request(request.method, path, request.query, headers, request.body)


def returned(answer: Response, links: "Links") -> Response:
    """An answer whose links lead through the proxy as well."""
    headers = {name: value for name, value in answer.headers.items() if name not in CROSS_ORIGIN}
    body = answer.body
    if headers.get("location"):
        headers["location"] = links.led(headers["location"])
    elif answer.content_type.partition(";")[0].strip() == "text/html" and not headers.get("content-encoding"):
        body = rewritten(encoded(answer), links.led)
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
    return Response(answer.status, body, headers, answer.stream, answer.latency)


class Links:
    """Where a link of a proxied page leads."""

    def __init__(self, place: str, request: Request, path: str) -> None:
        self._hosts = ("", urlsplit(place).netloc, request.header("host"))
        self._before = request.path.removesuffix(path)

    def led(self, link: str) -> str:
        """A link to the same host, through the proxy; any other as it is. Upstream: rewriteURL"""
        try:
            parts = urlsplit(link)
        except ValueError:
            return link
        if parts.netloc not in self._hosts or not parts.path.startswith("/"):
            return link
        path = parts.path
        if not path.startswith(self._before):
            path = normpath(join(self._before, path.lstrip("/")))
            path += "/" if parts.path.endswith("/") and not path.endswith("/") else ""
        if parts.netloc != self._hosts[2]:
            parts = parts._replace(scheme="", netloc="")
        return parts._replace(path=path).geturl()
