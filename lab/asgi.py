"""The site as one ASGI application: the API gateway first, then our WebSockets, then Django's pages."""

import os
import threading
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from lab.background import Background
from lab.classrooms.sockets import NoticeSocket, WatchSocket
from lab.gateway import gateway
from lab.sandboxes.host import close_host, host
from lab.sandboxes.sockets import SameOrigin, SandboxSocket
from lab.sandboxes.worlds import prepare
from lab.secure import secure

sockets = SameOrigin(
    AuthMiddlewareStack(
        URLRouter(
            [
                path("ws/sandboxes/<uuid:sandbox_id>/", SandboxSocket.as_asgi()),
                path("ws/watched/<uuid:sandbox_id>/", WatchSocket.as_asgi()),
                path("ws/notices/", NoticeSocket.as_asgi()),
            ]
        )
    )
)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Route by what is asked for: a real client's requests never pass through Django."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["path"].startswith("/c/"):
        await gateway(scope, receive, send)
    elif scope["type"] == "websocket":
        await sockets(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def lifespan(receive: Any, send: Any) -> None:
    """Start the background work with the site; put every world away before the site stops."""
    background = Background()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if background.embedded:
                await host().journal.release_everything()
                background.start()
            threading.Thread(target=prepare, name="prepare", daemon=True).start()
            await secure.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await secure.stop()
            await close_host()
            background.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
