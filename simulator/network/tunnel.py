"""Port-forward: bytes of HTTP connections carried to a port of a Pod, and the answers back. Upstream: portforward

Data for the nth connection arrives on channel `2n`, which begins with two bytes of port number; what is sent back for
it leaves on the same channel, an error text on `2n + 1`, and an empty chunk closes it.
"""

from typing import TYPE_CHECKING

from simulator.api.requests import Polled, Stream
from simulator.kernel.component import Kernel
from simulator.network.cluster import ClusterNetwork
from simulator.network.http1 import Incomplete, parse_request, render_response
from simulator.network.parties import Source
from simulator.runtime.network import NetworkFailure

if TYPE_CHECKING:
    from simulator.machinery.objects import Object

LONGEST_REQUEST = 1 << 20


class Tunnel:
    """Speaks HTTP/1.1 on the Pod's side of forwarded connections."""

    def __init__(self, kernel: Kernel, network: ClusterNetwork) -> None:
        self._kernel = kernel
        self._network = network

    def send(self, stream: Stream, source: Source, channel: int, payload: bytes) -> Stream:
        """Bytes of a connection; whole requests in them are answered."""
        number = str(channel // 2)
        connections = dict(stream["connections"])
        row = connections.get(number)
        if row is None:
            row = {"port": int.from_bytes(payload[:2]), "in": b"", "out": b"", "error": "", "closed": False}
            payload = payload[2:]
        row = {**row, "in": row["in"] + payload}
        connections[number] = self._answer(stream, source, row)
        return {**stream, "connections": connections}

    def _answer(self, stream: Stream, source: Source, row: "Object") -> "Object":
        waiting, out, closed, error = row["in"], row["out"], row["closed"], row["error"]
        while waiting and not closed:
            try:
                request, used = parse_request(waiting, f"{stream['ip']}:{row['port']}")
            except Incomplete:
                closed = len(waiting) > LONGEST_REQUEST
                break
            except ValueError:
                closed = True
                break
            waiting = waiting[used:]
            try:
                response = self._network.request(source, request, stream["ip"], row["port"])
            except NetworkFailure:
                closed = True
                error = (
                    f"an error occurred forwarding {row['port']} -> {row['port']}: error forwarding port {row['port']} "
                    f"to pod, uid : failed to execute portforward in network namespace: failed to connect to "
                    f"localhost:{row['port']} inside namespace, IPv4: dial tcp4 127.0.0.1:{row['port']}: "
                    "connect: connection refused"
                )
                break
            out += render_response(request, response)
            closed = closed or request.headers.get("connection", "").lower() == "close"
        return {**row, "in": waiting, "out": out, "closed": closed, "error": error}

    def poll(self, stream: Stream) -> Polled:
        """What goes back; connections that are closed are forgotten."""
        chunks: list[tuple[int, Object | bytes]] = []
        left = {}
        for number, row in stream["connections"].items():
            channel = int(number) * 2
            if row["out"]:
                chunks.append((channel, row["out"]))
            if row["error"]:
                chunks.append((channel + 1, row["error"].encode()))
            if row["closed"]:
                chunks.append((channel, b""))
            else:
                left[number] = {**row, "out": b"", "error": ""}
        return Polled(chunks, {**stream, "connections": left})
