"""The class as it sits: where everybody is, who needs help, and what many are stuck on."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from lab.classrooms.assignables import Part, parts_of
from lab.classrooms.models import Assignment, Attempt, Judgement, Membership
from lab.classrooms.pulse import Pulse, pulses
from lab.language import in_language

STUCK = timedelta(minutes=5)
"""After how long without progress somebody who is there counts as stuck."""
COMMON = 3
"""How many must share a finding for it to be told of."""


@dataclass
class Seat:
    """One learner at one assignment."""

    membership: Membership
    attempt: Attempt | None
    parts: list[Part]
    judgements: dict[str, Judgement]
    pulse: Pulse
    now: datetime

    @property
    def marks(self) -> list[str]:
        """The state of each part; as in the learner's own panel only the first that fails is told of."""
        states = [self.state_of(part) for part in self.parts]
        return ["todo" if each == "fail" and place != self.at else each for place, each in enumerate(states)]

    def state_of(self, part: Part) -> str:
        return self.judgements[part.id].state if part.id in self.judgements else "todo"

    @property
    def at(self) -> int | None:
        """The place of the first part that is not passed; none when all are."""
        return next((place for place, part in enumerate(self.parts) if self.state_of(part) != "pass"), None)

    @property
    def is_done(self) -> bool:
        return self.attempt is not None and self.at is None

    @property
    def still_since(self) -> datetime | None:
        """Since when the checks have found nothing else than before."""
        if self.attempt is None:
            return None
        return max([self.attempt.started_at, *(each.at for each in self.judgements.values())])

    @property
    def minutes(self) -> int:
        return int((self.now - self.still_since).total_seconds() // 60) if self.still_since else 0

    @property
    def state(self) -> str:
        """`hand`, `stuck`, `working`, `done`, `away` or `absent` (not begun)."""
        if self.membership.hand_at is not None:
            return "hand"
        if self.attempt is None or self.still_since is None:
            return "absent"
        if self.is_done:
            return "done"
        if not self.pulse.here:
            return "away"
        return "stuck" if self.now - self.still_since >= STUCK else "working"

    @property
    def need(self) -> tuple[int, float]:
        """Sort key, who needs help most first: a raised hand, then stuck, the longest first."""
        order = {"hand": 0, "stuck": 1, "working": 2, "away": 3, "absent": 4, "done": 5}
        since = self.membership.hand_at or self.still_since or self.now
        return order[self.state], since.timestamp()

    @property
    def failing(self) -> Judgement | None:
        """The finding of the part they are at."""
        if self.at is None:
            return None
        judgement = self.judgements.get(self.parts[self.at].id)
        return judgement if judgement is not None and judgement.state == "fail" else None


@dataclass
class Standing:
    """How many stand at one place."""

    place: int
    """0 has not begun, then the parts from 1, at the end who is done."""
    count: int
    kind: str
    title: str = ""
    hot: bool = False


@dataclass
class Common:
    """A finding that several share."""

    part: Part
    judgement: Judgement
    seats: list[Seat] = field(default_factory=list)


@dataclass
class LiveClass:
    seats: list[Seat]
    standing: list[Standing]
    common: list[Common]
    here: int


def live_class(assignment: Assignment, memberships: list[Membership], order: str = "") -> LiveClass:
    """Everybody's seat at an assignment. With an `order` (ids of memberships) nobody moves from where they were."""
    parts = parts_of(assignment)
    now = timezone.now()
    attempts = {each.person_id: each for each in assignment.attempts.order_by("number").prefetch_related("judgements")}
    felt = pulses([each.sandbox_id for each in attempts.values() if each.sandbox_id])
    seats = [seat(each, attempts.get(each.person_id), parts, felt, now) for each in memberships]
    places = {key: place for place, key in enumerate(order.split(","))} if order else {}
    seats.sort(key=lambda each: each.need)
    if places:
        seats.sort(key=lambda each: places.get(str(each.membership.pk), len(places)))
    return LiveClass(seats, standing(seats, parts), common(seats), sum(each.pulse.here for each in seats))


def seat(membership: Membership, attempt: Attempt | None, parts: list[Part], felt: Any, now: datetime) -> Seat:
    known = {each.part: each for each in attempt.judgements.all()} if attempt else {}
    pulse = felt.get(attempt.sandbox_id, Pulse()) if attempt else Pulse()
    return Seat(membership, attempt, parts, known, pulse, now)


def standing(seats: list[Seat], parts: list[Part]) -> list[Standing]:
    """How many are where; where most are stuck is hot."""
    counts = Counter(
        len(parts) + 1 if each.is_done else 0 if each.attempt is None else (each.at or 0) + 1 for each in seats
    )
    stuck = Counter((each.at or 0) + 1 for each in seats if each.state in ("stuck", "hand") and each.attempt)
    hottest = stuck.most_common(1)[0][0] if stuck else None
    rows = [Standing(0, counts[0], "absent")]
    for place, part in enumerate(parts, 1):
        rows.append(Standing(place, counts[place], "part", in_language(dict(part.title)), place == hottest))
    return [*rows, Standing(len(parts) + 1, counts[len(parts) + 1], "done")]


def common(seats: list[Seat]) -> list[Common]:
    """The findings that several share, the most shared first."""
    found: dict[tuple[str, str], Common] = {}
    for each in seats:
        judgement = each.failing
        if judgement is None or each.at is None:
            continue
        key = (judgement.part, str(judgement.verdict.get("expected")) + str(judgement.verdict.get("seen")))
        found.setdefault(key, Common(each.parts[each.at], judgement)).seats.append(each)
    shared = [each for each in found.values() if len(each.seats) >= COMMON]
    return sorted(shared, key=lambda each: -len(each.seats))[:2]
