"""exec, attach, port-forward and logs over WebSockets.

Upstream: apimachinery/pkg/util/remotecommand (v4, v5), k8s.io/kubelet/pkg/cri/streaming/portforward
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from simulator.api.requests import Request, Response, Stream
from simulator.gateway.access import Access
from simulator.gateway.spdy import PortForward

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

EXEC_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io", "channel.k8s.io", "")
BASE64 = "base64.binary.k8s.io"
READER_PROTOCOLS = ("binary.k8s.io", BASE64)
PORT_FORWARD = "SPDY/3.1+portforward.k8s.io"
STATUS = 3
IDLE = 20.0


async def serve_socket(access: Access, request: Request, scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Carry one WebSocket connection to its end."""
    await receive()  # websocket.connect
    offered = scope.get("subprotocols") or []
    response = await access.request(request)
    if response.status == 200 and request.path.endswith("/log"):
        await Flow(access, response, receive, send).run(offered)
        return
    if response.status != 101 or response.stream is None:
        await refuse(send, response.status, response.body)
        return
    if PORT_FORWARD in offered:
        await send({"type": "websocket.accept", "subprotocol": PORT_FORWARD})
        await PortForward(access, response.stream, receive, send).run()
        return
    chosen = next((name for name in EXEC_PROTOCOLS if name in offered), "")
    await send({"type": "websocket.accept", "subprotocol": chosen or None})
    await Channels(access, response.stream, receive, send, with_status=chosen not in ("", "channel.k8s.io")).run()


async def refuse(send: Send, status: int, body: Any) -> None:
    """Answer the handshake with the API server's error."""
    content = orjson.dumps(body) if isinstance(body, dict) else b""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "websocket.http.response.start", "status": max(status, 400), "headers": headers})
    await send({"type": "websocket.http.response.body", "body": content})


class Flow:
    """A container's log as it comes, a frame for each piece. Upstream: apiserver/pkg/util/wsstream Reader"""

    def __init__(self, access: Access, response: Response, receive: Receive, send: Send) -> None:
        self._access = access
        self._response = response
        self._receive = receive
        self._send = send

    async def run(self, offered: list[str]) -> None:
        chosen = next((name for name in READER_PROTOCOLS if name in offered), None)
        await self._send({"type": "websocket.accept", "subprotocol": chosen})
        pack = b64encode if chosen == BASE64 else bytes
        body = self._response.body
        await self._give(pack, body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b"")
        gone = asyncio.ensure_future(self._until_gone())
        stream = self._response.stream
        while stream is not None and not gone.done():
            polled = await self._access.poll(stream)
            for _, content in polled.chunks:
                await self._give(pack, content if isinstance(content, bytes) else b"")
            stream = polled.stream
            if not polled.chunks and stream is not None:
                change = asyncio.ensure_future(self._access.changed(IDLE))
                await asyncio.wait((change, gone), return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
        if not gone.done():
            gone.cancel()
            await self._send({"type": "websocket.close", "code": 1000})

    async def _give(self, pack: Callable[[bytes], bytes], content: bytes) -> None:
        if content:
            await self._send({"type": "websocket.send", "bytes": pack(content)})

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "websocket.disconnect":
            pass


class Channels:
    """Frames whose first byte is the channel: 0 stdin, 1 stdout, 2 stderr, 3 status, 4 terminal size, 255 close."""

    def __init__(self, access: Access, stream: Stream, receive: Receive, send: Send, *, with_status: bool) -> None:
        self._access = access
        self._stream: Stream | None = stream
        self._receive = receive
        self._send = send
        self._with_status = with_status
        self._gone = asyncio.Event()

    async def run(self) -> None:
        reader = asyncio.ensure_future(self._read())
        try:
            await self._write()
        finally:
            reader.cancel()
        if not self._gone.is_set():
            await self._send({"type": "websocket.close", "code": 1000})

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._gone.set()
                return
            frame = message.get("bytes") or (message.get("text") or "").encode()
            if frame and self._stream is not None:
                await self._access.send(self._stream, frame[0], frame[1:])

    async def _write(self) -> None:
        while self._stream is not None and not self._gone.is_set():
            polled = await self._access.poll(self._stream)
            for channel, content in polled.chunks:
                if channel == STATUS and not self._with_status:
                    continue
                body = orjson.dumps(content) if isinstance(content, dict) else content
                await self._send({"type": "websocket.send", "bytes": bytes([channel]) + body})
            self._stream = polled.stream
            if not polled.chunks and self._stream is not None:
                change = asyncio.ensure_future(self._access.changed(IDLE))
                gone = asyncio.ensure_future(self._gone.wait())
                await asyncio.wait((change, gone), return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
                gone.cancel()
