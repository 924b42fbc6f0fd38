"""Two more WebSockets: an instructor watches a learner's world, and pages hear what is said to their class."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import timezone

from lab.classrooms.access import attempt_to_watch
from lab.classrooms.models import Attempt, Visit
from lab.classrooms.models.rooms import present
from lab.classrooms.notices import group_of
from lab.sandboxes import inputs
from lab.sandboxes.host import host
from lab.sandboxes.live import LiveWorld
from lab.sandboxes.sockets import SandboxSocket

SAME_VISIT = timedelta(minutes=2)
"""Who comes back within this time has not left."""

_watching: WeakKeyDictionary[LiveWorld, list[str]] = WeakKeyDictionary()
"""Who watches each live world now, by name."""


class WatchSocket(SandboxSocket):
    """An instructor's view of a learner's world: nothing goes in, no time passes for it, and the learner knows."""

    attempt: Attempt
    visit: Visit

    async def may_look(self, user: Any, sandbox: UUID) -> bool:
        found = await sync_to_async(attempt_to_watch)(user, sandbox)
        if found is not None:
            self.attempt = found
        return found is not None

    async def may_look_inside(self, sandbox: UUID) -> bool:
        """Whoever helps sees what there is."""
        return True

    @contextlib.asynccontextmanager
    async def looking(self, sandbox: UUID) -> AsyncIterator[LiveWorld]:
        live = await host().open(sandbox)
        name = str(self.scope["user"])
        self.visit = await sync_to_async(visited)(self.attempt, self.scope["user"])
        names = _watching.setdefault(live, [])
        names.append(name)
        tell_watched(live)
        try:
            await self.tell("sizes", terminals=sizes(live.world))
            yield live
        finally:
            names.remove(name)
            tell_watched(live)
            await Visit.objects.filter(pk=self.visit.pk).aupdate(ended_at=timezone.now())

    def asked(self, message: dict[str, Any], sender: dict[str, Any]) -> inputs.Action | None:
        """Who watches does nothing."""
        return None


def visited(attempt: Attempt, person: Any) -> Visit:
    """The visit that begins now, or goes on after a moment's absence."""
    recent = attempt.visits.filter(by=person, ended_at__gt=timezone.now() - SAME_VISIT)
    return recent.first() or Visit.objects.create(attempt=attempt, by=person)


def tell_watched(live: LiveWorld) -> None:
    live.tell("watched", {"names": list(dict.fromkeys(_watching.get(live, [])))})


def sizes(world: Any) -> dict[str, tuple[int, int]]:
    """How wide and high the learner's terminals are, so that lines break where they broke."""
    rows = world.machines.terminals.rows
    return {name: (rows[name].get("columns", 80), rows[name].get("rows", 24)) for name in list(rows)}


class NoticeSocket(AsyncWebsocketConsumer):
    """One open page of somebody who is in classes."""

    async def connect(self) -> None:
        self.heard: list[str] = []
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(4404)
            return
        classes = [each async for each in present(user).values_list("classroom", flat=True)]
        self.heard = [group_of("class", each) for each in classes] + [group_of("person", user.pk)]
        for group in self.heard:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        for group in self.heard:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A page only listens."""

    async def notice(self, event: dict[str, Any]) -> None:
        await self.send(text_data=orjson.dumps(event).decode())
