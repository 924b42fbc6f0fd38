"""Requests to the API server, their trace (`-v`), and what failed ones become.

Upstream: k8s.io/client-go/rest, k8s.io/client-go/transport/round_trippers.go
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.api.texts import as_json
from simulator.kernel.clock import MILLISECOND, micro_timestamp
from simulator.kubectl.config import Connection
from simulator.kubectl.errors import CommandError, Plain, ServerError
from simulator.kubectl.flags import Options
from simulator.kubectl.terminal import Refused, Terminal, Unreachable
from simulator.machinery import protobuf
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, without
from simulator.runtime.images.httplog import http_date

VERSION = "v1.37.1"

JSON = "application/json"
ANY = f"{JSON}, */*"
TABLE = (
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
)
STRUCTURED = (
    "attach", "cordon", "drain", "exec", "expose", "logs", "port-forward", "rollout", "run", "set", "taint", "uncordon"
)  # fmt: skip
PROTOBUF_OR_JSON = "application/vnd.kubernetes.protobuf,application/json"
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY = "application/apply-patch+yaml"

TRACED = ("accept", "content-type", "user-agent")
"""The headers that the trace shows."""
LONGEST_BODY = {8: 1024, 9: 10240}
"""How much of a body the trace shows at a verbosity; above, all of it."""

type Query = Mapping[str, str | int | bool | Sequence[str] | None]
"""Parameters by name; None leaves one out, several values repeat it."""


class ConnectionRefused(Plain):
    """Nobody listens where the kubeconfig says that the API server is."""

    def __init__(self, server: str, method: str, url: str) -> None:
        host = server.partition("://")[2].partition("/")[0]
        super().__init__(f"The connection to the server {host} was refused - did you specify the right host or port?")
        dialled = host.replace("localhost", "127.0.0.1")
        self.cause = f'{method} "{url}": dial tcp {dialled}: connect: connection refused'


class NoConnection(Plain):
    """The server cannot be reached for another reason."""

    def __init__(self, reason: str, method: str, url: str) -> None:
        super().__init__(f"Unable to connect to the server: {reason}")
        self.cause = f'{method} "{url}": {reason}'


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
        body = self.response.body
        if isinstance(body, dict):
            return as_json(body).decode() + "\n"
        return body.decode(errors="replace") if isinstance(body, bytes) else body


class Client:
    """Speaks to the one server that the configuration names."""

    def __init__(self, terminal: Terminal, connection: Connection, words: str, options: Options) -> None:
        self._terminal = terminal
        self._connection = connection
        self._words = words
        self._verbosity = options.number("v")
        self._chunk = options.number("chunk-size") if options.has("chunk-size") else 0
        self._warned: list[str] = []
        self._spoken = False
        self.raw = options.text("raw").partition("?")[0] if options.has("raw") else ""
        """A path that is asked for without saying what it means."""

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

    def _preferred(self, method: str) -> str:
        """The form in which a verb asks for objects: those that know their kinds as Go's structs take any."""
        verb = self._words.split()[1:2]
        knows = verb[:1] and (verb[0] in STRUCTURED or (verb[0] == "scale" and method == "PATCH"))
        return ANY if knows else JSON

    def send(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Any = None,
        accept: str = "",
        content_type: str = JSON,
    ) -> Response:
        """One request and its answer, whatever its status."""
        pairs = tuple(parameters(query or {}))
        url = f"{self.server}{path}" + (f"?{urlencode(pairs)}" if pairs else "")
        headers = {
            "accept": accept or self._preferred(method),
            "user-agent": f"kubectl/{self._terminal.version} (linux/amd64) kubernetes/f78e722",
            "kubectl-command": self._words,
            **self._connection["headers"],
        }
        content = b""
        if body is not None:
            content = body if isinstance(body, bytes) else orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
            headers["content-type"] = content_type
        self._log_request(method, url, headers, content)
        try:
            response = self._terminal.call(self.server, Request(method, path, pairs, headers, content))
        except Refused:
            raise ConnectionRefused(self.server, method.title(), url) from None
        except Unreachable as error:
            raise NoConnection(str(error), method.title(), url) from None
        self._log_response(method, url, response, body_source(method, headers, url))
        self._show_warnings(response)
        return response

    def request(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Any = None,
        accept: str = "",
        content_type: str = JSON,
    ) -> Answer:
        """One request that must succeed. Raises ServerError."""
        response = self.send(method, path, query, body=body, accept=accept, content_type=content_type)
        if response.status >= 400:
            status = status_of(response, method, "" if path == self.raw else path)
            if (accept or self._preferred(method)) in (ANY, PROTOBUF_OR_JSON):  # Go's structs do not keep their kind
                status = {name: value for name, value in status.items() if name not in ("kind", "apiVersion")}
            raise ServerError(status)
        return Answer(response)

    def get(self, path: str, query: Query | None = None, *, accept: str = "") -> Object:
        return self.request("GET", path, query, accept=accept).object

    def read(self, path: str, query: Query | None = None) -> Object:
        """An object, or with a query a list, as a client asks for it that knows its kind."""
        return self.get(path, query, accept=PROTOBUF_OR_JSON)

    def read_all(self, path: str, query: Query) -> list[Object]:
        """The objects of a collection, asked for piece by piece by a client that knows their kind."""
        listed = self.pieces(path, query, accept=PROTOBUF_OR_JSON)
        return [item for piece in listed for item in piece.get("items") or ()]

    def pieces(self, path: str, query: Query, *, accept: str = "", whole: bool = False) -> Iterator[Object]:
        """A collection as the server hands it out: so many objects at a time as `--chunk-size` says."""
        asked = {**query, "limit": None if whole else self._chunk or None}
        while True:
            piece = self.get(path, asked, accept=accept)
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

    def post(self, path: str, body: Any, query: Query | None = None) -> Object:
        return self.request("POST", path, query, body=body).object

    def make(self, path: str, obj: Object, query: Query | None = None) -> Object:
        """Send an object as a client does that knows its kind: packed, unless the verb asks for JSON throughout."""
        if self._preferred("POST") == ANY:
            return self.post(path, obj, query)
        body = protobuf.encode(obj)
        sent = self.request("POST", path, query, body=body, accept=PROTOBUF_OR_JSON, content_type=protobuf.CONTENT_TYPE)
        return sent.object

    def create(self, path: str, obj: Object, query: Query | None = None) -> Object:
        """Make an object, whatever version it had elsewhere. Upstream: cli-runtime/pkg/resource/helper.go"""
        return self.post(path, without(obj, ("metadata", "resourceVersion")), query)

    def put(self, path: str, body: Any, query: Query | None = None) -> Object:
        return self.request("PUT", path, query, body=body).object

    def patch(self, path: str, body: Any, query: Query | None = None, *, content_type: str = STRATEGIC) -> Object:
        return self.request("PATCH", path, query, body=body, content_type=content_type).object

    def delete(self, path: str, body: Any = None, query: Query | None = None) -> Object:
        return self.request("DELETE", path, query, body=body).object

    def open(self, method: str, path: str, query: Query | None = None, *, accept: str = "") -> Stream:
        """Begin an answer that goes on: a watch, a followed log, exec, attach, port-forward."""
        response = self.send(method, path, query, accept=accept)
        if response.status >= 400:
            raise ServerError(status_of(response, method, path))
        if response.stream is None:
            raise CommandError(f"unable to follow {path}: the server closed the connection")
        return response.stream

    def poll(self, stream: Stream) -> Polled:
        return self._terminal.poll(stream)

    def feed(self, stream: Stream, channel: int, payload: bytes) -> Stream | None:
        return self._terminal.send(stream, channel, payload)

    def log(self, level: int, source: str, message: str) -> None:
        """A line of the log, shown from this verbosity on."""
        if self._verbosity >= level:
            self._terminal.write_error(f"{log_head('I', self._terminal.now)} {source}] {message}\n")

    def complain_of_discovery(self, cause: str) -> None:
        """The line that the real program logs for each try to learn what the server offers."""
        quoted_cause = orjson.dumps(f"{cause}").decode()
        self._terminal.write_error(
            f"{log_head('E', self._terminal.now)} memcache.go:381] "
            f'"Couldn\'t get current server API group list" err={quoted_cause}\n'
        )

    def _log_request(self, method: str, url: str, headers: Mapping[str, str], content: bytes) -> None:
        sent = {title(name): headers[name] for name in sorted(headers) if name in TRACED}
        if self._verbosity >= 8:
            ended = (
                b"\n" if content and method != "PATCH" else b""
            )  # a patch is sent as it is, objects through an encoder
            packed = headers.get("content-type") == protobuf.CONTENT_TYPE
            text = hex_dump(content) if packed else (content + ended).decode(errors="replace")
            self.log(8, body_source(method, headers, url), f'"Request Body" {value("body", self._cut(text))}')
        if self._verbosity >= 9:
            given = " ".join(f'-H "{name}: {value}"' for name, value in sent.items())
            self.log(
                9,
                "round_trippers.go:527",
                f'"Request" {block("curlCommand", f"curl -v -X{method}  {given} {quote(url)}")}',
            )
            if not self._spoken:
                address = quoted(self.server.partition("://")[2].partition("/")[0])
                self.log(9, "round_trippers.go:562", f'"HTTP Trace: Dial succeed" network="tcp" address={address}')
        elif self._verbosity >= 7:
            lines = "\n".join(f"{name}: {value}" for name, value in sent.items())
            self.log(7, "round_trippers.go:527", f'"Request" verb="{method}" url="{url}" {block("headers", lines)}')

    def _log_response(self, method: str, url: str, response: Response, source: str) -> None:
        if self._verbosity < 6:
            return
        parts = [f'"Response" verb="{method}" url="{url}"' if self._verbosity in (6, 9) else '"Response"']
        parts.append(f'status="{response.status} {REASONS.get(response.status, "")}"')
        text = Answer(response).text if self._verbosity >= 8 and response.stream is None else ""
        if self._verbosity >= 8:
            parts.append(block("headers", self._headers_of(response, text)))
        parts.append(f"milliseconds={1 + response.latency // MILLISECOND}")
        if self._verbosity >= 9:
            phases = ("getConnection",) if self._spoken else ("dnsLookup", "dial", "tlsHandshake")
            parts += [f"{what}Milliseconds=0" for what in phases]
            parts.append(f"serverProcessingMilliseconds={response.latency // MILLISECOND}")
        self._spoken = True
        self.log(6, "round_trippers.go:632", " ".join(parts))
        if text:
            self.log(8, source, f'"Response Body" {value("body", self._cut(text))}')

    def _cut(self, text: str) -> str:
        """As much of a body as is shown."""
        longest = LONGEST_BODY.get(self._verbosity, len(text))
        return text if len(text) <= longest else f"{text[:longest]} [truncated {len(text) - longest} chars]"

    def _headers_of(self, response: Response, text: str) -> str:
        """The headers of an answer, with those that belong to its way over the wire."""
        wire = {"content-type": response.content_type, "date": http_date(self._terminal.now)}
        if response.stream is None:
            wire["content-length"] = str(len(text.encode()))
        whole = {**wire, **response.headers}
        return "\n".join(f"{title(name)}: {whole[name]}" for name in sorted(whole))

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


