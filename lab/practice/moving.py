"""What somebody has done in the gym and in exams, when a guest becomes an account, and as they take it along."""

from typing import Any

from lab.accounts.models import User
from lab.practice.models import ExamAttempt, Solved
from lab.sandboxes.models import Sandbox


def move_practice(guest: User, account: User) -> None:
    """Give an account a guest's attempts and what they have mended. There is one world of a kind in a gym: where both
    had drawn one, the account's own stays."""
    drawn = Sandbox.objects.filter(owner=account, purpose="gym").values_list("lesson", flat=True)
    Sandbox.objects.filter(owner=guest, purpose="gym", lesson__in=list(drawn)).delete()
    ExamAttempt.objects.filter(owner=guest).update(owner=account)
    Solved.objects.filter(owner=guest).update(owner=account)


def practice_belongings(owner_id: int) -> dict[str, Any]:
    """What is kept of a person's practice, to hand out."""
    attempts = ExamAttempt.objects.filter(owner=owner_id).prefetch_related("parts").order_by("started_at")
    return {
        "mended": list(Solved.objects.filter(owner=owner_id).order_by("solved_at").values("world", "solved_at")),
        "exams": [exam_of(each) for each in attempts],
    }


def exam_of(attempt: ExamAttempt) -> dict[str, Any]:
    return {
        "exam": attempt.exam,
        "started_at": attempt.started_at,
        "ends_at": attempt.ends_at,
        "earned": attempt.earned,
        "possible": attempt.possible,
        "tasks": [
            {"task": part.task, "earned": part.earned, "verdicts": part.verdicts} for part in attempt.parts.all()
        ],
    }
