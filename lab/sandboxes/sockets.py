"""The WebSocket of a lesson page: keys go in and are acknowledged, output, picture and verdicts come out.

Text messages are JSON. In: `{"do": "hello", "client"}`, then `open`, `attach`, `keys`, `resize`, `close`, each input
with a `number` that counts up, and `picture` with the cluster to show and what of it to tell more of. Out: `{"type":
"hello" | "ack" | "picture" | "ways" | "clock" | "tasks" | "trouble", …}`. Output comes as binary messages: one byte
length of the terminal's name, the name, eight bytes of absolute offset, the bytes.
"""

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import Coroutine
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404, HttpRequest, HttpResponse

from lab.grading.terms import terms_of
from lab.sandboxes import inputs
from lab.sandboxes.cards import About, card, pulse
from lab.sandboxes.context import current
from lab.sandboxes.desks import busy, desks, veiled
from lab.sandboxes.host import host
from lab.sandboxes.journal import ClaimedElsewhere
from lab.sandboxes.live import Gone, LiveWorld, OutOfTime, Unreadable
from lab.sandboxes.models import Sandbox
from lab.sandboxes.picture import picture
from lab.sandboxes.ways import ways

REDRAW = 0.1
"""The shortest time (s) between two pictures."""
CHUNK = 64 * 1024
LONGEST = 256 * 1024
"""The most bytes that one message may carry, such as a pasted file."""
HIGHEST = 2**31 - 1
"""The highest number of an input that the journal holds."""
TERMINALS = 16
"""How many terminals a sandbox may have open."""
TERMINAL = re.compile(r"[A-Za-z0-9_-]{1,8}", re.ASCII)
NO_TEXT = re.compile(r"[^\x20-\x7e]")
MOVED, TROUBLE = 4001, 4500
"""Close codes: ask again at once; ask again when the learner says so."""

logger = logging.getLogger(__name__)


def not_a_page(request: HttpRequest, **which: Any) -> HttpResponse:
    """A socket's address, opened as a page."""
    raise Http404


