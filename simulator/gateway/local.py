"""A world in this process behind the gateway: real time moves it, one call at a time. Upstream: none; see `serve`"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from simulator.api.requests import Polled, Request, Response, Stream
from simulator.kernel.clock import SECOND, Clock
from simulator.world import World

TICK = 0.02
"""Seconds of real time between two looks at the clock."""
STILL = 5.0
"""Seconds of real time without any of the world's, after which nobody waits for it any more."""
SLICE = 0.5
"""The most virtual seconds that one turn advances, so that requests are answered in between."""


async def until_past(clock: Clock, due: int, changed: Callable[[float], Awaitable[None]]) -> None:
    """Wait until a clock has passed a moment, as long as it goes on."""
    loop = asyncio.get_running_loop()
    seen, since = clock.now, loop.time()
    while clock.now < due:
        await changed(STILL)
        if clock.now > seen:
            seen, since = clock.now, loop.time()
        elif loop.time() - since >= STILL:
            return


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

    async def pause(self, latency: int) -> None:
        await until_past(self.world.clock, self.world.clock.now + latency, self.changed)

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
