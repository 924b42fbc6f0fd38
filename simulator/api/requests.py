"""Requests and answers: HTTP as the API server speaks it, without sockets."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from simulator.machinery.objects import Object

ADMIN = "kubernetes-admin"
CERTIFICATE = "x-client-certificate"
"""The header under which the end of a TLS connection tells of the client's certificate, empty where there is none (then
nobody is more than they prove to be). Nobody can send it from outside."""

HELD = "x-held"
"""The header by which a client says that it comes again for the answer to a write that has to wait: empty at first,
then with the number that came with status 102 (see `apiserver/waiting.py`). Nobody can send it from outside."""

REPEATED = "\n"
"""What stands between the values of a header of impersonation that came more than once: they may hold commas."""


def with_header(headers: dict[str, str], name: str, value: str) -> None:
    """Add a header to a request's; values of one name are a list, set apart by commas."""
    between = REPEATED if name.startswith("impersonate-") else ","
    headers[name] = f"{headers[name]}{between}{value}" if name in headers else value


@dataclass(frozen=True, slots=True)
class User:
    """Who asks. Upstream: k8s.io/apiserver/pkg/authentication/user"""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


ADMINISTRATOR = User(ADMIN, ("kubeadm:cluster-admins", "system:authenticated"))
"""Whom the workstation's and the downloaded kubeconfig speak for, as kubeadm makes it."""
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))
"""Who asks without saying who they are."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to an API server; header names are lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    user: User | None = None
    """Set by whoever authenticated the caller already; None: the server looks at the headers."""
    source: str = ""
    """The address of the machine of the world that sends it; empty for what comes from outside of the world."""

    @classmethod
    def to(cls, method: str, url: str, **rest: Any) -> "Request":
        """A request for a path with its query string, such as `/api/v1/pods?limit=500`."""
        path, _, query = url.partition("?")
        return cls(method, path, tuple(parse_qsl(query, keep_blank_values=True)), **rest)

    def parameter(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def flag(self, name: str) -> bool:
        """Whether a query parameter says yes, as the API server reads booleans: present and not `0` or `false`."""
        return any(key == name and value not in ("0", "false") for key, value in self.query)

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def url(self) -> str:
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")


type Stream = dict[str, Any]
"""A place in an answer that goes on (watch, followed log, exec, port-forward), as plain data.

`APIServer.poll` gives what is new there and the next place. It holds no connection: it can be forked and saved.
"""


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer. `body` is an object (sent as JSON), text or bytes; with `stream`, more comes through it."""

    status: int
    body: Object | str | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Stream | None = None
    latency: int = 0
    """Virtual microseconds that the answer took as the server itself had to wait for somebody: a webhook, a Pod."""

    @property
    def content_type(self) -> str:
        if "content-type" in self.headers:
            return self.headers["content-type"]
        return "application/json" if isinstance(self.body, dict) else "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Polled:
    """What was new in a stream: chunks as (channel, content), and where to go on, or None at its end.

    A watch gives watch events (objects) on channel 0, a followed log gives bytes on channel 0; exec and attach give
    bytes on channels 1 and 2 and a Status object on channel 3; a port-forward gives bytes on its data channel.
    """

    chunks: list[tuple[int, Object | bytes]]
    stream: Stream | None


def accepts(request: Request, media_type: str) -> bool:
    """Whether the client takes this media type (parameters aside)."""
    accept = request.header("accept") or "*/*"
    wanted = [part.split(";")[0].strip() for part in accept.split(",")]
    return media_type in wanted or "*/*" in wanted or f"{media_type.split('/')[0]}/*" in wanted


def accept_parameters(request: Request) -> list[dict[str, str]]:
    """The media ranges a client takes, in its order, each as its parameters with the type under `""`."""
    ranges = []
    for part in (request.header("accept") or "*/*").split(","):
        pieces = [piece.strip() for piece in part.split(";")]
        parameters = {"": pieces[0]}
        for piece in pieces[1:]:
            name, _, value = piece.partition("=")
            parameters[name] = value
        ranges.append(parameters)
    return ranges
