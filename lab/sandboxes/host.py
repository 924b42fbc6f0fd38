"""The sandbox host: opens worlds, keeps them alive while somebody needs them, and puts them away.

Callers name a sandbox and never learn where its world lives.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lab.sandboxes import inputs
from lab.sandboxes.journal import ClaimLost, Journal
from lab.sandboxes.live import LiveWorld, Unreadable

IDLE = 30.0
"""How long (s) a world that nobody watches stays in memory."""
CHORES = 5.0
"""How often (s) claims are renewed and idle worlds put away."""
TURN = 0.0001
"""How long (s) one thread may keep the interpreter while another waits for it. With Python's 5 ms a commit took 0.8 s
beside a busy world, with 0.5 ms 20 ms; so short, terminals answer faster still beside checks."""

type Companion = Callable[[LiveWorld], Awaitable[None]]
companions: list[Companion] = []
"""What runs beside every live world for as long as it lives, such as the grading of its tasks."""

type Chore = Callable[[Mapping[UUID, LiveWorld]], Awaitable[None]]
chores: list[Chore] = []
"""What is done every few seconds for all live worlds of a process together."""

logger = logging.getLogger(__name__)


class Host:
    """The live worlds of one process. Made and used on one event loop."""

    def __init__(self) -> None:
        self.journal = Journal(f"{os.getpid()}-{secrets.token_hex(4)}")
        self._live: dict[UUID, LiveWorld] = {}
        self._opening: dict[UUID, asyncio.Task[LiveWorld]] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._chores: asyncio.Task[None] | None = None
        self._errands: dict[Chore, asyncio.Task[None]] = {}
        sys.setswitchinterval(TURN)

    async def open(self, sandbox: UUID) -> LiveWorld:
        """The sandbox's world, brought to life if need be.

        Raises `ClaimedElsewhere`, `Unreadable`, `Sandbox.DoesNotExist`.
        """
        live = self._live.get(sandbox)
        if live is not None and not live.closed:
            return live
        if sandbox not in self._opening:
            self._opening[sandbox] = asyncio.create_task(self._bring_to_life(sandbox))
        try:
            return await asyncio.shield(self._opening[sandbox])
        finally:
            if (task := self._opening.get(sandbox)) is not None and task.done():
                del self._opening[sandbox]

    @contextlib.asynccontextmanager
    async def watching(self, sandbox: UUID) -> AsyncIterator[LiveWorld]:
        """The world, with its time flowing for as long as this lasts."""
        live = await self.open(sandbox)
        live.watch()
        try:
            yield live
        finally:
            live.flow.unwatch()

    async def open_terminal(self, sandbox: UUID, terminal: str, cols: int, rows: int, **sender: Any) -> None:
        await (await self.open(sandbox)).do(inputs.open_terminal(terminal, cols, rows, **sender))

    async def keys(self, sandbox: UUID, terminal: str, data: bytes, **sender: Any) -> None:
        """Type into a terminal; returns once the keys are stored."""
        await (await self.open(sandbox)).do(inputs.keys(terminal, data, **sender))

    async def resize(self, sandbox: UUID, terminal: str, cols: int, rows: int, **sender: Any) -> None:
        await (await self.open(sandbox)).do(inputs.resize(terminal, cols, rows, **sender))

    async def fork(self, sandbox: UUID) -> Any:
        """A copy of the world as it is now, to look at and to try things on."""
        return await (await self.open(sandbox)).fork()

    async def begin_again(self, sandbox: UUID) -> None:
        """Start the scene over: the world, its files and its history go."""
        with contextlib.suppress(Unreadable):
            await self.open(sandbox)
        await self._put_away(sandbox, keep=False)
        await self.journal.claim(sandbox)
        await self.journal.begin_again(sandbox)
        await self.journal.release(sandbox)

    def end(self, sandbox: UUID, at: datetime) -> None:
        """Have a world of this process take no input from a moment on; what is stored of it says so already."""
        if (live := self._live.get(sandbox)) is not None:
            live.closes_at = at

    async def discard(self, sandbox: UUID) -> None:
        """Have a world leave memory without keeping it: its owner goes."""
        await self._put_away(sandbox, keep=False)

    async def close(self) -> None:
        """Put every world away and stop."""
        if self._chores is not None:
            self._chores.cancel()
        for errand in self._errands.values():
            errand.cancel()
        await asyncio.gather(*self._errands.values(), return_exceptions=True)
        for sandbox in list(self._live):
            await self._put_away(sandbox)
            await self.journal.release(sandbox)
        await self.journal.close()

    async def _bring_to_life(self, sandbox: UUID) -> LiveWorld:
        if self._chores is None:
            self._chores = asyncio.create_task(self._do_chores())
        stored = await self.journal.claim(sandbox)
        live = LiveWorld(sandbox, self.journal, stored)
        try:
            await live.recover()
        except Exception:
            await self.journal.release(sandbox)
            raise
        self._live[sandbox] = live
        self._tasks[sandbox] = asyncio.create_task(self._run(live))
        return live

    async def _run(self, live: LiveWorld) -> None:
        beside = [asyncio.ensure_future(companion(live)) for companion in companions]
        try:
            await live.run()
        except ClaimLost:
            logger.warning("sandbox %s is run by another process now", live.sandbox)
        except Exception:
            logger.exception("sandbox %s stopped", live.sandbox)
        finally:
            for companion in beside:
                companion.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            self._forget(live)

    def _forget(self, live: LiveWorld) -> None:
        live.close()
        if self._live.get(live.sandbox) is live:
            del self._live[live.sandbox]
            self._tasks.pop(live.sandbox, None)

    async def _put_away(self, sandbox: UUID, *, keep: bool = True) -> None:
        live, task = self._live.get(sandbox), self._tasks.get(sandbox)
        if live is None or task is None:
            return
        live.stop()
        await task
        if keep:
            with contextlib.suppress(ClaimLost):
                await live.snapshot()

    async def _do_chores(self) -> None:
        while True:
            await asyncio.sleep(CHORES)
            try:
                await self.journal.renew(list(self._live))
                for sandbox, live in list(self._live.items()):
                    if live.flow.idle_for() > IDLE:
                        await self._put_away(sandbox)
                        await self.journal.release(sandbox)
                self._send_out()
            except Exception:
                logger.exception("chores of the sandbox host")

    def _send_out(self) -> None:
        """Have each chore of others done beside ours, unless it still goes on: claims must not wait for it."""
        for chore in chores if self._live else []:
            going = self._errands.get(chore)
            if going is None or going.done():
                self._errands[chore] = asyncio.create_task(self._do(chore))

    async def _do(self, chore: Chore) -> None:
        try:
            await chore(dict(self._live))
        except Exception:
            logger.exception("a chore for live worlds")


_host: Host | None = None


def host() -> Host:
    """The host of this process."""
    global _host
    if _host is None:
        _host = Host()
    return _host


async def close_host() -> None:
    """Put everything away when the site stops."""
    global _host
    closing, _host = _host, None
    if closing is not None:
        await closing.close()
