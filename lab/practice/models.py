"""What somebody has mended in the gym, and their attempts at exams."""

from datetime import datetime
from math import ceil
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from lab.sandboxes.models import Sandbox, new_seed


class Solved(models.Model):
    """One drawn world of the gym that somebody has mended."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="solved")
    world = models.CharField(max_length=80)
    seed = models.CharField(max_length=40)
    solved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "solved"
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "world", "seed"], name="solved_once")]

    def __str__(self) -> str:
        return f"{self.world} by {self.owner_id}"


class ExamAttempt(models.Model):
    """One sitting of an exam. It ends when its time is over or when the learner hands it in."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exam_attempts")
    exam = models.CharField(max_length=80)
    seed = models.CharField(max_length=40, default=new_seed)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    graded_at = models.DateTimeField(null=True)
    practice = models.BooleanField(default=False)
    """Whether findings are shown while it goes on."""
    assigned = models.BooleanField(default=False)
    """Whether it was sat for a class: its pages and what came of it are the class's."""

    def __str__(self) -> str:
        return f"{self.exam} of {self.owner_id}"

    def is_over(self, now: datetime | None = None) -> bool:
        return (now or timezone.now()) >= self.ends_at

    @property
    def seconds_left(self) -> int:
        return max(0, ceil((self.ends_at - timezone.now()).total_seconds()))

    @property
    def path(self) -> str:
        """The address below which its own pages lie."""
        return reverse("practice:attempt", args=[self.pk])

    @property
    def earned(self) -> int:
        return sum(part.earned for part in self.parts.all())

    @property
    def possible(self) -> int:
        return sum(part.possible for part in self.parts.all())

    @property
    def percent(self) -> int:
        return round(100 * self.earned / self.possible) if self.possible else 0


class ExamPart(models.Model):
    """One task of an attempt, with a world of its own."""

    attempt = models.ForeignKey(ExamAttempt, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    task = models.CharField(max_length=80)
    sandbox = models.OneToOneField(Sandbox, on_delete=models.CASCADE, related_name="exam_part")
    possible = models.PositiveSmallIntegerField()
    earned = models.PositiveSmallIntegerField(default=0)
    flagged = models.BooleanField(default=False)
    """Whether the learner wants to come back to it."""
    verdicts = models.JSONField(default=dict)
    """What was found of each of its tasks when it was graded, as `Verdict` has it."""
    ours = models.BooleanField(default=False)
    """Whether a check failed for a reason of ours: then it does not count against the learner."""

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["attempt", "number"], name="one_part_a_number")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.number} {self.task}"
