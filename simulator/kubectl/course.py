"""Taking a step of a command again once a write in it need not wait any more: it hears what it heard before.

A step runs from its beginning to its end at one moment. Where the API server says that a write has to wait for a
webhook, or where it sleeps, the step is given up, and taken again later: what it asked of its machine and of the server
is answered as before, up to that place, and what it has printed is not printed twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.api.requests import HELD, Request, Response
from simulator.kernel.clock import SECOND
from simulator.runtime.errors import OSFailure

type Heard = tuple[bool, Any]
"""Whether a system call was refused, and what came of it."""

MOST_HELD = 20
"""How often a step is taken again, besides once for every second that it lasts; other writes of it are answered at
once."""


class Held(Exception):
    """A write has to wait."""


class Resting(Exception):
    """A program sleeps for so many microseconds."""

    def __init__(self, duration: int) -> None:
        super().__init__(duration)
        self.duration = duration


@dataclass(slots=True)
class Course:
    """What a step has heard so far, and what it heard when it was taken before."""

    known: tuple[Heard, ...] = ()
    number: str = ""
    """Under which its write waits, since when, how often one has, and when the first did."""
    since: int = 0
    times: int = 0
    began: int = 0
    written: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})
    """How many bytes have gone to each descriptor."""
    heard: list[Heard] = field(default_factory=list)
    printed: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})

    def plain(self) -> tuple[Any, ...]:
        """All that is needed to take the step again."""
        return tuple(self.heard), self.number, self.since, self.times, self.began, dict(self.written)

    @classmethod
    def of(cls, plain: tuple[Any, ...]) -> "Course":
        known, number, since, times, began, written = plain
        return cls(known, number, since, times + bool(number), began, dict(written))

    def once[T](self, find: Callable[[], T]) -> T:
        """What was heard at this place before, or is heard now: plain data, or a refused system call."""
        place = len(self.heard)
        self.heard.append(self.known[place] if place < len(self.known) else tried(find))
        failed, said = self.heard[place]
        if failed:
            raise OSFailure(*said)
        found: T = said
        return found

    def rest(self, duration: int) -> None:
        """Go on if this sleep is over, or raise `Resting`."""
        over = len(self.heard) < len(self.known)
        self.heard.append((False, None))
        if not over:
            raise Resting(duration)

    def unwritten(self, descriptor: int, content: bytes) -> bytes:
        """What of a text has not been written yet."""
        begin = self.printed[descriptor]
        self.printed[descriptor] += len(content)
        return content[max(self.written[descriptor] - begin, 0) :]

    def marked(self, request: Request, now: int) -> Request:
        """A request that says whether its client comes again, and for what."""
        self.began = self.began or now
        if request.method == "GET" or self.times >= MOST_HELD + (now - self.began) // SECOND:
            return request
        self.since = self.since if self.number else now
        marked = replace(request, headers={**request.headers, HELD: self.number})
        self.number = ""
        return marked

    def answered(self, request: Request, said: Response, now: int) -> Response:
        """The answer with all that it took. Raises `Held` where it is still to come."""
        if HELD not in request.headers:
            return said
        if said.status == 102:
            self.number = said.headers[HELD]
            raise Held
        return replace(said, latency=said.latency + now - self.since)


class Heedless(Course):
    """What does not come again of its own accord."""

    def once[T](self, find: Callable[[], T]) -> T:
        return find()

    def rest(self, duration: int) -> None:
        pass

    def marked(self, request: Request, now: int) -> Request:
        return request

    def answered(self, request: Request, said: Response, now: int) -> Response:
        return said


def tried(find: Callable[[], Any]) -> Heard:
    try:
        return False, find()
    except OSFailure as failure:
        return True, (failure.name, failure.path)
