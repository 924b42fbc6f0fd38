"""Faults for a whole class: each world takes its press as an input of its own, wherever it is open and when it is."""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

from django.db import transaction
from django.utils import timezone

from lab.classrooms.models import Assignment
from lab.faults.models import Press
from lab.jobs.models import Job
from lab.sandboxes import worlds
from lab.sandboxes.models import Sandbox, new_seed

KINDS = ("set-off-faults", "release-faults")
PATIENCE = 30.0
"""How long (s) is waited for the worlds that somebody has open."""
PAUSE = 0.5
"""How often (s) is looked how many have taken it."""
SHOWN = timedelta(days=1)
"""For how long it can be undone for everybody."""


def worlds_of(assignment: Assignment) -> list[Sandbox]:
    """The sandbox of everybody's latest attempt, unless its time is over."""
    here = assignment.classroom.memberships.filter(left_at=None).values("person")
    attempts = assignment.attempts.filter(person__in=here).exclude(sandbox=None).select_related("sandbox")
    latest = {each.person_id: each.sandbox for each in attempts.order_by("number")}
    return [each for each in latest.values() if each is not None and not each.is_over()]


def example(assignment: Assignment) -> Any:
    """A world as its learners find it: what can be pointed at in it is there in everybody's, but for what is drawn."""
    first = assignment.attempts.exclude(sandbox=None).order_by("pk").first()
    return worlds.boot(assignment.target, first.seed if first is not None else new_seed())


def presses_of(assignment: Assignment) -> list[dict[str, Any]]:
    """What was set off for everybody lately, the latest first: its job, or the job that undoes it."""
    since = timezone.now() - SHOWN
    jobs = assignment.classroom.jobs.filter(kind__in=KINDS, facts__assignment=assignment.pk, created_at__gt=since)
    undone = {each.facts["of"]: each for each in jobs if "of" in each.facts}
    done = [each for each in jobs.reverse() if "of" not in each.facts]
    return [{"job": undone.get(str(each.pk), each), "undone": str(each.pk) in undone} for each in done]


def set_off(job: Job) -> Iterator[int]:
    """The job: a press for every world, and how many have taken it. Worlds that nobody has open take it when somebody
    opens them: until then no time passes there."""
    facts = job.facts
    found = worlds_of(Assignment.objects.get(pk=facts["assignment"])) if "all" not in facts else []
    with transaction.atomic():
        for each in found:
            what = {"fault": facts["fault"], "cluster": facts["cluster"], "arguments": facts["arguments"]}
            Press.objects.get_or_create(job=job, sandbox=each, defaults={"by_id": job.owner_id, **what})
        facts["all"] = job.presses.count()
        Job.objects.filter(pk=job.pk).update(facts=facts)
    yield from taken(job)


def release(job: Job) -> Iterator[int]:
    """The job: undo what another job has set off. A world that has not taken that yet will not."""
    before = Press.objects.filter(job=job.facts["of"])
    with transaction.atomic():
        for each in before.select_for_update().select_related("sandbox"):
            if each.done_at is None:
                each.done_at, each.refused = timezone.now(), {"en": "Taken back before.", "ko": "그 전에 거두었습니다."}
                each.save(update_fields=["done_at", "refused"])
            elif each.identity and not each.refused and each.generation == each.sandbox.generation:
                what = {"fault": each.fault, "cluster": each.cluster, "arguments": each.arguments}
                undo = {"by_id": job.owner_id, "undo": True, "identity": each.identity, **what}
                Press.objects.get_or_create(job=job, sandbox=each.sandbox, defaults=undo)
    yield from taken(job)


def taken(job: Job) -> Iterator[int]:
    """How many worlds have taken the job's presses, until all have that somebody has open."""
    count = job.presses.count()
    yield count
    until = monotonic() + PATIENCE
    while True:
        done = job.presses.exclude(done_at=None).count()
        yield done
        opened = job.presses.waiting().filter(sandbox__claimed_until__gt=timezone.now())
        if not opened.exists() or monotonic() > until:
            break
        sleep(PAUSE)
    refused = job.presses.exclude(refused={}).count()
    done = job.presses.exclude(done_at=None).count()
    job.outcome = {"pressed": done - refused, "later": count - done, "refused_in": refused}
