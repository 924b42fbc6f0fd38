"""The API gateway: `/c/<token>/…` is the API server of one sandbox, for kubectl, Helm and client libraries.

The token is the only credential. It stands in front of Django, so that a request costs neither session nor middleware.
"""

from time import monotonic
from typing import Any
from uuid import UUID

from lab.sandboxes.host import Host, host
from lab.sandboxes.models import Sandbox, hash_of
from simulator.api.requests import Polled, Request, Response, Stream

REMEMBER = 2.0
"""How long (s) a token is believed without asking the database: so soon does a revoked one stop working."""

_known: dict[str, tuple[float, UUID]] = {}


class Access:
    """One sandbox's world, as `simulator.gateway` wants to see it."""

    def __init__(self, host: Host, sandbox: UUID) -> None:
        self._host = host
        self._sandbox = sandbox

    async def request(self, request: Request) -> Response:
        return await self._host.request(self._sandbox, request)

    async def poll(self, stream: Stream) -> Polled:
        return await self._host.poll(self._sandbox, stream)

    async def send(self, stream: Stream, channel: int, data: bytes) -> Stream:
        sent: Stream = await self._host.send(self._sandbox, stream, channel, data)
        return sent


async def gateway(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Hand a request on to the world that its token opens; a token that opens nothing gets 404."""
    from simulator.gateway.asgi import handle, refuse

    token, _, rest = scope["path"].removeprefix("/c/").partition("/")
    sandbox = await sandbox_of(token)
    if sandbox is None:
        await refuse(scope, receive, send)
        return
    inner = {**scope, "path": f"/{rest}", "root_path": f"/c/{token}"}
    await handle(inner, receive, send, Access(host(), sandbox))


async def sandbox_of(token: str) -> UUID | None:
    hashed = hash_of(token)
    known = _known.get(hashed)
    if known is not None and known[0] > monotonic():
        return known[1]
    _known.pop(hashed, None)
    found = await Sandbox.objects.filter(token_hash=hashed).values_list("pk", flat=True).afirst()
    if found is not None:
        if len(_known) > 10_000:
            _known.clear()
        _known[hashed] = monotonic() + REMEMBER, found
    return found
