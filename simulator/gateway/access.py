"""What the gateway needs of the world it stands before."""

from typing import Protocol

from simulator.api.requests import Polled, Request, Response, Stream


class Access(Protocol):
    """One world's API, wherever the world lives. Calls are carried out one at a time."""

    async def request(self, request: Request) -> Response:
        """Send a request."""
        ...

    async def poll(self, stream: Stream) -> Polled:
        """What is new on a stream."""
        ...

    async def send(self, stream: Stream, channel: int, payload: bytes) -> Stream:
        """Feed a stream."""
        ...

    async def pause(self, latency: int) -> None:
        """Wait until so many microseconds of the world have passed; not for ever where its time stands still."""
        ...

    async def changed(self, timeout: float) -> None:
        """Wait until something may have changed in the world, at most `timeout` seconds of real time."""
        ...
