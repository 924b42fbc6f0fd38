"""Writes inputs to the database before they are acted on; writes of all worlds that meet share one commit."""

import asyncio
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.db.models import Max, Q
from django.utils import timezone

from lab.sandboxes import statements
from lab.sandboxes.inputs import Action, action
from lab.sandboxes.models import Input, Sandbox, Snapshot

CLAIM = timedelta(seconds=30)
KEPT = 500
"""How many inputs stay in the journal although a snapshot holds them."""


class ClaimLost(Exception):
    """Another process runs this world now; what is in memory here must be forgotten."""


class ClaimedElsewhere(Exception):
    """Another process runs this world; it is free in so many seconds, unless that process goes on."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"claimed for another {seconds} s")


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is needed to bring a world back."""

    lesson: str
    seed: str
    snapshot: bytes | None
    """The latest, or else the world it began in; compressed, as it was stored. None: the lesson's scene."""
    inputs: list[tuple[int, Action]]
    """(virtual moment, input) for each input after the snapshot."""
    order: int
    reached: int
    numbers: dict[str, int]
    """The last number of each page that has sent inputs."""
    closes_at: datetime | None = None


def stored(row: Sandbox) -> Stored:
    """All that is kept of a sandbox's world at this moment."""
    snapshot = Snapshot.objects.filter(sandbox=row).first()
    inputs = row.inputs.filter(order__gt=snapshot.order if snapshot else 0).order_by("order")
    numbers = row.inputs.exclude(client="").order_by().values_list("client").annotate(Max("number"))
    world = snapshot.world if snapshot else row.beginning.world if row.beginning else None
    return Stored(
        lesson=row.lesson,
        seed=row.seed,
        snapshot=bytes(world) if world else None,
        inputs=[(each.moment, action(each.kind, bytes(each.payload))) for each in inputs],
        order=row.last_order,
        reached=row.reached,
        numbers=dict(numbers),
        closes_at=row.closes_at,
    )


@dataclass(slots=True)
class Write:
    """What one world wants kept: inputs at a moment, the moment that may be shown, perhaps a snapshot."""

    sandbox: UUID
    reached: int
    order: int
    """The number of the last input, these included."""
    inputs: list[Action] = field(default_factory=list)
    snapshot: bytes | None = None
    done: "asyncio.Future[None] | None" = None


