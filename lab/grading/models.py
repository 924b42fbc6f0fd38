"""What a learner has reached in each task; what is passed stays passed."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from lab.sandboxes.models import Sandbox


class ProgressQuerySet(models.QuerySet["Progress"]):
    """Progress by where it is made."""

    def of(self, sandbox: Sandbox) -> "ProgressQuerySet":
        """What counts in a sandbox: the learner's progress in the lesson, or this sandbox's alone."""
        return self.filter(**scope(sandbox))


def scope(sandbox: Sandbox) -> dict[str, Any]:
    """Whose progress a sandbox makes: a lesson's own sandbox makes its owner's, any other one its own."""
    return {
        "owner_id": sandbox.owner_id,
        "lesson": sandbox.lesson,
        "sandbox_id": sandbox.pk if sandbox.purpose else None,
    }


class Progress(models.Model):
    """One learner and one task of a lesson."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="progress")
    lesson = models.CharField(max_length=80)
    sandbox = models.ForeignKey(Sandbox, null=True, blank=True, on_delete=models.CASCADE, related_name="progress")
    """The sandbox made for a purpose in which alone it counts; none for progress in the course."""
    task = models.CharField(max_length=80)
    passed_at = models.DateTimeField(null=True)
    hints = models.PositiveSmallIntegerField(default=0)
    """How many hints were shown."""
    revealed_at = models.DateTimeField(null=True)
    """When the solution was shown; a task that is passed after that counts as seen, not as earned."""
    remark = models.JSONField(default=dict, blank=True)
    """What was said, by language, of an answer that passed and could be better."""
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ProgressQuerySet] = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "progress"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "lesson", "task"], condition=models.Q(sandbox=None), name="one_progress_a_task"
            ),
            models.UniqueConstraint(fields=["sandbox", "task"], name="one_progress_a_task_of_a_sandbox"),
        ]

    @property
    def is_seen(self) -> bool:
        """Whether the solution was shown before the task was passed."""
        return self.revealed_at is not None and (self.passed_at is None or self.revealed_at < self.passed_at)

    def __str__(self) -> str:
        return f"{self.lesson}/{self.task} of {self.owner_id}"
