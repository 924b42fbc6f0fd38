"""What is cleaned up of people: guests who do not come back, sessions that have run out."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from lab.accounts.belongings import forget_beside
from lab.accounts.models import User
from lab.classrooms.models import Membership
from lab.jobs.cleaning import forget
from lab.jobs.models import Job
from lab.jobs.tasks import Steps
from lab.playground.beginnings import forget_unused
from lab.quizzes.models import Answer
from lab.sandboxes.models import Sandbox


def idle_guests() -> QuerySet[User]:
    """Guests who have not come back for a month; not those whom a class counts on."""
    since = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    idle = User.objects.filter(is_guest=True, joined_at__lt=since)
    recent: tuple[QuerySet[Any, Any], ...] = (
        Sandbox.objects.filter(used_at__gte=since).values("owner"),
        Answer.objects.filter(answered_at__gte=since).values("owner"),
        Membership.objects.filter(left_at=None, classroom__archived_at=None).values("person"),
    )
    for each in recent:
        idle = idle.exclude(pk__in=each)
    return idle


def forget_guests(job: Job) -> Steps:
    """The job: delete those guests, with everything of theirs."""
    yield from forget(job, idle_guests(), before=forget_beside)
    forget_unused()


def clear_sessions(job: Job) -> Steps:
    """The job: delete sessions that have run out."""
    yield from forget(job, Session.objects.filter(expire_date__lt=timezone.now()))
