"""The API gateway once more, over HTTPS on a port of its own: there tokens and client certificates say who asks.

Over plain HTTP no client sends credentials, so that whoever has a sandbox's address is its administrator. Here the
downloaded kubeconfig carries the administrator's certificate, and a learner can make others beside it.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings

from lab.gateway import gateway, turn_away
from simulator.api.errors import PathNotFound
from simulator.tls import LOCAL, Files, make_authority, server_options


class Beside(uvicorn.Server):
    """A server in the loop of another one, which minds the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Secure:
    """The HTTPS side of one process: open or not, and where."""

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._files: Files | None = None
        self._server: Beside | None = None
        self._task: asyncio.Task[None] | None = None

    def listen(self, listener: socket.socket, folder: Path) -> None:
        """Take connections from this socket once the site runs; what proves the server's identity is in a folder."""
        self._files = make_authority(folder, (*LOCAL, *settings.HOSTS))
        self._listener = listener

    def address(self, host: str) -> str:
        """Where it is found by clients that know the site under a name (with or without a port); empty where it is not
        open."""
        if self._listener is None:
            return ""
        return f"https://{host.partition(':')[0]}:{self._listener.getsockname()[1]}"

    @property
    def authority(self) -> bytes:
        """The certificate by which clients know the server."""
        return self._files.authority.read_bytes() if self._files is not None else b""

    async def start(self) -> None:
        if self._listener is None or self._files is None:
            return
        config = uvicorn.Config(
            application,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
            **server_options(self._files),
        )
        self._server = Beside(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))

    async def stop(self) -> None:
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task


secure = Secure()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Sandboxes only: the pages are not here."""
    if scope["path"].startswith("/c/"):
        await gateway(scope, receive, send)
    else:
        await turn_away(scope, receive, send, PathNotFound())
