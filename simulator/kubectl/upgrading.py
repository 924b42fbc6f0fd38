"""Connections that become another: exec, attach and port-forward, over a WebSocket or, where that is refused, SPDY.

Upstream: client-go/tools/remotecommand/{websocket,fallback,spdy}.go, tools/portforward/{tunneling,fallback}_dialer.go
"""

from dataclasses import dataclass
from typing import Final

from simulator.api.requests import Stream
from simulator.kubectl.client import Query
from simulator.kubectl.dialects import Dialect
from simulator.kubectl.errors import CommandError, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.statuses import status_of
from simulator.machinery.golang import quoted

CHANNELS: Final = "v5.channel.k8s.io"
FORWARDED: Final = "portforward.k8s.io"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How a client asks for another protocol: first in the one way, then in the other, and what it logs in between."""

    socket: Dialect
    spdy: Dialect
    source: str
    refused: str


def dialects(protocol: str, versions: str) -> tuple[Dialect, Dialect]:
    return (
        Dialect(upgrades=(("sec-websocket-protocol", protocol),)),
        Dialect(upgrades=(("x-stream-protocol-version", versions),)),
    )


REMOTE_COMMAND: Final = Upgrade(
    *dialects(CHANNELS, f"{CHANNELS},v4.channel.k8s.io,v3.channel.k8s.io,v2.channel.k8s.io,channel.k8s.io"),
    "fallback.go:56",
    '"RemoteCommand fallback" err={quoted}',
)
PORT_FORWARD: Final = Upgrade(
    *dialects(f"SPDY/3.1+{FORWARDED}", FORWARDED),
    "fallback_dialer.go:86",
    "fallback to secondary dialer from primary dialer err: {plain}",
)


def upgraded(kubectl: Kubectl, path: str, query: Query | None, way: Upgrade) -> Stream:
    """The stream of an upgraded connection. Raises CommandError where it is refused both ways."""
    first = kubectl.client.speaking(way.socket).send("GET", path, query)
    if first.stream is not None:
        return first.stream
    why = f"unable to upgrade streaming request: {status_of(first, 'GET', path).get('message', '')}"
    kubectl.client.log(4, way.source, way.refused.format(quoted=quoted(why), plain=why))
    second = kubectl.client.speaking(way.spdy).send("POST", path, query)
    if second.stream is not None:
        return second.stream
    raise CommandError(f"unable to upgrade connection: {ServerError(status_of(second, 'POST', path))}")


class Socket:
    """What the client of a WebSocket logs of what it does."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._log = kubectl.client.log

    def opened(self) -> None:
        self._log(4, "websocket.go:134", f'"Subprotocol negotiated" protocol="{CHANNELS}"')
        self._log(5, "websocket.go:269", '"Websocket read starts" deadline="1m1s"')

    def wrote(self) -> None:
        self._log(8, "websocket.go:377", '"Write() on stream"')
        self._log(8, "websocket.go:411", '"Write() done on stream"')

    def finished(self) -> None:
        """There is no more input."""
        self._log(6, "websocket.go:415", '"Close() on stream"')
        self._log(6, "websocket.go:425", '"Close() done on stream"')

    def pinged(self) -> None:
        self._log(6, "websocket.go:519", '"Websocket Ping succeeeded"')
        self._log(6, "websocket.go:477", '"Pong message received -- resetting read deadline" message=""')

    def closed(self) -> None:
        self._log(5, "websocket.go:512", '"Closed channel -- returning"')
