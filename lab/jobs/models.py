"""One model for all long work: what is done, how far it is, what came of it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from lab.classrooms.models import Classroom

WAITING, RUNNING, PAUSED, DONE, FAILED = "waiting", "running", "paused", "done", "failed"
PRIVATE = ("export-belongings",)
"""The kinds whose file nobody sees but whoever began the job."""


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by who may see them and by what is to be done about them."""

    def seen_by(self, person: Any) -> "JobQuerySet":
        """Whoever began a job, and the instructors of the classroom that it is about; the site's staff see the rest."""
        if person.is_staff:
            return self.filter(~models.Q(kind__in=PRIVATE) | models.Q(owner=person))
        return self.filter(models.Q(owner=person) | models.Q(classroom__in=Classroom.objects.taught_by(person)))

    def private_of(self, people: Any) -> "JobQuerySet":
        """What goes when these people go."""
        return self.filter(kind__in=PRIVATE, owner__in=people)

    def at_it(self) -> "JobQuerySet":
        return self.filter(state__in=(WAITING, RUNNING))

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=(WAITING, RUNNING, PAUSED))


class Job(models.Model):
    """A piece of long work. Each of its steps may be done twice without harm, so that any worker can go on with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs")
    classroom = models.ForeignKey(Classroom, null=True, on_delete=models.CASCADE, related_name="jobs")
    language = models.CharField(max_length=8, default="en")
    """In which it speaks to whoever began it."""
    facts = models.JSONField(default=dict)
    """What it is asked to do; plain values."""
    given = models.BinaryField(null=True)
    """A file that it works on."""

    state = models.CharField(max_length=8, default=WAITING)
    done = models.PositiveIntegerField(default=0)
    all = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    """What it has to say at the end: counts, or what is wrong in which line."""
    report = models.CharField(max_length=8, blank=True)
    """Under which number the log tells of our fault, if it failed."""
    result = models.BinaryField(null=True)
    result_name = models.CharField(max_length=120, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    """When somebody put its last word away."""

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at"]
        indexes: ClassVar = [models.Index(fields=["state", "changed_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.done}/{self.all}"

    @property
    def is_over(self) -> bool:
        return self.state in (DONE, FAILED)

    @property
    def percent(self) -> int:
        return 100 if self.state == DONE else 100 * self.done // self.all if self.all else 0
