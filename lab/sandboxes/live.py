"""One world in memory: its task takes inputs one at a time and lets virtual time pass while somebody watches."""

import asyncio
import contextlib
import logging
import secrets
import zlib
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import UUID

from django.utils import timezone

from lab.sandboxes import worlds
from lab.sandboxes.commands import Commands
from lab.sandboxes.flow import Flow
from lab.sandboxes.inbox import Inbox, answer_to
from lab.sandboxes.inputs import Action, perform
from lab.sandboxes.journal import Journal, Stored, Write
from lab.sandboxes.news import News
from lab.sandboxes.turns import LONG_WORK, Work, in_turns, to_the_end
from simulator.faults import UnknownFault
from simulator.runtime.errors import OSFailure

SLICE = 0.004
"""How long (s) a world may compute before the others get their turn."""
INPUTS_A_SNAPSHOT = 200
WORK_A_SNAPSHOT = 1.0
"""How much computing (s) a recovery may have to repeat."""
CALM = 0.4
"""How long (s) nothing must have changed before tasks are checked."""

logger = logging.getLogger(__name__)


class Gone(Exception):
    """The world left this process while somebody waited for it; ask for it again."""


class OutOfTime(Exception):
    """The sandbox takes no input any more: its time is over."""


class Unreadable(Exception):
    """What is stored of a world cannot be brought back by this version. It stays stored until its owner starts over."""

    def __init__(self, sandbox: UUID) -> None:
        self.report = secrets.token_hex(2).upper()
        super().__init__(f"report {self.report}: the snapshot of sandbox {sandbox} cannot be restored")


