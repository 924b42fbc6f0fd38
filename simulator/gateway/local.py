"""A world in this process behind the gateway: real time moves it, one call at a time. Upstream: none; see `serve`"""

import asyncio
from contextlib import suppress
from dataclasses import replace

from simulator.api.requests import ADMINISTRATOR, ANONYMOUS, Polled, Request, Response, Stream
from simulator.kernel.clock import SECOND
from simulator.world import World

TICK = 0.02
"""Seconds of real time between two looks at the clock."""
SLICE = 0.5
"""The most virtual seconds that one turn advances, so that requests are answered in between."""


class LocalAccess:
    """Access to one cluster of a world that lives here. `speed` is virtual seconds for each real second.

    With an `admin_token` callers must show it or another token that the cluster knows; without, all are administrators.
    """

    def __init__(self, world: World, *, speed: float = 1.0, admin_token: str = "") -> None:
        self.world = world
        self._admin_token = admin_token
        self.speed = speed
        self._behind = 0.0
        self._news = asyncio.Event()
        self._seen = (-1, -1)

    async def request(self, request: Request) -> Response:
        cluster = self.world.cluster
        response = cluster.server.handle(self._known(request))
        self.world.clock.settle()
        self._tell()
        return response

    def _known(self, request: Request) -> Request:
        """The request with its user: whoever has the token of the administrator, if there is one, else anybody."""
        if not self._admin_token:
            return self.world.cluster.authenticate(request)
        if request.header("authorization") == f"Bearer {self._admin_token}":
            return replace(request, user=ADMINISTRATOR)
        return self.world.cluster.authenticate(request, otherwise=ANONYMOUS)

    async def poll(self, stream: Stream) -> Polled:
        return self.world.poll(stream)

    async def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        sent = self.world.send(stream, channel, payload)
        self.world.clock.settle()
        self._tell()
        return sent

    async def changed(self, timeout: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), timeout)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Let real time move the world until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(TICK)
            now = loop.time()
            self._behind += (now - last) * self.speed
            last = now
            step = min(self._behind, SLICE * max(self.speed, 1.0))
            self._behind -= step
            self.world.clock.advance(round(step * SECOND))
            self._tell()
