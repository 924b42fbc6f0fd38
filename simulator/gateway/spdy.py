"""Port-forward's SPDY/3.1 stream, tunnelled through a WebSocket: as much of SPDY as kubectl speaks.

Upstream: moby/spdystream, k8s.io/client-go/tools/portforward
"""

import asyncio
import struct
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.api.requests import Stream
from simulator.gateway.access import Access
from simulator.gateway.spdydictionary import DICTIONARY

SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY = 1, 2, 3, 4, 6, 7
VERSION = 3
FIN = 1
CHUNK = 16 * 1024
IDLE = 20.0
LONGEST = 4 * 1024 * 1024
"""The most bytes of a frame."""
MOST_HEADERS = 64 * 1024
"""The most bytes that a block of headers may unfold to."""
MOST_STREAMS = 10_000
"""How many connections one port-forward may open."""

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Malformed(Exception):
    """The client does not speak SPDY, or asks for more of it than anybody needs."""


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) < 65536):
        raise Malformed
    return int(text)


class PortForward:
    """Connections of a port-forward: a data stream and an error stream each, by request id."""

    def __init__(self, access: Access, stream: Stream, receive: Receive, send: Send) -> None:
        self._access = access
        self._stream: Stream = stream
        self._receive = receive
        self._send = send
        self._buffer = b""
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)
        self._data_streams: dict[int, tuple[int, int]] = {}
        """SPDY stream → (connection number, port)."""
        self._by_request: dict[str, int] = {}
        self._streams_of: dict[int, dict[str, int]] = {}
        """Connection number → SPDY streams by type."""
        self._begun: set[int] = set()
        self._changed = asyncio.Event()
        self._lock = asyncio.Lock()

    async def run(self) -> None:
        writer = asyncio.ensure_future(self._write())
        try:
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                self._buffer += message.get("bytes") or b""
                try:
                    await self._frames()
                except Malformed:
                    await self._send({"type": "websocket.close", "code": 1002})
                    return
        finally:
            writer.cancel()

    async def _frames(self) -> None:
        while len(self._buffer) >= 8:
            length = int.from_bytes(self._buffer[5:8])
            if length > LONGEST:
                raise Malformed
            if len(self._buffer) < 8 + length:
                return
            head, body = self._buffer[:8], self._buffer[8 : 8 + length]
            self._buffer = self._buffer[8 + length :]
            if head[0] & 0x80:
                await self._control(int.from_bytes(head[2:4]), head[4], body)
            else:
                await self._data(int.from_bytes(head[:4]) & 0x7FFFFFFF, head[4], body)

    async def _control(self, kind: int, flags: int, body: bytes) -> None:
        if kind == SYN_STREAM:
            await self._opened(int.from_bytes(body[:4]) & 0x7FFFFFFF, self._headers(body[10:]))
        elif kind == PING:
            await self._control_frame(PING, 0, body[:4])
        elif kind == GOAWAY:
            await self._send({"type": "websocket.close", "code": 1000})

    def _headers(self, block: bytes) -> dict[str, str]:
        try:
            raw = self._inflate.decompress(block, MOST_HEADERS)
        except zlib.error as error:
            raise Malformed from error
        count, position = int.from_bytes(raw[:4]), 4
        if self._inflate.unconsumed_tail or count * 8 > len(raw):
            raise Malformed
        texts = []
        for _ in range(count * 2):
            size = int.from_bytes(raw[position : position + 4])
            texts.append(raw[position + 4 : position + 4 + size].decode("latin-1"))
            position += 4 + size
        return {name.lower(): value for name, value in zip(texts[::2], texts[1::2], strict=True)}

    async def _opened(self, number: int, headers: dict[str, str]) -> None:
        if len(self._data_streams) >= MOST_STREAMS:
            raise Malformed
        request = headers.get("requestid", "0")
        connection = self._by_request.setdefault(request, len(self._by_request))
        kind = headers.get("streamtype", "data")
        self._streams_of.setdefault(connection, {})[kind] = number
        if kind == "data":
            self._data_streams[number] = (connection, port_number(headers.get("port", "0")))
        block = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self._control_frame(SYN_REPLY, 0, struct.pack(">I", number) + block)

    async def _data(self, number: int, flags: int, body: bytes) -> None:
        known = self._data_streams.get(number)
        if known is None:
            return
        connection, port = known
        if body:
            begun = connection in self._begun
            self._begun.add(connection)
            payload = body if begun else port.to_bytes(2) + body
            async with self._lock:
                self._stream = await self._access.send(self._stream, connection * 2, payload)
            self._changed.set()

    async def _write(self) -> None:
        while True:
            async with self._lock:
                polled = await self._access.poll(self._stream)
                if polled.stream is None:
                    return
                self._stream = polled.stream
            for channel, content in polled.chunks:
                if isinstance(content, bytes):
                    await self._deliver(channel // 2, "error" if channel % 2 else "data", content)
            if not polled.chunks:
                await self._wait()

    async def _wait(self) -> None:
        fed = asyncio.ensure_future(self._changed.wait())
        await asyncio.wait((fed,), timeout=IDLE)
        fed.cancel()
        self._changed.clear()

    async def _deliver(self, connection: int, kind: str, content: bytes) -> None:
        streams = self._streams_of.get(connection, {})
        number = streams.get(kind)
        if number is None:
            return
        for start in range(0, len(content), CHUNK):
            await self._data_frame(number, 0, content[start : start + CHUNK])
        if not content or kind == "error":
            for each in streams.values():
                await self._data_frame(each, FIN, b"")
            self._streams_of.pop(connection, None)

    async def _control_frame(self, kind: int, flags: int, body: bytes) -> None:
        head = struct.pack(">HH", 0x8000 | VERSION, kind) + bytes([flags]) + len(body).to_bytes(3)
        await self._send({"type": "websocket.send", "bytes": head + body})

    async def _data_frame(self, number: int, flags: int, body: bytes) -> None:
        head = struct.pack(">I", number) + bytes([flags]) + len(body).to_bytes(3)
        await self._send({"type": "websocket.send", "bytes": head + body})