class LiveWorld:
    """A world with its inbox. Everything it shows has been stored first: see `keep`."""

    def __init__(self, sandbox: UUID, journal: Journal, stored: Stored) -> None:
        self.sandbox = sandbox
        self.lesson = stored.lesson
        self.seed = stored.seed
        self.closes_at = stored.closes_at
        self.world: Any = None
        self.order = stored.order
        self.flow = Flow()
        self.changed = News()
        """Announced after every round in which something happened."""
        self.told: dict[str, Any] = {}
        """What companions of this world have to say to those who watch, by topic; see `tell`."""
        self.commands = Commands()
        self.errors = 0
        self.closed = False
        self._journal = journal
        self.happened = stored.reached
        """The virtual moment at which something last happened: what is shown needs no later one to be kept."""
        self._kept = stored.reached
        self._stored: Stored | None = stored
        self.inbox = Inbox(stored.numbers)
        self._wake = asyncio.Event()
        self._since_snapshot = len(stored.inputs)
        self._work = 0.0
        self._stopping = False
        self._alone = asyncio.Lock()
        """Held by whoever computes in the world or looks at all of it."""

    # What others call.

    async def do(self, asked: Action) -> Any:
        """Have an input done; returns once it is stored and done. Raises `Gone`, `OutOfTime`, what the input raises."""
        if self.closed:
            raise Gone
        if self.closes_at is not None and timezone.now() >= self.closes_at:
            raise OutOfTime
        done = self.inbox.put(asked)
        self._wake.set()
        return await done

    async def keep(self) -> None:
        """Return once a crash could not undo what has happened, so that it may be shown."""
        moment = self.happened
        if moment > self._kept:
            await self._journal.write(Write(self.sandbox, moment, self.order))
            self._kept = max(self._kept, moment)

    async def whole(self) -> None:
        """Return when no step of the world is half done: what is read before the next `await` fits together."""
        async with self._alone:
            return

    async def look[T](self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function that reads in the world, alone in it and in turns with the other worlds."""
        await self.whole()
        self._let_pass()
        return await self._in_turns(Work(function, *arguments))

    async def fork(self) -> Any:
        """A copy of the world as it is now, to look at and to try things on."""
        await self.whole()
        return self.world.fork()

    def touch(self) -> None:
        """Somebody from outside took notice: let time go on for a while."""
        self.flow.touch()
        self._wake.set()

    def output(self, terminal: str, since: int) -> tuple[bytes, int]:
        """What a terminal has shown since an offset, and the offset it has reached; before it is open: nothing."""
        try:
            shown: tuple[bytes, int] = self.world.machines.output(terminal, since)
        except KeyError:
            return b"", since
        return shown

    @property
    def time(self) -> dict[str, Any]:
        """The world's clock, for a page to show."""
        return {"now": self.world.clock.now, "running": self.flow.runs}

    def tell(self, topic: str, facts: Any) -> None:
        """Have everybody who watches know something about this world."""
        self.told[topic] = facts
        self.changed.announce()

    def watch(self) -> None:
        self.flow.watch()
        self._wake.set()

    # The life of the world.

    async def recover(self) -> None:
        """Bring the world to where it was: snapshot, then the inputs after it, then the moment last shown.

        Raises `Unreadable`.
        """
        stored = self._stored
        assert stored is not None
        if stored.snapshot:
            try:
                saved = await asyncio.to_thread(zlib.decompress, stored.snapshot)
                self.world = await in_turns(worlds.restore, saved)
            except Exception as error:
                raise Unreadable(self.sandbox) from error
        else:  # the first boot of a scene plays it, which takes seconds; the next ones are forks
            self.world = await in_turns(worlds.boot, stored.lesson, stored.seed)
        self.commands.find_old(self.world)
        for moment, asked in stored.inputs:
            await self._advance(moment)
            self.commands.find(self.world)
            await self._change(self._perform, asked)
        await self._advance(max(stored.reached, self.world.clock.now))
        self._stored = None

    async def run(self) -> None:
        """Take inputs and let time pass, until told to stop."""
        while not self._stopping:
            if not self.inbox:
                await self._rest()
            if self.inbox:
                await self._take_inputs()
            if self.flow.runs:
                await self._advance(self.flow.target(self.world.clock), catching_up=True)
            else:
                self.flow.stand_still()
            if self._since_snapshot >= INPUTS_A_SNAPSHOT or self._work >= WORK_A_SNAPSHOT:
                await self.snapshot()

    async def snapshot(self) -> None:
        """Store the whole world, so that recovery need not repeat what led here."""
        if self.order == 0 and not self._kept:
            return
        await self._advance(self.world.clock.now)
        moment, saved = self.world.clock.now, await self.look(self.world.save)
        self.happened = moment
        self._since_snapshot, self._work = 0, 0.0
        await self._journal.write(Write(self.sandbox, moment, self.order, snapshot=saved))
        self._kept = max(self._kept, moment)

    def stop(self) -> None:
        """Have `run` end at the next moment at which memory and database agree."""
        self._stopping = True
        self._wake.set()

    def close(self) -> None:
        """Tell everybody who waits that this world is no longer here."""
        self.closed = True
        self.inbox.refuse_all(Gone())
        self.changed.announce()

    async def _rest(self) -> None:
        """Sleep until an input comes or the next work of the world is due."""
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self.flow.pause(self.world.clock))

    def _let_pass(self) -> None:
        """Move the clock over time in which nothing was due, so that whoever looks at it now sees the right time."""
        if self.flow.runs and not self._stopping:
            self.flow.let_pass(self.world.clock)

    async def _take_inputs(self) -> None:
        """Store what came in, then do it: an input that was acknowledged is never lost, nor done twice."""
        await self._advance(self.world.clock.now)
        await self.whole()
        self._let_pass()
        batch = self.inbox.take()
        if not batch:
            return
        moment = self.world.clock.now
        actions = [asked for asked, _ in batch]
        try:
            await self._journal.write(Write(self.sandbox, moment, self.order + len(batch), actions))
        except Exception as error:
            for _, done in batch:
                answer_to(done, error)
            raise
        self.order += len(batch)
        self._since_snapshot += len(batch)
        self._kept = max(self._kept, moment)
        for asked, done in batch:
            await self._advance(moment)
            answer = await self._change(self._perform, asked)
            answer_to(done, answer)
        await self._advance(moment)
        self.changed.announce()

    def _perform(self, asked: Action) -> Any:
        """Do one input. What goes wrong in it goes wrong in the same way at every replay."""
        try:
            answer = perform(self.world, asked)
        except (OSFailure, UnknownFault) as refusal:  # the world's own answer to what cannot be
            return refusal
        except Exception as error:
            self._report(error)
            return error
        return answer

    async def _change[T](self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function that changes the world, and count what a recovery would have to compute again."""
        work = Work(function, *arguments)
        try:
            return await self._in_turns(work)
        finally:
            self._work += work.spent

    async def _in_turns[T](self, work: Work[T]) -> T:
        """Have a work done, to its end even if nobody waits for it any more: the world is never left half changed."""
        await self._alone.acquire()
        try:
            if work.take_turn():
                return work.result
        finally:
            if work.done:
                self._alone.release()
        return await to_the_end(self._rest_of(work))

    async def _rest_of[T](self, work: Work[T]) -> T:
        try:
            return await LONG_WORK.finish(work)
        finally:
            self._alone.release()

    async def _advance(self, moment: int, *, catching_up: bool = False) -> None:
        """Do all work due up to a moment, in slices; while catching up with the wall, stop for what comes in."""
        clock = self.world.clock
        worked = False
        while (due := clock.next_due) is not None and due <= moment:
            await self._change(self._work_until, moment)
            worked = True
            await asyncio.sleep(0)
            if catching_up and (self.inbox or self._stopping):
                break
        else:
            await self.whole()
            clock.advance_to(max(moment, clock.now))
        if catching_up:
            self.flow.give_up_if_late(clock)
        if worked:
            self.changed.announce()

    def _work_until(self, moment: int) -> None:
        """Do what is due up to a moment, for a slice."""
        clock = self.world.clock
        began = perf_counter()
        while (due := clock.next_due) is not None and due <= moment and perf_counter() - began < SLICE:
            self._step(clock)

    def _step(self, clock: Any) -> None:
        try:
            clock.step()
        except Exception as error:
            self._report(error)
        self.happened = clock.now

    def _report(self, error: Exception) -> None:
        """A fault of the simulator: told in the log, and the world goes on as after a component's crash."""
        self.errors += 1
        if self.errors <= 5:
            logger.error("report %s: sandbox %s", secrets.token_hex(3), self.sandbox, exc_info=error)
