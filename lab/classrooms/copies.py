"""A copy of a learner's world, for their instructor to try things in. The learner's own stays as it is."""

import zlib
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lab.grading.terms import Terms
from lab.jobs.cleaning import forget
from lab.jobs.models import Job
from lab.jobs.tasks import Steps
from lab.playground.beginnings import beginning, forget_unused, sandbox_from
from lab.sandboxes import worlds
from lab.sandboxes.host import host
from lab.sandboxes.models import Sandbox

COPY = "copy"
"""The purpose of a sandbox that begins as a learner's was."""


def terms(sandbox: Sandbox) -> Terms:
    """An instructor may see everything; whose work it is stays between them and the learner."""
    return Terms(share=False)


async def copy_of(origin: Sandbox, person: Any) -> Sandbox:
    """A new sandbox of this person's, in which everything is as it is in the origin at this moment.

    Raises `ClaimedElsewhere`, `Unreadable`.
    """
    world = await host().fork(origin.pk)
    return await sync_to_async(keep)(origin, person, world)


def copy_of_stored(origin: Sandbox, person: Any, saved: bytes) -> Sandbox:
    """The same from a world that was stored, compressed. Raises whatever is wrong with it."""
    return keep(origin, person, worlds.restore(zlib.decompress(saved)))


@transaction.atomic
def keep(origin: Sandbox, person: Any, world: Any) -> Sandbox:
    begun = beginning(world, origin.lesson, origin.seed, person, shared=False)
    made = sandbox_from(begun, person, COPY)
    made.origin = origin
    made.save(update_fields=["origin"])
    return made


def forget_copies(job: Job) -> Steps:
    """The job: delete copies that nobody has used for a week."""
    since = timezone.now() - timedelta(days=settings.COPY_DAYS)
    yield from forget(job, Sandbox.objects.filter(purpose=COPY, used_at__lt=since, claimed_by=""))
    forget_unused()
