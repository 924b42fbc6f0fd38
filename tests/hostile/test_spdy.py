"""A port-forward's client that speaks no SPDY, or asks for billions of headers: the connection ends, nothing else."""

import struct
import zlib
from typing import Any

import pytest

from simulator.gateway.spdy import PortForward
from simulator.gateway.spdydictionary import DICTIONARY


def syn_stream(block: bytes) -> bytes:
    body = struct.pack(">IIH", 1, 0, 0) + block
    return struct.pack(">HH", 0x8003, 1) + b"\0" + len(body).to_bytes(3) + body


def packed(raw: bytes) -> bytes:
    packer = zlib.compressobj(zdict=DICTIONARY)
    return packer.compress(raw) + packer.flush(zlib.Z_SYNC_FLUSH)


def header(name: bytes, value: bytes) -> bytes:
    return struct.pack(">II", 1, len(name)) + name + struct.pack(">I", len(value)) + value


class Silent:
    """A world that says nothing."""

    async def poll(self, stream: Any) -> Any:
        raise AssertionError("nothing was opened")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "frames",
    [
        syn_stream(b"no zlib at all"),
        syn_stream(packed(struct.pack(">I", 2**32 - 1))),
        syn_stream(packed(bytes(50_000_000))),
        syn_stream(packed(header(b"port", b"-1"))),
        syn_stream(packed(header(b"port", b"9" * 5000))),
        b"\x80\x03\x00\x01\x00\xff\xff\xff",
    ],
)
async def test_what_is_no_spdy_ends_the_connection(frames: bytes) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": frames}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    access: Any = Silent()
    await PortForward(access, {}, receive, send).run()
    assert sent == [{"type": "websocket.close", "code": 1002}]
