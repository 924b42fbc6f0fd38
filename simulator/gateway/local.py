"""A world in this process behind the gateway: real time moves it, one call at a time. Upstream: none; see `serve`"""

import asyncio
from contextlib import suppress

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.kernel.clock import SECOND
from simulator.world import World

TICK = 0.02
"""Seconds of real time between two looks at the clock."""
SLICE = 0.5
"""The most virtual seconds that one turn advances, so that requests are answered in between."""


class LocalAccess:
    """Access to one cluster of a world that lives here. `speed` is virtual seconds for each real second.

    Over plain HTTP all callers are administrators; over HTTPS they are who their certificate or token says.
    """

    def __init__(self, world: World, *, speed: float = 1.0) -> None:
        self.world = world
        self.speed = speed
        self._behind = 0.0
        self._news = asyncio.Event()
        self._seen = (-1, -1)

    async def request(self, request: Request) -> Response:
        cluster = self.world.cluster
        response = cluster.server.handle(cluster.authenticate(request))
        self.world.clock.settle()
        self._tell()
        return response

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
