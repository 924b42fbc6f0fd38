"""What instructors say to a class, and when they looked at somebody's terminal."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from lab.classrooms.models.rooms import Classroom
from lab.classrooms.models.work import Attempt
from lab.sandboxes.models import Beginning


class Notice(models.Model):
    """An announcement to a class, or a word to some of it."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="notices")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=1000)
    is_for_all = models.BooleanField(default=True)
    to = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    """Whom a word is for; they may go, and it is still for nobody else."""
    beginning = models.ForeignKey(Beginning, null=True, on_delete=models.SET_NULL, related_name="notices")
    """A moment of a cluster that each of them may open as a copy of their own, for as long as it has its link."""
    opened_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Visit(models.Model):
    """An instructor watched a learner's terminal; the learner can read that later as well."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="visits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-began_at"]

    def __str__(self) -> str:
        return f"{self.by} at {self.attempt_id}"
