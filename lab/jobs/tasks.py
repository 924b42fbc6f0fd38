"""The worker's side of jobs: one worker takes a job, does step after step, and says how far it is."""

import logging
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from lab.jobs.models import DONE, FAILED, PAUSED, RUNNING, WAITING, Job

STALE = timedelta(seconds=60)
"""How long a running job may be silent before another worker takes it over."""

type Steps = Iterator[int]
"""What the function of a kind of job (see the setting `JOBS`) yields: how many steps there are, then each done one."""

logger = logging.getLogger(__name__)


def begin(kind: str, **fields: Any) -> Job:
    """Have a job done as soon as what was written before it is safe."""
    job = Job.objects.create(kind=kind, language=translation.get_language() or "en", **fields)
    transaction.on_commit(lambda: work.delay(str(job.pk)), robust=True)  # a lost message is made good by `take_up`
    return job


@shared_task
def work(job_id: str) -> str:
    """Do a job, or what is left of it; the state it is in afterwards. A job that somebody else does is left to them."""
    now = timezone.now()
    free = Job.objects.filter(pk=UUID(job_id))
    taken = free.filter(state=WAITING) | free.filter(state=RUNNING, changed_at__lt=now - STALE)
    if not taken.update(state=RUNNING, changed_at=now):
        return "taken"
    job = Job.objects.get(pk=job_id)
    try:
        with translation.override(job.language):
            return _finish(job, import_string(settings.JOBS[job.kind])(job))
    except Exception:
        report = secrets.token_hex(2).upper()
        logger.exception("report %s: job %s", report, job)
        Job.objects.filter(pk=job.pk).update(state=FAILED, report=report, changed_at=timezone.now())
        return FAILED


def _finish(job: Job, steps: Steps) -> str:
    job.all = next(steps, 0)
    for done in steps:
        now = timezone.now()
        running = Job.objects.filter(pk=job.pk, state=RUNNING)
        if not running.update(done=done, all=job.all, changed_at=now):
            return PAUSED  # or deleted: nobody waits for it
        job.done = done
    came = {name: getattr(job, name) for name in ("done", "all", "facts", "outcome", "result", "result_name")}
    Job.objects.filter(pk=job.pk).update(state=DONE, changed_at=timezone.now(), **came)  # who is gone stays gone
    return DONE


@shared_task
def take_up() -> int:
    """Put jobs whose worker or whose message is gone in front of a worker again."""
    silent = timezone.now() - STALE
    lost = Job.objects.filter(state__in=(WAITING, RUNNING), changed_at__lt=silent).values_list("pk", flat=True)
    for job in (found := list(lost)):
        work.delay(str(job))
    return len(found)
