"""Background work about people. Each task can run twice without harm."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from lab.accounts.models import User
from lab.playground.beginnings import forget_unused


@shared_task
def forget_guests() -> int:
    """Delete guests who have not come back for a month, with everything of theirs."""
    since = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    idle = User.objects.filter(is_guest=True, joined_at__lt=since).exclude(sandboxes__used_at__gte=since)
    gone: int = idle.delete()[0]
    forget_unused()
    return gone


@shared_task
def clear_sessions() -> None:
    """Delete sessions that have run out."""
    call_command("clearsessions")
