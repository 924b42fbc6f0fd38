"""The ASGI application in front of one API server. Upstream: apiserver/pkg/endpoints/handlers, k8s.io/streaming

Plain answers go out at once; watches and followed logs as a chunked body; exec, attach and port-forward over
WebSockets.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from simulator.api.requests import CERTIFICATE, HELD, Request, Response, Stream, with_header
from simulator.api.texts import as_json, encoded
from simulator.gateway.access import Access
from simulator.gateway.sockets import serve_socket

type Scope = dict[str, Any]
type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

NOT_FROM_OUTSIDE = (CERTIFICATE.encode(), HELD.encode())
BODY_LIMIT = 3 * 1024 * 1024 + 1
IDLE = 30.0
COMPRESS_FROM = 128 * 1024


class Gateway:
    """Turns ASGI connections into requests of a world and back."""

    def __init__(self, *, prefix: str = "") -> None:
        self._prefix = prefix

    async def __call__(self, access: Access, scope: Scope, receive: Receive, send: Send, path: str = "") -> None:
        """Serve one connection; `path` is the request's path below the server's address."""
        where = path or scope["path"].removeprefix(self._prefix)
        if scope["type"] == "websocket":
            await serve_socket(access, as_request(scope, where, b""), scope, receive, send)
            return
        body = await read_body(receive)
        if body is None:
            await answer(send, too_large(), gzip=False)
            return
        request = as_request(scope, where, body)
        response = await access.request(request)
        while response.latency:
            await access.pause(response.latency)
            if response.status != 102:
                break
            response = await access.request(replace(request, headers={**request.headers, **response.headers}))
        if response.stream is not None and response.status == 200:
            await answer_stream(access, response, receive, send)
        elif response.status == 101:
            await answer(send, upgrade_required(), gzip=False)
        else:
            await answer(send, response, gzip=accepts_gzip(scope), head=scope["method"] == "HEAD")


def as_request(scope: Scope, path: str, body: bytes) -> Request:
    """A connection's request; that it may carry the client's certificate, only the end of its TLS can say. The gateway
    comes again for what has to wait."""
    method = scope.get("method", "GET")
    headers = {} if method in ("GET", "HEAD") else {HELD: ""}
    for name, value in scope["headers"]:
        if name.lower() in NOT_FROM_OUTSIDE:
            continue
        with_header(headers, name.decode("latin-1").lower(), value.decode("latin-1"))
    if (certificate := scope.get(CERTIFICATE)) is not None:
        headers[CERTIFICATE] = certificate
    query = scope.get("query_string", b"").decode("latin-1")
    url = path + (f"?{query}" if query else "")
    return Request.to(method, url, headers=headers, body=body)


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_LIMIT:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def too_large() -> Response:
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Request entity too large: limit is 3145728",
        "reason": "RequestEntityTooLarge",
        "code": 413,
    }
    return Response(413, status)


def upgrade_required() -> Response:
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Upgrade request required",
        "reason": "BadRequest",
        "code": 400,
    }
    return Response(400, status)


def accepts_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


async def answer(send: Send, response: Response, *, gzip: bool, head: bool = False) -> None:
    """Send a whole answer."""
    body = encoded(response)
    headers = [] if response.status == 304 else [(b"content-type", response.content_type.encode())]
    if gzip and len(body) >= COMPRESS_FROM:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        body = packer.compress(body) + packer.flush()
        headers.append((b"content-encoding", b"gzip"))
    if response.status != 304:
        headers.append((b"content-length", str(len(body)).encode()))
    headers += others(response)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


def others(response: Response) -> list[tuple[bytes, bytes]]:
    """The headers of an answer but for the type of what it holds."""
    return [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers.items()
        if name != "content-type"
    ]


async def answer_stream(access: Access, response: Response, receive: Receive, send: Send) -> None:
    """Send an answer that goes on until it ends or the client leaves."""
    headers = [(b"content-type", response.content_type.encode()), *others(response)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": encoded(response), "more_body": True})
    gone = asyncio.ensure_future(until_disconnected(receive))
    stream: Stream | None = response.stream
    try:
        while stream is not None and not gone.done():
            polled = await access.poll(stream)
            stream = polled.stream
            if polled.chunks:
                body = b"".join(map(wire, (content for _, content in polled.chunks)))
                await send({"type": "http.response.body", "body": body, "more_body": True})
            elif stream is not None:
                change = asyncio.ensure_future(access.changed(IDLE))
                await asyncio.wait((change, gone), return_when=asyncio.FIRST_COMPLETED)
                if not change.done():
                    change.cancel()
    finally:
        gone.cancel()
    if not gone.done() or gone.cancelled():
        await send({"type": "http.response.body", "body": b""})


def wire(content: Any) -> bytes:
    return as_json(content) + b"\n" if isinstance(content, dict) else content


async def until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
