"""The trace of requests (`-v=6` to `-v=9`) as klog writes it.

Upstream: k8s.io/client-go/transport/round_trippers.go, k8s.io/client-go/rest/request.go, k8s.io/klog/v2
"""

import re
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

FEATURE_GATES = (
    ("AtomicFIFO", True),
    ("ClientsAllowCARotation", True),
    ("ClientsAllowCBOR", False),
    ("ClientsAllowTLSCacheGC", True),
    ("ClientsPreferCBOR", False),
    ("InOrderInformers", True),
    ("InOrderInformersBatchProcess", True),
    ("InformerResourceVersion", True),
    ("UnlockWhileProcessingFIFO", True),
    ("WatchListClient", True),
)
UNTRACED = ("kubectl-command", "if-none-match")
"""Headers that are put on after the trace has been written."""
LISTED = ("x-stream-protocol-version",)
"""Headers that are sent once for each value of a list."""
LONGEST_BODY = {8: 1024, 9: 10240}
"""How much of a body the trace shows at a verbosity; above, all of it."""
COMPRESSED_FROM = 128 * 1024
"""From this size on an answer comes compressed, so that its length is none that the client goes by."""
UNWRITTEN = re.compile(rb"[\x00-\x09]")
DUMPED_LINE = 79
CACHED = "x-from-cache"
"""The header of an answer that came from the client's own disk."""


class Trace:
    """Writes down what a client sends and hears, as much of it as the verbosity asks for."""

    def __init__(self, terminal: Terminal, verbosity: int, server: str) -> None:
        self._terminal = terminal
        self._verbosity = verbosity
        self._address = server.partition("://")[2].partition("/")[0]
        self._spoken = False
        """Whether there is a connection already."""
        self._kept = False
        """Whether there was one besides that of a request for another protocol."""
        self._asked = False
        """Whether the request went over the wire: the disk may have the answer."""

    @property
    def shows_bodies(self) -> bool:
        return self._verbosity >= 8

    def begin(self) -> None:
        """What the first client tells of itself."""
        for gate, enabled in FEATURE_GATES:
            shown = f'feature="{gate}" enabled={str(enabled).lower()}'
            self.log(1, "envvar.go:195", f'"Feature gate default state" {shown}')

    def hang_up(self) -> None:
        """The next request has to dial again."""
        self._kept, self._spoken = self._spoken, False

    def log(self, level: int, source: str, message: str, *, severity: str = "I") -> None:
        """A line of the log, shown from this verbosity on."""
        if self._verbosity >= level:
            self._terminal.write_error(f"{log_head(severity, self._terminal.now)} {source}] {message}\n")

    def request(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, source: str) -> None:
        """What is sent; without content, where it is not read from memory."""
        if self._verbosity < 7:
            return
        if self._verbosity >= 8 and content is not None:
            # a patch is sent as it is, and what is packed; other objects go through an encoder
            packed = headers.get("content-type") == protobuf.CONTENT_TYPE
            ended = b"\n" if content and method != "PATCH" and not packed else b""
            self.log(8, source, f'"Request Body" {value("body", self._shown(content + ended))}')
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
        content = content_of(response) if self._verbosity >= 8 and response.stream is None else b""
        self._ended(method, url, status, self._headers_of(response, content), response.latency)
        if content and source:
            self.log(8, source, f'"Response Body" {value("body", self._shown(content))}')

    def upgrade(self, method: str, url: str, response: Response, protocol: str) -> None:
        """The answer to a request for another protocol, on its own connection; of a refused WebSocket nothing."""
        self._asked = method == "GET"
        status, headers = f"{response.status} {REASONS.get(response.status, '')}", ""
        if response.status == 101:
            key = b64encode(sha1(f"{url} {self._terminal.now}".encode()).digest()).decode()
            accepted = f"Sec-Websocket-Accept: {key}\nSec-Websocket-Protocol: {protocol}"
            headers = f"Connection: Upgrade\n{accepted}\nUpgrade: websocket"
        elif method == "GET":
            status = ""
        elif self._verbosity >= 8:
            headers = self._headers_of(response, content_of(response))
        self._ended(method, url, status, headers, response.latency)
        self._spoken = self._kept

    def failure(self, method: str, url: str, reason: str) -> None:
        """A request that came to nobody."""
        network = f'network="tcp" address={quoted(self._address)} err={quoted(reason)}'
        self.log(9, "round_trippers.go:560", f'"HTTP Trace: Dial failed" {network}')
        self._ended(method, url, "", "", 0)

    def dialled(self) -> None:
        """A request goes over the wire, the first one over a new connection."""
        self._asked = True
        if not self._spoken and self._verbosity >= 9:
            network = f'network="tcp" address={quoted(self._address)}'
            self.log(9, "round_trippers.go:562", f'"HTTP Trace: Dial succeed" {network}')

    def _ended(self, method: str, url: str, status: str, headers: str, latency: int) -> None:
        parts = [f'"Response" verb="{method}" url="{url}"' if self._verbosity in (6, 9) else '"Response"']
        parts.append(f'status="{status}"')
        if self._verbosity >= 8:
            parts.append(block("headers", headers) if headers else 'headers=""')
        parts.append(f"milliseconds={1 + latency // MILLISECOND}")
        if self._verbosity >= 9:
            known = self._asked and self._spoken
            phases = ("getConnection",) if known else ("dnsLookup", "dial", "tlsHandshake")
            parts += [f"{what}Milliseconds=0" for what in phases]
            if self._asked:
                parts.append(f"serverProcessingMilliseconds={latency // MILLISECOND}")
        self._spoken, self._asked = self._spoken or self._asked, False
        self.log(6, "round_trippers.go:632", " ".join(parts))

    def _shown(self, content: bytes) -> str:
        """As much of a body as is shown: text, or numbers where there are signs that no text has."""
        packed = UNWRITTEN.search(content) is not None
        size = dump_size(content) if packed else len(content)
        longest = LONGEST_BODY.get(self._verbosity, size)
        shown = hex_dump(content[:longest])[:longest] if packed else content[:longest].decode(errors="replace")
        return shown if size <= longest else f"{shown} [truncated {size - longest} chars]"

    def _headers_of(self, response: Response, content: bytes) -> str:
        """The headers of an answer, with those that belong to its way over the wire."""
        if self._verbosity < 8:
            return ""
        wire = {"content-type": response.content_type, "date": http_date(self._terminal.now)}
        size = len(content)
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


def content_of(response: Response) -> bytes:
    """The body of an answer as it crosses the wire."""
    body = response.body
    if isinstance(body, dict):
        return as_json(body) + b"\n"
    return body if isinstance(body, bytes) else body.encode()


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


def dump_size(content: bytes) -> int:
    """How long such numbers and letters are."""
    whole, rest = divmod(len(content), 16)
    return whole * DUMPED_LINE + (DUMPED_LINE - 16 + rest if rest else 0)


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
