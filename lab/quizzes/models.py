"""What a learner has answered, and when a missed question comes back."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

DAYS = (1, 3, 7, 21)
"""After how many days a missed question comes back: one step further with each right answer, then no more."""


class Answer(models.Model):
    """One learner and one question; the latest answer counts."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answers")
    lesson = models.CharField(max_length=80)
    question = models.CharField(max_length=16)
    given = models.JSONField()
    right = models.BooleanField()
    times = models.PositiveIntegerField(default=1)
    step = models.PositiveSmallIntegerField(null=True)
    """Which of `DAYS` it waits for; none for a question that was never missed, or missed and learnt."""
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "lesson", "question"], name="one_answer_a_question")
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "due_at"])]

    def __str__(self) -> str:
        return f"{self.lesson}/{self.question} of {self.owner_id}"

    @property
    def is_due(self) -> bool:
        return self.due_at is not None and self.due_at <= timezone.now()

    def plan(self, *, comes_back: bool = False) -> None:
        """Set when the question is asked again, by whether it has just been answered rightly; what always comes back
        does so after the first right answer too."""
        if not self.right or (comes_back and self.times == 1):
            self.step = 0
        elif self.step is not None:
            self.step = self.step + 1 if self.step + 1 < len(DAYS) else None
        self.due_at = None if self.step is None else timezone.now() + timedelta(days=DAYS[self.step])


def record(owner_id: int, lesson: str, question: str, given: Any, right: bool, *, comes_back: bool = False) -> Answer:
    """Keep an answer. A question that is answered already and not due yet keeps the answer it has."""
    answer, new = Answer.objects.get_or_create(
        owner_id=owner_id, lesson=lesson, question=question, defaults={"given": given, "right": right}
    )
    if not new and not answer.is_due:
        return answer
    if not new:
        answer.given, answer.right, answer.times, answer.answered_at = given, right, answer.times + 1, timezone.now()
    answer.plan(comes_back=comes_back)
    answer.save()
    return answer
