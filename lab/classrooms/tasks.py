"""Background work about classes. Each task can run twice without harm."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from lab.classrooms import sittings
from lab.classrooms.copies import COPY
from lab.playground.beginnings import forget_unused
from lab.sandboxes.models import Sandbox


@shared_task
def forget_copies() -> int:
    """Delete copies that nobody has used for a week."""
    since = timezone.now() - timedelta(days=settings.COPY_DAYS)
    gone = Sandbox.objects.filter(purpose=COPY, used_at__lt=since, claimed_by="").delete()[0]
    forget_unused()
    return gone


@shared_task
def grade_sittings() -> int:
    """Have exams graded whose time is over, whoever looks or does not."""
    return sittings.have_all_graded()
