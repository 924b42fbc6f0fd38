"""Clean-up: jobs of nobody's that delete what nobody needs any more, some of it at a time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from lab.jobs.models import DONE, FAILED, Job
from lab.jobs.tasks import Steps, begin

BATCH = 50
"""How many rows are deleted at once, each with all that hangs on it."""
KEPT = timedelta(days=7)


@shared_task
def clean_up(kind: str) -> bool:
    """Begin a job of that kind, unless one is at it; whether one was begun."""
    if Job.objects.at_it().filter(kind=kind).exists():
        return False
    begin(kind)
    return True


def forget(job: Job, found: QuerySet[Any], before: Callable[[list[Any]], object] | None = None) -> Steps:
    """Delete what is found, batch by batch; what another worker has deleted before for the same job stays counted.

    Each batch is looked for anew: who has come back meanwhile stays.
    """
    gone = job.facts.get("gone", 0)
    yield gone + found.count()
    while batch := list(found.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            if before is not None:
                before(batch)
            model: type[Model] = found.model
            model._default_manager.filter(pk__in=batch).delete()
            job.facts["gone"] = gone = gone + len(batch)
            Job.objects.filter(pk=job.pk).update(facts=job.facts)
        yield gone
    job.outcome = {"gone": gone}


def forget_jobs(job: Job) -> Steps:
    """The job: delete jobs that have been over for a while, with their files."""
    yield from forget(job, Job.objects.filter(state__in=(DONE, FAILED), changed_at__lt=timezone.now() - KEPT))
