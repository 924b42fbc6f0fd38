"""What came of asking somebody over the network, as a plain value that a process can keep while time passes."""

from dataclasses import astuple
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.network import (
    BadCertificate,
    HttpRequest,
    NameNotFound,
    NetworkFailure,
    NoAnswer,
    NotEncrypted,
    NotHTTP,
    Refused,
    Reset,
    ResolverTimedOut,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from simulator.runtime.process import Process

type Answer = dict[str, Any]
"""`failure` (a name of `FAILURES`, "" when there is none), `latency`, `address`, `port`, and of a response `status`,
`reason`, `headers`, `body`, `stream` (where it goes on) and `held` (where there is none
yet: under what to ask again)."""

SYN_TIMEOUT = 134 * SECOND
"""How long Linux goes on trying to connect before it gives up."""
RESOLVER_TIMEOUT = 10 * SECOND
FAILURES: tuple[tuple[type[NetworkFailure], str], ...] = (
    (NameNotFound, "name"),
    (ResolverTimedOut, "resolver"),
    (ServerFailed, "servfail"),
    (Refused, "refused"),
    (NoAnswer, "answer"),
    (TimedOut, "timeout"),
    (Unreachable, "unreachable"),
    (NotHTTP, "foreign"),
    (Reset, "reset"),
    (NotEncrypted, "plain"),
    (BadCertificate, "certificate"),
)


def ask(process: Process, request: HttpRequest, connect_timeout: int = 0) -> Answer:
    """Send a request; the answer holds from `latency` microseconds on."""
    try:
        response = process.http(request)
    except NetworkFailure as failure:
        return failed(failure, request.timeout, connect_timeout)
    return {
        "failure": "",
        "latency": response.latency,
        "address": response.address,
        "port": 0,
        "status": response.status,
        "reason": response.reason,
        "headers": dict(response.headers),
        "body": response.body,
        "connection": response.connection,
        "stream": response.stream,
        "held": response.held,
        "certificate": None if response.certificate is None else astuple(response.certificate),
    }


def reach(process: Process, host: str, port: int, timeout: int = 0, protocol: str = "TCP") -> Answer:
    """Try a connection."""
    try:
        address, took = process.connect(host, port, protocol)
    except NetworkFailure as failure:
        return failed(failure, timeout, timeout)
    return {"failure": "", "latency": took, "address": address, "port": port}


def failed(failure: NetworkFailure, timeout: int, connect_timeout: int) -> Answer:
    """A failure as an answer; what is never answered takes as long as the client is ready to wait."""
    name = next(name for kind, name in FAILURES if isinstance(failure, kind))
    limits = [limit for limit in (timeout, connect_timeout) if limit]
    after = failure.after
    if name == "timeout":
        after = min(limits, default=SYN_TIMEOUT)
    elif name == "resolver":
        after = min([*limits, RESOLVER_TIMEOUT])
    return {
        "failure": name, "latency": after, "address": failure.address, "port": failure.port, "words": str(failure),
    }  # fmt: skip