REASONS = {
    101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone",
    415: "Unsupported Media Type", 422: "Unprocessable Entity", 429: "Too Many Requests",
    500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip

UNEXPLAINED = {
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
}
"""What an answer means that does not say so itself."""


def body_source(method: str, headers: Mapping[str, str], url: str) -> str:
    """Where the client is that logs a body: one for objects of any kind, or one that knows the kind it asks for."""
    accept, path = headers["accept"], url.partition("?")[0]
    if "apidiscovery" in accept:
        return f"discovery_client.go:{665 if path.endswith('/api') else 721}"
    if accept != PROTOBUF_OR_JSON:
        return "helper.go:105"
    if method == "POST":
        return "serviceaccount.go:87" if path.endswith("/token") else "type.go:213"
    return "type.go:183" if "?" in url else "type.go:165"


def hex_dump(content: bytes) -> str:
    """Bytes as numbers and letters, sixteen a line. Upstream: encoding/hex"""
    lines = []
    for start in range(0, len(content), 16):
        row = content[start : start + 16]
        halves = (" ".join(f"{byte:02x}" for byte in half) for half in (row[:8], row[8:]))
        letters = "".join(chr(byte) if 32 <= byte <= 126 else "." for byte in row)
        lines.append(f"{start:08x}  {'  '.join(f'{half:23}' for half in halves)}  |{letters}|\n")
    return "".join(lines)


def block(name: str, text: str) -> str:
    """A value of several lines as klog writes it."""
    lines = "".join(f"\t{line}\n" for line in text.rstrip("\n").split("\n"))
    return f"{name}=<\n{lines} >"


def value(name: str, text: str) -> str:
    """A value as klog writes it: in quotes, or below each other where it has several lines."""
    return block(name, text) if "\n" in text else f"{name}={quoted(text)}"


def quote(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def log_head(severity: str, now: int) -> str:
    """How klog begins a line: severity, date and time to the microsecond, thread."""
    stamp = micro_timestamp(now)
    return f"{severity}{stamp[5:7]}{stamp[8:10]} {stamp[11:26]}    1001"


def title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


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


def status_of(response: Response, method: str = "", path: str = "") -> Object:
    """The Status of an answer that failed; one is made where the server sent something else, of what was asked of it.

    Upstream: apimachinery/pkg/api/errors (NewGenericServerResponse)
    """
    body: Any = response.body
    if isinstance(body, (str, bytes)):
        try:
            body = orjson.loads(body)
        except orjson.JSONDecodeError:
            text = body if isinstance(body, str) else body.decode(errors="replace")
            if response.status in UNEXPLAINED:
                reason, message = UNEXPLAINED[response.status]
                message += asked_for(method, path)
                return {"status": "Failure", "reason": reason, "message": message, "code": response.status}
            return {"status": "Failure", "message": text.strip() or "unknown", "code": response.status}
    return body if isinstance(body, dict) else {"status": "Failure", "message": "unknown", "code": response.status}


def asked_for(method: str, path: str) -> str:
    """What a request was for, as errors that have no other words tell it: ` (get widgets.example.com)`."""
    found = re.fullmatch(r"/(?:api|apis/([^/]+))/[^/]+(?:/namespaces/[^/]+)?/([^/]+)(?:/([^/]+))?(?:/.*)?", path)
    if found is None:
        return ""
    group, resource, name = (part or "" for part in found.groups())
    return f" ({method.lower()} {resource}{'.' if group else ''}{group}{' ' if name else ''}{name})"


def warnings_of(header: str) -> list[str]:
    """The texts of `299 - "text", 299 - "text"`."""
    texts = []
    for part in header.split('299 - "')[1:]:
        text = part.rstrip().rstrip(",").rstrip()
        texts.append(text.removesuffix('"').replace('\\"', '"').replace("\\\\", "\\"))
    return texts