class SameOrigin:
    """Refuses WebSockets that a page of another site opens in the name of our learners."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin = urlsplit(headers.get(b"origin", b"").decode("latin-1")).netloc
        if not origin or origin != headers.get(b"host", b"").decode("latin-1"):
            await send({"type": "websocket.close", "code": 4403})
            return
        await self.inner(scope, receive, send)


class SandboxSocket(AsyncWebsocketConsumer):
    """One open lesson page and the world it looks at."""

    live: LiveWorld
    client = ""

    async def connect(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.places: dict[str, int] = {}
        """How far each terminal's output has been sent."""
        self.chosen = ""
        """The cluster that the page wants to see; none means that of the terminal's current context."""
        self.about = About()
        """What the page looks at more closely."""
        self.painted_at = -REDRAW
        self.seen: dict[str, int] = {}
        """The last call in each cluster's network that the page has heard of."""
        self.entered = contextlib.AsyncExitStack()
        user, sandbox = self.scope["user"], self.scope["url_route"]["kwargs"]["sandbox_id"]
        if not user.is_authenticated or not await self.may_look(user, sandbox):
            await self.close(4404)
            return
        await self.accept()
        try:
            self.live = await self.entered.enter_async_context(self.looking(sandbox))
        except ClaimedElsewhere as claimed:
            await self.tell("claimed", seconds=claimed.seconds)
            await self.close(MOVED)
        except Unreadable as error:
            logger.exception("a sandbox that was stored by another version")
            await self.tell("unreadable", report=error.report)
            await self.close(TROUBLE)
        except Exception:
            await self.report("opening a sandbox")
        else:
            self.inside = await self.may_look_inside(sandbox)
            self.painting = self.begin(self.show_picture())

    async def may_look(self, user: Any, sandbox: UUID) -> bool:
        return await Sandbox.objects.filter(pk=sandbox, owner_id=user.pk).aexists()

    async def may_look_inside(self, sandbox: UUID) -> bool:
        row = await Sandbox.objects.aget(pk=sandbox)
        return (await sync_to_async(terms_of)(row)).inside

    def looking(self, sandbox: UUID) -> contextlib.AbstractAsyncContextManager[LiveWorld]:
        """The world for as long as the page is open."""
        return host().watching(sandbox)

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.entered.aclose()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not text_data or len(text_data) > LONGEST or not hasattr(self, "live"):
            return
        try:
            message = orjson.loads(text_data)
        except orjson.JSONDecodeError:
            return
        match message:
            case {"do": "hello", "client": str(client)}:
                self.client = NO_TEXT.sub("", client)[:24]
                await self.tell("hello", number=self.live.inbox.numbers.get(self.client, 0), **self.live.time)
            case {"do": "attach", "terminal": str(terminal), "since": int(since)} if self.may_attach(terminal):
                self.places[terminal] = max(since, 0)
                self.begin(self.show_terminal(terminal))
            case {"do": "picture", "cluster": str(cluster)}:
                self.chosen, self.about = cluster, About.asked(message.get("about"))
                self.painting.cancel()
                self.painting = self.begin(self.show_picture())
            case {"do": "open" | "keys" | "resize" | "close", "number": int(number)} if 0 < number <= HIGHEST:
                asked = self.asked(message, {"client": self.client, "number": number})
                if asked is not None:
                    self.begin(self.do(asked))

    def may_attach(self, terminal: str) -> bool:
        return terminal not in self.places and len(self.places) < TERMINALS and TERMINAL.fullmatch(terminal) is not None

    def asked(self, message: dict[str, Any], sender: dict[str, Any]) -> inputs.Action | None:
        """The input that a message means, if it means one."""
        match message:
            case {"do": "keys", "terminal": str(terminal), "data": str(data)}:
                return inputs.keys(terminal[:8], data.encode(), **sender)
            case {"do": "open", "terminal": str(terminal)} if not self.may_open(terminal):
                return None
            case {"do": "open", "terminal": str(terminal), "cols": int(cols), "rows": int(rows)}:
                return inputs.open_terminal(terminal[:8], *measured(cols, rows), **sender)
            case {"do": "close", "terminal": str(terminal)}:
                return inputs.close_terminal(terminal[:8], **sender)
            case {"do": "resize", "terminal": str(terminal), "cols": int(cols), "rows": int(rows)}:
                return inputs.resize(terminal[:8], *measured(cols, rows), **sender)
        return None

    def may_open(self, terminal: str) -> bool:
        known = self.live.world.machines.terminals.rows
        return TERMINAL.fullmatch(terminal) is not None and (terminal in known or len(known) < TERMINALS)

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside receiving, for as long as the page is open."""
        task = asyncio.create_task(self.guard(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Gone:
            await self.close(MOVED)
        except OutOfTime:
            await self.tell("closed")
        except asyncio.CancelledError:
            raise
        except Exception:
            await self.report("a lesson page")

    async def report(self, what: str) -> None:
        """Own up to a fault of ours, with a number under which the log has it."""
        number = secrets.token_hex(2).upper()
        logger.exception("report %s: %s", number, what)
        await self.tell("trouble", report=number)
        await self.close(TROUBLE)

    async def do(self, asked: inputs.Action) -> None:
        """Do an input and say that it is safe."""
        await self.live.do(asked)
        await self.tell("ack", number=asked.number)

    async def show_terminal(self, terminal: str) -> None:
        """Send a terminal's output as it comes, at the speed at which the page takes it."""
        live = self.live
        while not live.closed:
            await live.whole()
            known = live.changed.count
            data, end = live.output(terminal, self.places[terminal])
            while data:
                await live.keep()
                await self.send(bytes_data=frame(terminal, end - len(data), data[:CHUNK]))
                data = data[CHUNK:]
            self.places[terminal] = end
            await live.changed.wait(known)
        raise Gone

    async def show_picture(self) -> None:
        """Send the picture of a cluster, who calls whom in it, and what companions tell, whenever they change."""
        live = self.live
        await asyncio.sleep(self.painted_at + REDRAW - monotonic())  # however often a page asks for another one
        drawn: tuple[Any, ...] = ()
        said: dict[str, Any] = {}
        while not live.closed:
            await live.whole()
            known, world = live.changed.count, live.world
            context = current(world)
            name = self.chosen if self.chosen in world.clusters else context.cluster
            shown = world.clusters[name]
            told, self.seen[name] = ways(shown.network, self.seen.get(name, 0))
            live.commands.find(live.world)
            about = self.about if self.inside else self.about.outside()
            programs = desks(shown) if self.inside else veiled(desks(shown))
            state = (name, shown.store.revision, context, programs, pulse(shown, about))
            if state != drawn:
                told, facts = told if drawn else [], picture(world, name, programs) | live.time
                watched = self.inside and drawn and drawn[0] == name
                facts["busy"] = busy(shown.store, drawn[1]) if watched else []
                drawn = state
                facts |= card(live, shown, about) | {"inside": self.inside}
                self.painted_at = monotonic()
                await live.keep()
                await self.tell("picture", **facts)
            if told:
                await live.keep()
                await self.tell("ways", cluster=name, ways=told)
            for topic, news in list(live.told.items()):
                if said.get(topic) != news:
                    said[topic] = news
                    await self.tell(topic, **news)
            await asyncio.sleep(REDRAW)
            await live.changed.wait(known)
        raise Gone

    async def tell(self, kind: str, **facts: Any) -> None:
        await self.send(text_data=orjson.dumps({"type": kind, **facts}).decode())


def frame(terminal: str, offset: int, data: bytes) -> bytes:
    """One binary message of output."""
    name = terminal.encode()
    return bytes([len(name)]) + name + offset.to_bytes(8) + data


def measured(cols: int, rows: int) -> tuple[int, int]:
    """A terminal's size within reason."""
    return min(max(cols, 20), 400), min(max(rows, 4), 200)
