"""A world behind a loopback port, moved by real time, for the programs and libraries that people use."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from simulator.gateway import Gateway
from simulator.gateway.local import LocalAccess
from simulator.serving import bind, kubeconfig, lifespan
from simulator.tls import make_authority, server_options
from simulator.world import World

KUBECTL = Path(sys.prefix) / "bin" / "kubectl"


@dataclass(frozen=True)
class Served:
    """Where the world is found. The world itself belongs to the thread that serves it."""

    url: str
    world: World
    authority: str = ""

    def kubeconfig(self, folder: Path) -> Path:
        """A kubeconfig for this server, written below a folder (JSON is YAML too)."""
        path = folder / "kubeconfig"
        path.write_text(json.dumps(kubeconfig(self.url, self.authority)))
        return path


@contextmanager
def served(world: World, *, speed: float = 50.0, tls: Path | None = None) -> Iterator[Served]:
    """Serve a world from a thread of its own until the block ends; over HTTPS where a folder for its files is given."""
    files = make_authority(tls) if tls else None
    options = server_options(files) if files else {"ws": "wsproto"}
    listener = bind(0)
    listener.listen()  # whoever connects before the server runs waits for it
    access = LocalAccess(world, speed=speed)
    gateway = Gateway()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        else:
            await gateway(access, scope, receive, send)

    config = uvicorn.Config(
        application, ws_per_message_deflate=False, log_level="error", timeout_graceful_shutdown=1, **options
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        clock = asyncio.ensure_future(access.run())
        try:
            await server.serve(sockets=[listener])
        finally:
            clock.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    try:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        yield Served(f"https://{address}", world, str(files.authority)) if files else Served(f"http://{address}", world)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
