"""Commands and logs over WebSockets, through the gateway as a client meets it."""

import asyncio
from typing import Any

from simulator.gateway.asgi import Gateway
from simulator.gateway.local import LocalAccess
from tests.conformance.cluster import PODS, Cluster, pod
from tests.conformance.ledger import honours


def spoken(cluster: Cluster, path: str, query: str, protocol: str) -> tuple[str, list[bytes]]:
    """The protocol that is agreed on, and the frames that come until the connection closes."""
    frames: list[dict[str, Any]] = []

    async def talk() -> None:
        inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        await inbox.put({"type": "websocket.connect"})
        access = LocalAccess(cluster.world, speed=50)
        running = asyncio.ensure_future(access.run())

        async def send(message: dict[str, Any]) -> None:
            frames.append(message)

        scope = {
            "type": "websocket", "path": path, "query_string": query.encode(), "headers": [], "subprotocols": [protocol],
        }  # fmt: skip
        await asyncio.wait_for(Gateway()(access, scope, inbox.get, send), 20)
        running.cancel()

    asyncio.run(talk())
    assert frames[-1] == {"type": "websocket.close", "code": 1000}
    return frames[0]["subprotocol"], [frame["bytes"] for frame in frames[1:-1]]


@honours("Pods should support remote command execution over websockets")
def test_a_command(cluster: Cluster) -> None:
    cluster.create(PODS, pod("p", "sleep", "600"))
    cluster.world.advance(10)
    query = "container=c&stdout=1&stderr=1&command=echo&command=remote+execution+test"
    protocol, frames = spoken(cluster, f"{PODS}/p/exec", query, "v4.channel.k8s.io")
    assert protocol == "v4.channel.k8s.io"
    assert b"".join(frame[1:] for frame in frames if frame[:1] == b"\x01") == b"remote execution test\n"
    assert b'"Success"' in next(frame for frame in frames if frame[:1] == b"\x03")


@honours("Pods should support retrieving logs from the container over websockets")
def test_a_log(cluster: Cluster) -> None:
    cluster.create(PODS, pod("p", "sh", "-c", "echo container is alive; sleep 10000"))
    cluster.world.advance(10)
    protocol, frames = spoken(cluster, f"{PODS}/p/log", "container=c", "binary.k8s.io")
    assert protocol == "binary.k8s.io"
    assert b"".join(frames) == b"container is alive\n"
