"""Who set which fault off in whose world, or undid it: kept for good, so that it can be said and looked up."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from lab.jobs.models import Job
from lab.sandboxes.models import Sandbox


class PressQuerySet(models.QuerySet["Press"]):
    """Presses by how far they are."""

    def waiting(self) -> "PressQuerySet":
        """Those that the world has not taken yet: nobody has it open, or another process."""
        return self.filter(done_at=None)

    def here_still(self) -> "PressQuerySet":
        """Those since the scene was started over last."""
        return self.filter(generation=models.F("sandbox__generation"))

    def by_others(self) -> "PressQuerySet":
        """What was set off in a world by somebody else than whose it is."""
        return self.filter(undo=False, refused={}).exclude(done_at=None).exclude(by=models.F("sandbox__owner"))


class Press(models.Model):
    """Somebody sets a fault off in a world, or undoes one."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="presses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="presses")
    """For a whole class: the job that did it in every world."""
    undo = models.BooleanField(default=False)
    fault = models.CharField(max_length=60)
    cluster = models.CharField(max_length=80, blank=True)
    arguments = models.JSONField(default=dict)
    identity = models.CharField(max_length=80, blank=True)
    """Under which it stands in its world, or stood; none where it was over at once."""
    generation = models.PositiveIntegerField(default=0)
    """The sandbox's when it was done: what was set off before the scene was started over stands no more."""
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    moment = models.BigIntegerField(null=True)
    """The virtual time (µs) at which it was done."""
    refused = models.JSONField(default=dict)
    """Why it could not be done in this world, by language; nothing if it was."""

    objects: ClassVar[PressQuerySet] = PressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "presses"
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "sandbox"], name="one_press_a_job_and_world")]

    def __str__(self) -> str:
        return f"{'undo ' if self.undo else ''}{self.fault} in {self.sandbox_id}"
