"""What small web servers have in common: they listen, answer, log, and end on SIGTERM."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import orjson

from simulator.runtime.images.httplog import http_date
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait
from simulator.runtime.signals import INT, TERM

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
LATENCY = 300
"""Microseconds that an answer takes where nothing says more."""


class Asked(NamedTuple):
    """A request, taken apart."""

    method: str
    path: str
    query: Mapping[str, str]
    port: int
    request: HttpRequest


class Answer(NamedTuple):
    """What a handler gives back."""

    body: str | bytes = b""
    status: int = 200
    kind: str = PLAIN
    headers: Mapping[str, str] = {}
    latency: int = LATENCY


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(orjson.dumps(value) + b"\n", status, "application/json")


class WebServer(Server):
    """A server of which a subclass says where it listens, what it says at the start, and what it answers."""

    ports: tuple[int, ...] = (8080,)

    def listening(self, process: Process) -> tuple[int, ...]:
        """The ports, by default those of the class."""
        return self.ports

    def begin(self, process: Process) -> int | None:
        """Greet and prepare; an exit code ends the program before it serves."""
        return None

    def start(self, process: Process) -> Outcome:
        code = self.begin(process)
        if code is not None:
            return Exit(code)
        for port in self.listening(process):
            process.listen(port)
        process.handle(TERM)
        process.handle(INT)
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        asked = Asked(request.method, parts.path or "/", query, request.port or parts.port or 80, request)
        answer = self.answer(process, asked)
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        headers = {"date": http_date(process.now), "content-length": str(len(body)), "content-type": answer.kind}
        return HttpResponse(answer.status, {**headers, **answer.headers}, body, latency=answer.latency)

    def answer(self, process: Process, asked: Asked) -> Answer:
        """Answer one request."""
        raise NotImplementedError


def flags(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """`--name=value`, `--name value` and `-name=value` as Go programs take them, and the other words."""
    found, rest, left = {}, [], list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-") or word == "-":
            rest.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not equals:
            value = left.pop(0) if left and not left[0].startswith("-") else "true"
        found[name] = value
    return found, rest


def seconds(text: str, default: float) -> float:
    """A number of seconds from an environment variable or a flag; what is no number counts as the default."""
    try:
        return float(text)
    except ValueError:
        return default
