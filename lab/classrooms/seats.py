"""The class as it sits: where everybody is, who needs help, and what many are stuck on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Prefetch
from django.utils import timezone

from lab.classrooms.assignables import Part, parts_of
from lab.classrooms.models import Assignment, Attempt, Judgement, Membership
from lab.classrooms.pulse import Pulse, pulses
from lab.grading.verdicts import SETTLED
from lab.language import in_language
from lab.practice.exams import touched
from lab.practice.models import ExamPart

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
    def sandbox_id(self) -> UUID | None:
        """Where they work."""
        return self.attempt.sandbox_id if self.attempt is not None else None

    @property
    def marks(self) -> list[str]:
        """The state of each part; as in the learner's own panel only the first that fails is told of."""
        states = [self.state_of(part) for part in self.parts]
        return ["todo" if each == "fail" and place != self.at else each for place, each in enumerate(states)]

    def state_of(self, part: Part) -> str:
        return state_in(self.judgements, part)

    @property
    def at(self) -> int | None:
        """The place of the first part that can still be passed; none when there is none."""
        return next((place for place, part in enumerate(self.parts) if self.state_of(part) not in SETTLED), None)

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
class ExamSeat(Seat):
    """One learner at an exam: while it goes on nothing is judged, and nobody is stuck."""

    tasks: list[Any] = field(default_factory=list)
    """The parts of their sitting, each with whether it was `touched` and as its sandbox was used."""

    @property
    def is_over(self) -> bool:
        return self.attempt is not None and self.attempt.sitting is not None and self.attempt.sitting.is_over(self.now)

    @property
    def marks(self) -> list[str]:
        """A sign for each task: begun or not, and when it is over what came of it."""
        return [self.mark_of(each) for each in self.tasks]

    def mark_of(self, task: Any) -> str:
        states = {state_in(self.judgements, part) for part in self.parts if part.id.startswith(f"{task.task}/")}
        if not self.is_over or not self.judgements:
            return "begun" if task.touched else "todo"
        return next((each for each in ("error", "unjudged", "fail", "waiting", "todo") if each in states), "pass")

    @property
    def at(self) -> int | None:
        """The place of the task that they worked on last; none when it is over."""
        latest = latest_used(self.tasks)
        return None if self.is_over or latest is None else self.tasks.index(latest)

    @property
    def sandbox_id(self) -> UUID | None:
        latest = latest_used(self.tasks)
        return latest.sandbox_id if latest is not None else None

    @property
    def still_since(self) -> datetime | None:
        """Nothing is found before the end, so nobody stands still."""
        return self.now if self.attempt is not None else None

    @property
    def failing(self) -> Judgement | None:
        return None

    @property
    def minutes_left(self) -> int:
        return self.attempt.sitting.seconds_left // 60 if self.attempt and self.attempt.sitting else 0


class QuizSeat(Seat):
    """One learner at a quiz: what is answered is done with, right or wrong, and no cluster waits for them."""

    @property
    def marks(self) -> list[str]:
        return [self.state_of(part) for part in self.parts]

    @property
    def at(self) -> int | None:
        """The place of the first question without an answer."""
        return next((place for place, part in enumerate(self.parts) if part.id not in self.judgements), None)

    @property
    def state(self) -> str:
        found = super().state
        return "working" if found in ("away", "stuck") else found


class Used(Protocol):
    """What says of a sandbox how much was done in it, and when that was last."""

    last_order: Any
    used_at: Any


def latest_used[T: Used](sandboxes: Sequence[T]) -> T | None:
    """Where somebody worked last; the first if nothing was done anywhere."""
    begun = [each for each in sandboxes if each.last_order]
    return max(begun, key=lambda each: each.used_at) if begun else next(iter(sandboxes), None)


def state_in(judgements: dict[str, Judgement], part: Part) -> str:
    return judgements[part.id].state if part.id in judgements else "todo"


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


def live_class(
    assignment: Assignment, memberships: list[Membership], order: str = "", *, by_name: bool = False
) -> LiveClass:
    """Everybody's seat at an assignment, who needs help first. With an `order` (ids of memberships) nobody moves from
    where they were."""
    parts = parts_of(assignment)
    found = Judgement.objects.defer("again", *(["verdict"] if places_of(parts) != parts else []))
    judged = Prefetch("judgements", found)  # what was found is told of parts of which there are few
    attempts = assignment.attempts.order_by("number").select_related("sitting").prefetch_related(judged)
    seats = taken(memberships, {each.person_id: each for each in attempts}, parts)
    felt = pulses([each.sandbox_id for each in seats if each.sandbox_id])
    for each in seats:
        each.pulse = felt.get(each.sandbox_id, each.pulse) if each.sandbox_id else each.pulse
    places = {key: place for place, key in enumerate(order.split(","))} if order else {}
    if not by_name:  # as they come
        seats.sort(key=lambda each: each.need)
    if places:
        seats.sort(key=lambda each: places.get(str(each.membership.pk), len(places)))
    return LiveClass(seats, standing(seats, places_of(parts)), common(seats), sum(each.pulse.here for each in seats))


def taken(memberships: list[Membership], attempts: dict[int, Attempt], parts: list[Part]) -> list[Seat]:
    """A seat for everybody."""
    now = timezone.now()
    sittings: dict[int, list[ExamPart]] = {}
    if any(part.place for part in parts):
        found = ExamPart.objects.filter(attempt__attempt__in=attempts.values()).defer("verdicts")
        used = {"used_at": F("sandbox__used_at"), "last_order": F("sandbox__last_order")}
        for each in found.annotate(touched=touched(), **used):
            sittings.setdefault(each.attempt_id, []).append(each)
    seats: list[Seat] = []
    for membership in memberships:
        attempt = attempts.get(membership.person_id)
        known = {each.part: each for each in attempt.judgements.all()} if attempt else {}
        if attempt is not None and attempt.sitting_id is not None:
            tasks = sittings.get(attempt.sitting_id, [])
            seats.append(ExamSeat(membership, attempt, parts, known, Pulse(), now, tasks=tasks))
        else:
            sort = QuizSeat if attempt is not None and attempt.assignment.kind == "quiz" else Seat
            seats.append(sort(membership, attempt, places_of(parts), known, Pulse(), now))
    return seats


def places_of(parts: list[Part]) -> list[Part]:
    """Where one can stand: at a part, or at the larger thing that parts belong to."""
    return list({part.id.partition("/")[0] if part.place else part.id: part for part in reversed(parts)}.values())[::-1]


def standing(seats: list[Seat], parts: list[Part]) -> list[Standing]:
    """How many are where; where most are stuck is hot."""
    counts = Counter(
        len(parts) + 1 if each.is_done else 0 if each.attempt is None else (each.at or 0) + 1 for each in seats
    )
    stuck = Counter((each.at or 0) + 1 for each in seats if each.state in ("stuck", "hand") and each.attempt)
    hottest = stuck.most_common(1)[0][0] if stuck else None
    rows = [Standing(0, counts[0], "absent")]
    for place, part in enumerate(parts, 1):
        title = in_language(dict(part.place or part.title))
        rows.append(Standing(place, counts[place], "part", title, place == hottest))
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