class Journal:
    """The only way from live worlds to the database. One thread writes; whatever waits goes into the next commit."""

    def __init__(self, name: str) -> None:
        self.name = name
        """This process, as it stands in `claimed_by`."""
        self._thread = ThreadPoolExecutor(1, "journal")
        self._waiting: list[Write] = []
        self._committing: asyncio.Task[None] | None = None

    async def write(self, write: Write) -> None:
        """Keep this. Raises `ClaimLost`, and whatever the database raises; nothing of it is kept then."""
        write.done = asyncio.get_running_loop().create_future()
        self._waiting.append(write)
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        await write.done

    async def claim(self, sandbox: UUID) -> Stored:
        """Become the one process that runs this world. Raises `ClaimedElsewhere`, `Sandbox.DoesNotExist`."""
        return await self._in_thread(self._claim, sandbox)

    async def renew(self, sandboxes: list[UUID]) -> None:
        until = timezone.now() + CLAIM
        claimed = Sandbox.objects.filter(pk__in=sandboxes, claimed_by=self.name)
        await self._in_thread(claimed.update, claimed_until=until)

    async def release(self, sandbox: UUID) -> None:
        claimed = Sandbox.objects.filter(pk=sandbox, claimed_by=self.name)
        await self._in_thread(claimed.update, claimed_by="", claimed_until=None)

    async def release_everything(self) -> None:
        """Void all claims: right only for the one process of an embedded site, when it starts."""
        await self._in_thread(Sandbox.objects.exclude(claimed_by="").update, claimed_by="", claimed_until=None)

    async def begin_again(self, sandbox: UUID) -> None:
        """Forget all inputs of a world that this process has claimed."""
        await self._in_thread(self._begin_again, sandbox)

    async def close(self) -> None:
        if self._committing is not None:
            await self._committing
        await self._in_thread(connections.close_all)
        self._thread.shutdown()

    async def _in_thread[T](self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: _reconnecting(function, *arguments, **named))

    async def _commit_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            if not await self._commit_together(batch):
                for write in batch:  # what one world wants must not undo what the others did
                    await self._commit_together([write])
        self._committing = None

    async def _commit_together(self, batch: list[Write]) -> bool:
        """Keep all of these or none; whether it was settled. One that stands alone always is, with its error."""
        try:
            lost = await self._in_thread(self._commit, batch)
        except Exception as error:
            if len(batch) > 1:
                return False
            _settle(batch[0], error)
        else:
            for write in batch:
                _settle(write, ClaimLost() if write.sandbox in lost else None)
        return True

    def _commit(self, batch: list[Write]) -> set[UUID]:
        """Write a batch in one transaction; gives the worlds that are not ours any more, whose writes were left out."""
        lost: set[UUID] = set()
        now = timezone.now()
        with transaction.atomic():
            for write in batch:
                fields: dict[str, Any] = {"reached": write.reached, "used_at": now}
                if write.inputs:
                    fields["last_order"] = write.order
                if not statements.update(Sandbox, fields, {"id": write.sandbox, "claimed_by": self.name}):
                    lost.add(write.sandbox)
                    continue
                if write.inputs:
                    statements.insert(Input, _rows(write, now))
                if write.snapshot is not None:
                    saved = {"order": write.order, "world": zlib.compress(write.snapshot, 1), "saved_at": now}
                    Snapshot.objects.update_or_create(sandbox_id=write.sandbox, defaults=saved)
                    _prune(write)
        return lost

    def _claim(self, sandbox: UUID) -> Stored:
        now = timezone.now()
        free = Q(claimed_by__in=("", self.name)) | Q(claimed_until__lt=now)
        claimed = Sandbox.objects.filter(free, pk=sandbox).update(claimed_by=self.name, claimed_until=now + CLAIM)
        row = Sandbox.objects.get(pk=sandbox)
        if not claimed:
            until = row.claimed_until or now
            raise ClaimedElsewhere(max(ceil((until - now).total_seconds()), 0))
        return stored(row)

    def _begin_again(self, sandbox: UUID) -> None:
        with transaction.atomic():
            row = Sandbox.objects.get(pk=sandbox, claimed_by=self.name)
            row.inputs.all().delete()
            Snapshot.objects.filter(sandbox=sandbox).delete()
            row.last_order = row.reached = 0
            row.generation += 1
            row.save()


def _prune(write: Write) -> None:
    """Forget inputs that a snapshot holds, but the last ones, and each page's highest number: what it sends again.
    Of a sandbox whose way is looked through later nothing is forgotten."""
    own = Input.objects.filter(sandbox_id=write.sandbox, sandbox__keeps_all=False)
    needed = list(
        own.exclude(client="").order_by().values("client").annotate(last=Max("order")).values_list("last", flat=True)
    )
    own.filter(order__lte=write.order - KEPT).exclude(order__in=sorted(needed)[-KEPT:]).delete()


def _rows(write: Write, now: datetime) -> list[dict[str, Any]]:
    first = write.order - len(write.inputs) + 1
    return [
        {
            "sandbox": write.sandbox,
            "order": order,
            "moment": write.reached,
            "kind": asked.kind,
            "payload": asked.payload(),
            "client": asked.client,
            "number": asked.number,
            "entered_at": now,
        }
        for order, asked in enumerate(write.inputs, first)
    ]


def _reconnecting[T](function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Use the thread's one connection; a broken one is closed, so that the next call gets a new one."""
    try:
        return function(*arguments, **named)
    except DatabaseError:
        connections.close_all()
        raise


def _settle(write: Write, error: Exception | None) -> None:
    done = write.done
    if done is None or done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
