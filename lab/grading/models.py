"""What a learner has reached in each task; what is passed stays passed."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Progress(models.Model):
    """One learner and one task of a lesson."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="progress")
    lesson = models.CharField(max_length=80)
    task = models.CharField(max_length=80)
    passed_at = models.DateTimeField(null=True)
    hints = models.PositiveSmallIntegerField(default=0)
    """How many hints were shown."""
    revealed_at = models.DateTimeField(null=True)
    """When the solution was shown; a task that is passed after that counts as seen, not as earned."""
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "progress"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "lesson", "task"], name="one_progress_a_task")
        ]

    @property
    def is_seen(self) -> bool:
        """Whether the solution was shown before the task was passed."""
        return self.revealed_at is not None and (self.passed_at is None or self.revealed_at < self.passed_at)

    def __str__(self) -> str:
        return f"{self.lesson}/{self.task} of {self.owner_id}"
