"""What a learner has to do in a class, and how far everybody is with it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import timezone

from lab.classrooms.assignables import KINDS, title_of
from lab.classrooms.models import Assignment, Attempt, Classroom, Extension, Override
from lab.classrooms.models.work import ORDER, latest_overrides


@dataclass
class Due:
    """One assignment as one learner sees it."""

    assignment: Assignment
    title: str
    state: str
    attempts: list[Attempt] = field(default_factory=list)
    override: Override | None = None

    @property
    def points(self) -> Decimal | None:
        """What counts now: what the instructor said, or the best attempt; none before anything was begun."""
        if self.override is not None:
            return self.override.points
        return max((each.points for each in self.attempts), default=None)

    @property
    def is_full(self) -> bool:
        return self.points is not None and self.points >= self.assignment.points

    @property
    def latest(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def goes_on(self) -> bool:
        """Whether there is an attempt that has to end before another can begin."""
        return self.latest is not None and KINDS[self.assignment.kind].goes_on(self.latest)

    @property
    def may_begin(self) -> bool:
        allowed = self.assignment.attempts_allowed
        return not self.goes_on and self.state in ("open", "late") and (not allowed or len(self.attempts) < allowed)

    @property
    def left(self) -> int | None:
        """How many attempts are left; none if there is no end to them."""
        allowed = self.assignment.attempts_allowed
        return max(allowed - len(self.attempts), 0) if allowed else None


def due_for(classroom: Classroom, person: Any) -> list[Due]:
    """All that a learner knows of, the next due first."""
    now = timezone.now()
    assignments = list(classroom.assignments.shown())
    for each in assignments:
        each.classroom = classroom
    extensions = {
        each.assignment_id: each for each in Extension.objects.filter(assignment__in=assignments, person=person)
    }
    assignments = [each.extended(extensions.get(each.pk)) for each in assignments]
    attempts = Attempt.objects.filter(assignment__in=assignments, person=person).select_related("sitting")
    own: dict[int, list[Attempt]] = {}
    for attempt in attempts.order_by("number"):
        own.setdefault(attempt.assignment_id, []).append(attempt)
    overrides = latest_overrides(assignments, person=person)
    return [
        Due(each, title_of(each), each.state(now), own.get(each.pk, []), overrides.get((each.pk, person.pk)))
        for each in assignments
    ]


def taught_rows(classroom: Classroom) -> list[dict[str, Any]]:
    """Every assignment with how many have begun it."""
    now = timezone.now()
    counted = classroom.assignments.annotate(begun=Count("attempts__person", distinct=True)).order_by(*ORDER)
    rows = []
    for each in counted:
        each.classroom = classroom
        rows.append({"assignment": each, "title": title_of(each), "state": each.state(now), "begun": each.begun})
    return rows
