"""What is assigned, what learners reached in it, and what their instructors made of that."""

import uuid
from copy import copy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from lab.classrooms.models.rooms import Classroom
from lab.practice.models import ExamAttempt
from lab.sandboxes.models import Sandbox

PERCENT = [MaxValueValidator(100)]
ORDER = [models.F("due_at").asc(nulls_last=True), "created_at", "pk"]
"""Assignments: the next due first, what has no date last, whatever the database thinks of nothing."""


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments by who may see them."""

    def shown(self) -> "AssignmentQuerySet":
        """Those that learners know of: their time has come."""
        return self.filter(models.Q(opens_at=None) | models.Q(opens_at__lte=timezone.now()))


class Assignment(models.Model):
    """Something to be done by everybody in a class: what it is, when, and what it counts."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    kind = models.CharField(max_length=12)
    """What sort of work it is: see `lab.classrooms.assignables`."""
    target = models.CharField(max_length=80)
    """Which lesson, quiz or exam."""
    parts = models.JSONField(default=list, blank=True)
    """The chosen tasks; all if empty."""
    name = models.CharField(max_length=80, blank=True)
    """What it is called here, if not as in the course."""
    points = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)])
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    late_percent = models.PositiveSmallIntegerField(default=0, validators=PERCENT)
    """How much of the points each day after the due date that has begun costs."""
    closes_at = models.DateTimeField(null=True, blank=True)
    """What is done after this does not count."""
    attempts_allowed = models.PositiveSmallIntegerField(default=1)
    """0 means any number. The best one counts."""
    hint_percent = models.PositiveSmallIntegerField(default=0, validators=PERCENT)
    """How much of a task's points each hint costs."""
    faults = models.BooleanField(default=False)
    """Whether its instructors may set off faults in the learners' clusters."""
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ORDER

    def __str__(self) -> str:
        return f"{self.name or self.target} in {self.classroom}"

    def state(self, now: datetime | None = None) -> str:
        """`planned`, `open`, `late` or `closed`."""
        now = now or timezone.now()
        if self.opens_at and now < self.opens_at:
            return "planned"
        if (self.closes_at and now > self.closes_at) or self.classroom.archived_at:
            return "closed"
        return "late" if self.due_at and now > self.due_at else "open"

    def extended(self, extension: "Extension | None") -> "Assignment":
        """The assignment as it is for somebody who has more time; closing moves on by as much as the due date."""
        if extension is None:
            return self
        longer = copy(self)
        if self.closes_at is not None:
            later = extension.due_at - self.due_at if self.due_at else timedelta(0)
            longer.closes_at = max(self.closes_at + later, extension.due_at)
        longer.due_at = extension.due_at
        return longer

    def for_person(self, person_id: int) -> "Assignment":
        """The assignment as it is for somebody."""
        return self.extended(self.extensions.filter(person=person_id).first())


class Extension(models.Model):
    """More time for one learner: in place of the assignment's own dates."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["assignment", "person"], name="one_extension_each")]

    def __str__(self) -> str:
        return f"{self.person} until {self.due_at:%F %R}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts by where they are worked on."""

    def at(self, sandbox: Any) -> "AttemptQuerySet":
        """The attempt that a sandbox (or its id) belongs to."""
        return self.filter(models.Q(sandbox=sandbox) | models.Q(sitting__parts__sandbox=sandbox))


class Attempt(models.Model):
    """One learner's work on an assignment, from the beginning to as far as they came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="attempts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    sandbox = models.OneToOneField(Sandbox, null=True, on_delete=models.SET_NULL, related_name="attempt")
    sitting = models.OneToOneField(ExamAttempt, null=True, on_delete=models.SET_NULL, related_name="attempt")
    """Of an exam: its clock, and a sandbox for each of its tasks."""
    seed = models.CharField(max_length=40)
    """From which names and numbers are drawn, in the sandbox and in questions."""
    started_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(null=True)
    """When something was passed last."""
    points = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    """By the rules of the assignment, from the judgements; see `lab.classrooms.scoring`."""
    judged_by = models.UUIDField(null=True)
    """The job that judged it again last, if one did."""

    objects: ClassVar[AttemptQuerySet] = AttemptQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "person", "number"], name="one_attempt_a_number")
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.person} at {self.assignment}"


class Evidence(models.Model):
    """A learner's world as a verdict found it, so that it can be judged again exactly."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="evidence")
    generation = models.PositiveIntegerField(default=0)
    order = models.PositiveIntegerField()
    """The last input of the sandbox's journal that the world had taken."""
    moment = models.BigIntegerField()
    """Its virtual time (µs)."""
    world = models.BinaryField()
    """Compressed."""
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.attempt_id} after {self.order}"


class Judgement(models.Model):
    """The verdict on one part of an attempt: a task, a question. Passed stays passed."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="judgements")
    part = models.CharField(max_length=80)
    state = models.CharField(max_length=8)
    """`pass`, `fail`, `waiting`, `error` or `unjudged`."""
    verdict = models.JSONField(default=dict)
    """What was expected and seen, on which object, since which command; of a question, what was answered."""
    at = models.DateTimeField(default=timezone.now)
    """When it was found so: what the due date is held against."""
    hints = models.PositiveSmallIntegerField(default=0)
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.SET_NULL, related_name="judgements")
    again = models.JSONField(default=dict)
    """What judging again found if that is less than it was; it counts once an instructor says so."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["attempt", "part"], name="one_judgement_a_part")]

    def __str__(self) -> str:
        return f"{self.part}: {self.state}"

    @property
    def since(self) -> tuple[str, int]:
        """The terminal and the number of the command after which it was seen first."""
        terminal, number = self.verdict.get("since") or ("", 0)
        return terminal, number


class Override(models.Model):
    """What an instructor says that somebody gets for an assignment. The latest counts, all are kept."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="overrides")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="overrides")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    """None takes back what was said before: the reached points count again."""
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.points} for {self.person}"


def latest_overrides(assignments: Any, **which: Any) -> dict[tuple[int, int], Override]:
    """The override that counts for each assignment and person that has one."""
    rows = Override.objects.filter(assignment__in=assignments, **which).select_related("by").order_by("at", "pk")
    latest = {(each.assignment_id, each.person_id): each for each in rows}
    return {key: each for key, each in latest.items() if each.points is not None}
