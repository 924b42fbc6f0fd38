"""Requests to the API server, and what failed ones become. Upstream: k8s.io/client-go/rest"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

import orjson

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.api.texts import as_json
from simulator.kubectl.config import Connection
from simulator.kubectl.dialects import DOING, JSON, Dialect
from simulator.kubectl.errors import CommandError, Plain, ServerError
from simulator.kubectl.flags import Options
from simulator.kubectl.statuses import status_of, warnings_of
from simulator.kubectl.terminal import Refused, Terminal, Unreachable
from simulator.kubectl.tracing import Trace, content_of
from simulator.machinery import protobuf
from simulator.machinery.durations import format_duration
from simulator.machinery.objects import Object, at, without

VERSION = "v1.37.1"

STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"

DELETE_OPTIONS = ("gracePeriodSeconds", "preconditions", "propagationPolicy", "dryRun")
"""What a deletion may say, in the order of its Go struct."""

type Query = Mapping[str, str | int | bool | Sequence[str] | None]
"""Parameters by name; None leaves one out, several values repeat it."""


class NoConnection(Plain):
    """The server cannot be reached."""

    def __init__(self, reason: str, method: str, url: str) -> None:
        super().__init__(f"Unable to connect to the server: {reason}")
        self.why = reason
        self.asked = method.title(), url

    @property
    def cause(self) -> str:
        """What was done and why it failed, as Go tells it."""
        method, url = self.asked
        return f'{method} "{url}": {self.why}'


class ConnectionRefused(NoConnection):
    """Nobody listens where the kubeconfig says that the API server is."""

    def __init__(self, server: str, method: str, url: str) -> None:
        host = server.partition("://")[2].partition("/")[0]
        dialled = host.replace("localhost", "127.0.0.1")
        super().__init__(f"dial tcp {dialled}: connect: connection refused", method, url)
        self.args = (f"The connection to the server {host} was refused - did you specify the right host or port?",)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response that was no error."""

    response: Response

    @property
    def object(self) -> Object:
        body = self.response.body
        if isinstance(body, dict):
            return body
        loaded: Object = orjson.loads(body) if body else {}
        return loaded

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    @property
    def content(self) -> bytes:
        return content_of(self.response)


