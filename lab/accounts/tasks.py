"""Background work about people. Each task can run twice without harm."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from lab.accounts.models import User
from lab.classrooms.models import Membership
from lab.playground.beginnings import forget_shown, forget_unused
from lab.quizzes.models import Answer
from lab.sandboxes.models import Sandbox


@shared_task
def forget_guests() -> int:
    """Delete guests who have not come back for a month, with everything of theirs; not those whom a class counts on."""
    since = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    idle = User.objects.filter(is_guest=True, joined_at__lt=since)
    for recent in (
        Sandbox.objects.filter(used_at__gte=since).values("owner"),
        Answer.objects.filter(answered_at__gte=since).values("owner"),
        Membership.objects.filter(left_at=None, classroom__archived_at=None).values("person"),
    ):
        idle = idle.exclude(pk__in=recent)
    forget_shown(idle)
    gone: int = idle.delete()[0]
    forget_unused()
    return gone


@shared_task
def clear_sessions() -> None:
    """Delete sessions that have run out."""
    call_command("clearsessions")
