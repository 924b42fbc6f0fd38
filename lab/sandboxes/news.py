"""Something that happens again and again, and those who wait for more of it."""

import asyncio


class News:
    """Something that happens again and again; whoever waits says how much of it they know already."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def announce(self) -> None:
        self.count += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def wait(self, known: int) -> int:
        """Return once there is more news than the `known`, with the count of it."""
        while self.count == known:
            future = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
        return self.count
