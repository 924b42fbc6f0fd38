"""The API gateway: `/c/<token>/…` is the API server of one sandbox, for kubectl, Helm and client libraries.

The token is the only credential. It stands in front of Django, so that a request costs neither session nor middleware.
"""

import asyncio
import contextlib
import logging
from time import monotonic
from typing import Any
from uuid import UUID

from lab.sandboxes import inputs
from lab.sandboxes.host import host
from lab.sandboxes.journal import ClaimedElsewhere
from lab.sandboxes.live import Gone, LiveWorld, OutOfTime, Unreadable
from lab.sandboxes.models import Sandbox, hash_of
from simulator.api.errors import APIError, PathNotFound, ServiceUnavailable
from simulator.api.requests import Polled, Request, Response, Stream
from simulator.gateway import Gateway
from simulator.gateway.asgi import answer
from simulator.gateway.local import until_past
from simulator.gateway.sockets import refuse

REMEMBER = 2.0
"""How long (s) a token is believed without asking the database: so soon does a revoked one stop working."""
TOKENS = 10_000
MOVING = "the sandbox is moving; try again"

logger = logging.getLogger(__name__)
_serve = Gateway()
_known: dict[str, tuple[float, UUID]] = {}


class Access:
    """One connection's way to a live world, as `simulator.gateway.access` asks for it."""

    def __init__(self, live: LiveWorld) -> None:
        self._live = live
        self._known = live.changed.count

    async def request(self, request: Request) -> Response:
        """Ask the API server. What may change the world is stored first; a plain read only sees it."""
        live = self._live
        live.touch()
        if live.world.may_change(request):
            try:
                done: Response = await live.do(inputs.request(request))
            except OutOfTime:
                return refusal(ServiceUnavailable("the time for this sandbox is over"))
            except Gone:
                return refusal(ServiceUnavailable(MOVING))
            return done
        response: Response = await live.look(inputs.answered, live.world, request)
        await live.keep()
        return response

    async def poll(self, stream: Stream) -> Polled:
        self._known = self._live.changed.count
        polled: Polled = await self._live.look(self._live.world.poll, stream)
        if polled.chunks:
            await self._live.keep()
        return Polled([], None) if self._live.closed else polled

    async def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        sent: Stream = await self._live.do(inputs.send(stream, channel, payload))
        return sent

    async def pause(self, latency: int) -> None:
        clock = self._live.world.clock
        await until_past(clock, clock.now + latency, self._changed_again)

    async def _changed_again(self, timeout: float) -> None:
        self._known = self._live.changed.count
        await self.changed(timeout)

    async def changed(self, timeout: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._live.changed.wait(self._known), timeout)


async def gateway(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Hand a connection on to the world that its token opens; a token that opens nothing gets 404."""
    token, _, path = scope["path"].removeprefix("/c/").partition("/")
    sandbox = await sandbox_of(token)
    if sandbox is None:
        await turn_away(scope, receive, send, PathNotFound())
        return
    try:
        async with host().watching(sandbox) as live:
            await _serve(Access(live), scope, receive, send, f"/{path}")
    except Unreadable:
        message = "what is stored of this sandbox cannot be read; start it over on its lesson page"
        await turn_away(scope, receive, send, ServiceUnavailable(message))
    except ClaimedElsewhere:
        await turn_away(scope, receive, send, ServiceUnavailable(MOVING))


async def turn_away(scope: dict[str, Any], receive: Any, send: Any, error: APIError) -> None:
    """Answer with an API error's Status."""
    if scope["type"] == "websocket":
        await receive()
        await refuse(send, error.code, error.status())
    else:
        await answer(send, refusal(error), gzip=False)


def refusal(error: APIError) -> Response:
    return Response(error.code, error.status())


async def sandbox_of(token: str) -> UUID | None:
    """The sandbox whose address carries this token."""
    hashed = hash_of(token)
    known = _known.get(hashed)
    if known is not None and known[0] > monotonic():
        return known[1]
    _known.pop(hashed, None)
    found = await Sandbox.objects.filter(token_hash=hashed).values_list("pk", flat=True).afirst()
    if found is not None:
        if len(_known) >= TOKENS:
            _known.clear()
        _known[hashed] = monotonic() + REMEMBER, found
    return found
