"""How a request waits for others: for webhooks, and for servers behind APIServices.

Upstream: apiserver/pkg/endpoints/handlers/{rest,finisher}

Nothing stands still meanwhile, and nobody is asked twice. A read is answered at once, with what it took: whoever asked
waits that long for it. A write must not be seen before its webhooks have answered. So it is given up before anything is
stored; what was found out for it (the answers of webhooks, what chance decided, its moments) is kept as data under a
number, and whoever asked comes again with that number once the time has passed: the request takes its whole way anew,
finds what was found, and stores. Where the object was changed meanwhile, the webhooks are shown what it is now, and the
write waits again, as upstream's retries do. Whoever goes away instead has written nothing. A client that cannot come
again (one without `HELD` among its headers) gets the answer at once, and the write with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final

from simulator.api.errors import Timeout
from simulator.api.requests import HELD, Request, Response
from simulator.apiserver.nodes import NodeAccess, NoReply
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Kernel
from simulator.kernel.random import Random

LONGEST: Final = 34 * SECOND
"""How long a write may take altogether."""
MOST_HELD: Final = 64
"""How many writes wait at a time; the oldest is forgotten, and asks its webhooks anew."""


class Held(Exception):
    """A write that has to wait: nothing has been stored, and it goes on under this number."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


@dataclass(slots=True)
class Course:
    """One request's way: when it began, what it has waited, what was found out for it before, and now."""

    began: int
    comes_again: bool = False
    known: dict[str, list[Any]] = field(default_factory=dict)
    found: dict[str, list[Any]] = field(default_factory=dict)
    spent: int = 0


class Waiting:
    """The server's calls to others while it answers a request, and what they have taken so far.

    Table `apiserver/held`: number → moment at which a write began, and what was found out for it.
    """

    def __init__(self, kernel: Kernel, nodes: Callable[[], NodeAccess]) -> None:
        self._clock = kernel.clock
        self._nodes = nodes
        self._held = kernel.state.table(f"{kernel.scope}apiserver/held")
        self._courses: list[Course] = []

    def begin(self, request: Request) -> Request:
        """A request begins, maybe within another one, or goes on; without the header that is for this alone."""
        course = Course(self._clock.now, comes_again=HELD in request.headers)
        number = request.header(HELD)
        row = self._held.get(int(number)) if number.isdecimal() else None
        if row is not None:
            self._held.delete(int(number))
            course.began, course.known = row[0], {what: list(found) for what, found in row[1].items()}
        self._courses.append(course)
        if not course.comes_again:
            return request
        return replace(request, headers={name: value for name, value in request.headers.items() if name != HELD})

    def end(self) -> int:
        """What the request has waited for others."""
        return self._courses.pop().spent

    def hold(self) -> None:
        """A write is about to be stored. Raises `Held` where that has to wait."""
        course = self._courses[-1] if self._courses else None
        if course is None or not course.spent or not course.comes_again:
            return
        number = max(self._held, default=0) + 1
        self._held.put(number, (course.began, {what: tuple(found) for what, found in course.found.items()}))
        if len(self._held) > MOST_HELD:
            self._held.delete(next(iter(self._held)))
        raise Held(number)

    def once[T](self, what: str, find: Callable[[], T]) -> T:
        """What was found out before for the same write; else what is found now. It is plain data."""
        course = self._courses[-1] if self._courses else None
        if course is None or not course.comes_again:
            return find()
        known = course.known.get(what)
        found: T = known.pop(0) if known else find()
        course.found.setdefault(what, []).append(found)
        return found

    def call(
        self,
        host: str,
        address: str,
        port: int,
        request: Request,
        *,
        trusts: str,
        timeout: int,
        insecure: bool = False,
        follows: bool = False,
    ) -> Response:
        """`NodeAccess.call`, on the way of the request."""
        try:
            said = self._nodes().call(
                host, address, port, request, trusts=trusts, timeout=timeout, insecure=insecure, follows=follows
            )
        except NoReply as failure:
            self.spent += failure.after
            raise
        self.spent += said.latency
        return said

    @property
    def spent(self) -> int:
        """What the request has waited since it began or went on."""
        return self._courses[-1].spent if self._courses else 0

    @spent.setter
    def spent(self, took: int) -> None:
        if self._courses:  # a component's own writes wait for nobody
            self._courses[-1].spent = took

    @property
    def depth(self) -> int:
        """How many requests are being answered, each within the one before."""
        return len(self._courses)

    @property
    def comes_again(self) -> bool:
        """Whether there is a client that comes again for what has to wait."""
        return bool(self._courses) and self._courses[-1].comes_again

    @property
    def began(self) -> int:
        """When the request came."""
        return self._courses[-1].began if self._courses else self._clock.now

    @property
    def now(self) -> int:
        """The moment that the request has come to, with what it has waited."""
        if not self.comes_again:
            return self._clock.now
        return self.once("now", lambda: self._clock.now + self.spent)

    @property
    def left(self) -> int:
        """How much longer a write may take."""
        return LONGEST - self.spent - (self._clock.now - self.began)

    def check(self) -> None:
        """Raises `Timeout` when a write has taken too long."""
        if self.left <= 0:
            raise Timeout("Timeout: request did not complete within requested timeout - context deadline exceeded")


class Draws(Random):
    """Chance on the way of a request: what it once decided stays."""

    __slots__ = ("_waiting",)

    def __init__(self, kernel: Kernel, waiting: Waiting) -> None:
        super().__init__(kernel.random.seed, kernel.state)
        self._waiting = waiting

    def bits(self, purpose: str) -> int:
        if not self._waiting.comes_again:
            return super().bits(purpose)
        return self._waiting.once(f"chance/{purpose}", lambda: super(Draws, self).bits(purpose))


def question(url: str, body: bytes) -> str:
    """What somebody is asked, in short."""
    return f"asked/{blake2b(url.encode() + body, digest_size=16).hexdigest()}"