class Client:
    """Speaks to the one server that the configuration names, in one of the dialects of kubectl's clients."""

    def __init__(
        self, terminal: Terminal, connection: Connection, words: str, options: Options, dialect: Dialect
    ) -> None:
        self._terminal = terminal
        self._connection = connection
        self._words = words
        self._dialect = dialect
        self._chunk = options.number("chunk-size") if options.has("chunk-size") else 0
        self._warned: list[str] = []
        self._trace = Trace(terminal, options.number("v"), self.server)
        self.log = self._trace.log
        self.begin = self._trace.begin

    def speaking(self, dialect: Dialect) -> Self:
        """The same client in another dialect."""
        other = copy(self)
        other._dialect = dialect
        return other

    @property
    def warnings(self) -> int:
        """How many different warnings the server has sent."""
        return len(self._warned)

    @property
    def timeout(self) -> int:
        """How long a request may take, in microseconds; 0 for as long as it likes."""
        return int(self._connection.get("timeout") or 0)

    @property
    def server(self) -> str:
        return str(self._connection["server"])

    @property
    def patience(self) -> str:
        """How long the server is given to tell of itself, as it is told."""
        return format_duration(self.timeout) if self.timeout else "32s"

    @property
    def shows_bodies(self) -> bool:
        return self._trace.shows_bodies

    @property
    def _headers(self) -> dict[str, str]:
        return {
            **self._dialect.asking,
            "user-agent": f"kubectl/{self._terminal.version} (linux/amd64) kubernetes/f78e722",
            "kubectl-command": self._words,
            **self._connection["headers"],
        }

    def url(self, path: str, query: Query | None = None) -> str:
        pairs = tuple(parameters(query or {}))
        return f"{self.server}{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    def _limited(self, query: Query, doing: str) -> Query:
        """A query that says how long the server may take, where that is limited."""
        if not self.timeout or not self._dialect.limits(doing):
            return query
        return {**query, "timeout": format_duration(self.timeout)}

    def call(self, request: Request) -> Response:
        """What the server answers."""
        response = self._terminal.call(self.server, request)
        self._trace.dialled()
        return response

    def fetch(self, path: str, query: Query | None, accept: str) -> Answer:
        """A document that the trace does not show being asked for."""
        headers = {**self._headers, "accept": accept}
        request = Request("GET", path, tuple(parameters(query or {})), headers)
        return Answer(self._terminal.call(self.server, request))

    def send(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Any = None,
        content_type: str = JSON,
        doing: str = "",
        through: Callable[[Request], Response] | None = None,
    ) -> Response:
        """One request and its answer, whatever its status; `through` is what stands between, such as a cache."""
        doing = doing or DOING[method]
        query = self._limited(query or {}, doing)
        url, headers = self.url(path, query), self._headers
        content = b""
        if body is not None:
            content = body if isinstance(body, bytes) else orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
            if content_type and not self._dialect.raw:
                headers["content-type"] = content_type
        unread = (self._dialect.raw and method != "GET") or bool(self._dialect.upgrades)
        self._trace.request(method, url, headers, None if unread else content, self._dialect.line(doing))
        if self._dialect.upgrades:
            self._trace.hang_up()
        try:
            request = Request(method, path, tuple(parameters(query)), headers, content)
            response = (through or self.call)(request)
        except (Refused, Unreachable) as error:
            refused = isinstance(error, Refused)
            failure = ConnectionRefused(self.server, method, url) if refused else NoConnection(str(error), method, url)
            self._trace.failure(method, url, failure.why)
            raise failure from None
        if self._dialect.upgrades:
            self._trace.upgrade(method, url, response, self._dialect.upgrades[0][1])
        else:
            heard = self._dialect.heard(doing, failed=response.status >= 400)
            self._trace.response(method, url, response, heard)
        self._show_warnings(response)
        return response

    def request(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Any = None,
        content_type: str = JSON,
        doing: str = "",
        through: Callable[[Request], Response] | None = None,
    ) -> Answer:
        """One request that must succeed. Raises ServerError."""
        response = self.send(method, path, query, body=body, content_type=content_type, doing=doing, through=through)
        if response.status >= 400:
            status = status_of(response, method, "" if self._dialect.raw else path)
            if not self._dialect.keeps_kinds:
                status = {name: value for name, value in status.items() if name not in ("kind", "apiVersion")}
            raise ServerError(status)
        return Answer(response)

    def get(self, path: str, query: Query | None = None, *, doing: str = "") -> Object:
        return self.request("GET", path, query, doing=doing).object

    def collection(self, path: str, query: Query | None = None) -> Object:
        """A whole collection."""
        return self.get(path, query, doing="list")

    def listed(self, path: str, query: Query) -> list[Object]:
        """The objects of a collection, asked for piece by piece."""
        return [item for piece in self.pieces(path, query) for item in piece.get("items") or ()]

    def pieces(self, path: str, query: Query, *, whole: bool = False) -> Iterator[Object]:
        """A collection as the server hands it out: so many objects at a time as `--chunk-size` says."""
        asked = {**query, "limit": None if whole else self._chunk or None}
        while True:
            piece = self.collection(path, asked)
            yield piece
            rest = at(piece, "metadata", "continue")
            if not rest:
                return
            asked["continue"] = rest

    def find(self, path: str) -> Object | None:
        """The object at a path, or None where there is none."""
        try:
            return self.get(path)
        except ServerError as error:
            if error.reason == "NotFound":
                return None
            raise

    def noticed(self, path: str) -> Object | None:
        """The object at a path, or None: what is noticed of it without being asked for, so that no trace tells."""
        headers = {"accept": JSON, **self._connection["headers"]}
        response = self._terminal.call(self.server, Request("GET", path, (), headers))
        return Answer(response).object if response.status < 400 else None

    def get_in(self, namespace: str, path: str, query: Query | None = None) -> Object:
        """An object in a namespace, which perhaps is what is missing. Upstream: cli-runtime/pkg/resource/visitor.go"""
        try:
            return self.get(path, query)
        except ServerError as error:
            if error.reason != "NotFound" or namespace in ("", "default"):
                raise
            try:
                self.get(f"/api/v1/namespaces/{namespace}", doing="namespace")
            except ServerError as other:
                raise other if other.reason == "NotFound" else error from None
            raise

    def find_in(self, namespace: str, path: str) -> Object | None:
        try:
            return self.get_in(namespace, path)
        except ServerError as error:
            if error.reason == "NotFound":
                return None
            raise

    def post(self, path: str, body: Any, query: Query | None = None) -> Object:
        return self._written("POST", path, body, query)

    def create(self, path: str, obj: Object, query: Query | None = None) -> Object:
        """Make an object, whatever version it had elsewhere. Upstream: cli-runtime/pkg/resource/helper.go"""
        return self.post(path, without(obj, ("metadata", "resourceVersion")), query)

    def put(self, path: str, body: Any, query: Query | None = None) -> Object:
        return self._written("PUT", path, body, query)

    def _written(self, method: str, path: str, obj: Any, query: Query | None) -> Object:
        """Send an object: packed where the dialect does so, in the order of Go's structs where it reads into them."""
        if not self._dialect.packs:
            body = obj if self._dialect.keeps_kinds or not isinstance(obj, dict) else as_json(obj)
            return self.request(method, path, query, body=body, content_type=self._dialect.content_type).object
        body = protobuf.encode(obj)
        return self.request(method, path, query, body=body, content_type=protobuf.CONTENT_TYPE).object

    def patch(self, path: str, body: Any, query: Query | None = None, *, content_type: str = STRATEGIC) -> Object:
        return self.request("PATCH", path, query, body=body, content_type=content_type).object

    def delete(self, path: str, body: Any = None, query: Query | None = None) -> Object:
        if self._dialect.packs:
            return self._written("DELETE", path, {"apiVersion": "v1", "kind": "DeleteOptions", **(body or {})}, query)
        ordered = body and orjson.dumps({name: body[name] for name in DELETE_OPTIONS if name in body})
        return self.request("DELETE", path, query, body=ordered).object

    def open(self, method: str, path: str, query: Query | None = None, *, doing: str = "") -> Stream:
        """Begin an answer that goes on: a watch, a followed log, exec, attach, port-forward."""
        response = self.send(method, path, query, doing=doing)
        if response.status >= 400:
            raise ServerError(status_of(response, method, path))
        if response.stream is None:
            raise CommandError(f"unable to follow {path}: the server closed the connection")
        return response.stream

    def hang_up(self) -> None:
        """Close the connection of an answer that goes on: the next request needs another."""
        self._trace.hang_up()

    def poll(self, stream: Stream) -> Polled:
        return self._terminal.poll(stream)

    def feed(self, stream: Stream, channel: int, payload: bytes) -> Stream | None:
        return self._terminal.send(stream, channel, payload)

    def _show_warnings(self, response: Response) -> None:
        """A server's warnings, each shown once."""
        for text in warnings_of(response.headers.get("warning", "")):
            self.warn(text)

    def warn(self, text: str) -> None:
        if text not in self._warned:
            self._warned.append(text)
            self.tell(text)

    def tell(self, text: str) -> None:
        """A warning of kubectl's own."""
        self._terminal.write_error(f"Warning: {text}\n")


def parameters(query: Query) -> Iterator[tuple[str, str]]:
    """The pairs of a query, in order of name."""
    for key in sorted(query):
        value = query[key]
        if isinstance(value, str | int):
            yield key, spelled(value)
        elif value is not None:
            for item in value:
                yield key, item


def spelled(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
