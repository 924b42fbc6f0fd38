"""The trace of requests (`-v=6` to `-v=9`) as klog writes it.

Upstream: k8s.io/client-go/transport/round_trippers.go, k8s.io/client-go/rest/request.go, k8s.io/klog/v2
"""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha1

from simulator.api.requests import REPEATED, Response
from simulator.api.texts import as_json
from simulator.kernel.clock import MILLISECOND, micro_timestamp
from simulator.kubectl.terminal import Terminal
from simulator.machinery import protobuf
from simulator.machinery.golang import quoted
from simulator.runtime.images.httplog import http_date

UNTRACED = ("kubectl-command",)
"""Headers that are put on after the trace has been written."""
LISTED = ("x-stream-protocol-version",)
"""Headers that are sent once for each value of a list."""
LONGEST_BODY = {8: 1024, 9: 10240}
"""How much of a body the trace shows at a verbosity; above, all of it."""
COMPRESSED_FROM = 128 * 1024
"""From this size on an answer comes compressed, so that its length is none that the client goes by."""
CACHED = "x-from-cache"
"""The header of an answer that came from the client's own disk."""


class Trace:
    """Writes down what a client sends and hears, as much of it as the verbosity asks for."""

    def __init__(self, terminal: Terminal, verbosity: int, server: str) -> None:
        self._terminal = terminal
        self._verbosity = verbosity
        self._address = server.partition("://")[2].partition("/")[0]
        self._spoken = False

    def hang_up(self) -> None:
        """The next request has to dial again."""
        self._spoken = False

    def log(self, level: int, source: str, message: str, *, severity: str = "I") -> None:
        """A line of the log, shown from this verbosity on."""
        if self._verbosity >= level:
            self._terminal.write_error(f"{log_head(severity, self._terminal.now)} {source}] {message}\n")

    def request(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, source: str) -> None:
        """What is sent; without content, where it is not read from memory."""
        if self._verbosity < 7:
            return
        if self._verbosity >= 8 and content is not None:
            # a patch is sent as it is, objects through an encoder
            ended = b"\n" if content and method != "PATCH" else b""
            packed = headers.get("content-type") == protobuf.CONTENT_TYPE
            text = hex_dump(content) if packed else (content + ended).decode(errors="replace")
            self.log(8, source, f'"Request Body" {value("body", self._cut(text))}')
        sent = [line for name in sorted(headers) if name not in UNTRACED for line in header_lines(name, headers[name])]
        if self._verbosity >= 9:
            given = " ".join(f'-H "{line}"' for line in sent)
            command = block("curlCommand", f"curl -v -X{method}  {given} {quote(url)}")
            self.log(9, "round_trippers.go:527", f'"Request" {command}')
        else:
            shown = block("headers", "\n".join(sent))
            self.log(7, "round_trippers.go:527", f'"Request" verb="{method}" url="{url}" {shown}')

    def response(self, method: str, url: str, response: Response, source: str) -> None:
        if self._verbosity < 6:
            return
        status = f"{response.status} {REASONS.get(response.status, '')}"
        text = text_of(response) if self._verbosity >= 8 and response.stream is None else ""
        cached = CACHED in response.headers
        self._dialled("" if cached else None)
        headers = self._headers_of(response, text)
        self._ended(method, url, status, headers, response.latency, answered=not cached)
        if text and source:
            self.log(8, source, f'"Response Body" {value("body", self._cut(text))}')

    def upgrade(self, method: str, url: str, response: Response, protocol: str) -> None:
        """The answer to a request for another protocol, on its own connection; of a refused WebSocket nothing."""
        spoken, self._spoken = self._spoken, False
        self._dialled(None)
        status, headers = f"{response.status} {REASONS.get(response.status, '')}", ""
        if response.status == 101:
            key = b64encode(sha1(f"{url} {self._terminal.now}".encode()).digest()).decode()
            accepted = f"Sec-Websocket-Accept: {key}\nSec-Websocket-Protocol: {protocol}"
            headers = f"Connection: Upgrade\n{accepted}\nUpgrade: websocket"
        elif method == "GET":
            status = ""
        elif self._verbosity >= 8:
            headers = self._headers_of(response, text_of(response))
        self._ended(method, url, status, headers, response.latency, answered=method == "GET")
        self._spoken = spoken

    def failure(self, method: str, url: str, reason: str) -> None:
        """A request that came to nobody."""
        self._dialled(reason)
        self._ended(method, url, "", "", 0, answered=False)

    def _dialled(self, failure: str | None) -> None:
        """A connection that is made for the first request, or could not be; none for what is on disk."""
        network = f'network="tcp" address={quoted(self._address)}'
        if failure:
            self.log(9, "round_trippers.go:560", f'"HTTP Trace: Dial failed" {network} err={quoted(failure)}')
        elif failure is None and not self._spoken:
            self.log(9, "round_trippers.go:562", f'"HTTP Trace: Dial succeed" {network}')

    def _ended(self, method: str, url: str, status: str, headers: str, latency: int, *, answered: bool) -> None:
        parts = [f'"Response" verb="{method}" url="{url}"' if self._verbosity in (6, 9) else '"Response"']
        parts.append(f'status="{status}"')
        if self._verbosity >= 8:
            parts.append(block("headers", headers) if headers else 'headers=""')
        parts.append(f"milliseconds={1 + latency // MILLISECOND}")
        if self._verbosity >= 9:
            known = answered and self._spoken
            phases = ("getConnection",) if known else ("dnsLookup", "dial", "tlsHandshake")
            parts += [f"{what}Milliseconds=0" for what in phases]
            if answered:
                parts.append(f"serverProcessingMilliseconds={latency // MILLISECOND}")
        self._spoken = self._spoken or answered
        self.log(6, "round_trippers.go:632", " ".join(parts))

    def _cut(self, text: str) -> str:
        """As much of a body as is shown."""
        longest = LONGEST_BODY.get(self._verbosity, len(text))
        return text if len(text) <= longest else f"{text[:longest]} [truncated {len(text) - longest} chars]"

    def _headers_of(self, response: Response, text: str) -> str:
        """The headers of an answer, with those that belong to its way over the wire."""
        if self._verbosity < 8:
            return ""
        wire = {"content-type": response.content_type, "date": http_date(self._terminal.now)}
        size = len(text.encode())
        if response.stream is None and size < COMPRESSED_FROM:
            wire["content-length"] = str(size)
        whole = {**wire, **response.headers}
        return "\n".join(f"{title(name)}: {whole[name]}" for name in sorted(whole))


REASONS = {
    101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict", 410: "Gone",
    415: "Unsupported Media Type", 422: "Unprocessable Entity", 429: "Too Many Requests",
    500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


def text_of(response: Response) -> str:
    """The body of an answer as it crosses the wire."""
    body = response.body
    if isinstance(body, dict):
        return as_json(body).decode() + "\n"
    return body.decode(errors="replace") if isinstance(body, bytes) else body


def header_lines(name: str, content: str) -> list[str]:
    """A header as it is told: one for each group, and without what nobody else should see."""
    if name == "authorization":
        return [f"Authorization: {content.partition(' ')[0]} <masked>"]
    values = content.split("," if name in LISTED else REPEATED)
    return [f"{title(name)}: {each}" for each in values]


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
