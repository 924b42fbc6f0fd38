"""How many points an attempt is worth: passed parts by their weight, less what hints and lateness cost."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from lab.classrooms.assignables import Part, parts_of
from lab.classrooms.models import Assignment, Attempt, Judgement

DAY = timedelta(days=1)
CENT = Decimal("0.01")


def days_late(assignment: Assignment, at: datetime) -> int:
    """How many days after the due date have begun."""
    if assignment.due_at is None or at <= assignment.due_at:
        return 0
    return -((assignment.due_at - at) // DAY)


def share(assignment: Assignment, judgement: Judgement) -> Decimal:
    """How much of a part's weight a judgement earns, from 0 to 1. An error of ours costs nothing."""
    if judgement.state not in ("pass", "error") or (assignment.closes_at and judgement.at > assignment.closes_at):
        return Decimal(0)
    late = max(100 - assignment.late_percent * days_late(assignment, judgement.at), 0)
    hinted = max(100 - assignment.hint_percent * judgement.hints, 0)
    return Decimal(late * hinted) / 10_000


def score(assignment: Assignment, parts: Sequence[Part], judgements: Iterable[Judgement]) -> Decimal:
    """The points of an attempt, rounded to a hundredth. A part that could not be judged neither earns nor costs any."""
    known = {each.part: each for each in judgements}
    weight = sum(part.points for part in parts if part.id not in known or known[part.id].state != "unjudged")
    if not weight:
        return Decimal(0)
    earned = sum((part.points * share(assignment, known[part.id]) for part in parts if part.id in known), Decimal(0))
    return (assignment.points * earned / weight).quantize(CENT, ROUND_HALF_UP)


def settle(attempt: Attempt) -> None:
    """Write down what an attempt is worth now."""
    assignment = attempt.assignment.for_person(attempt.person_id)
    attempt.points = score(assignment, parts_of(assignment), attempt.judgements.all())
    attempt.save(update_fields=["points", "moved_at"])


def settle_all(assignment: Assignment) -> None:
    """The rules have changed: every attempt is worth what they say now."""
    parts = parts_of(assignment)
    attempts = list(assignment.attempts.prefetch_related("judgements"))
    longer = {each.person_id: assignment.extended(each) for each in assignment.extensions.all()}
    for attempt in attempts:
        attempt.points = score(longer.get(attempt.person_id, assignment), parts, attempt.judgements.all())
    Attempt.objects.bulk_update(attempts, ["points"])
