"""Exams that are over are graded in the background, task by task, whether sat for oneself or for a class."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from lab.jobs.models import FAILED, PAUSED, RUNNING, WAITING, Job
from lab.jobs.tasks import Steps, begin
from lab.practice import exams
from lab.practice.models import ExamAttempt

KIND = "grade-exam"
AGAIN = timedelta(hours=1)
"""How long after it has failed grading is tried again."""


def grade(job: Job) -> Steps:
    """The job: one sitting, or all that are over of an assignment. A part that is graded is not graded again."""
    over = ExamAttempt.objects.filter(graded_at=None, ends_at__lte=timezone.now()).order_by("pk")
    asked = job.facts
    chosen = {"pk": asked["sitting"]} if "sitting" in asked else {"attempt__assignment": asked["assignment"]}
    sittings = list(over.filter(**chosen))
    yield sum(each.parts.count() for each in sittings)
    done = 0
    for sitting in sittings:
        for _ in exams.grade(sitting):
            done += 1
            yield done
    job.outcome = {"attempts": len(sittings)}


def have_graded(sitting: ExamAttempt, title: str) -> Job:
    """The job that grades a sitting that is over; only its learner sees how far it is."""
    known = jobs().filter(owner=sitting.owner_id, facts__sitting=sitting.pk).last()
    return known or begin(KIND, owner_id=sitting.owner_id, facts={"sitting": sitting.pk, "title": title})


def jobs() -> QuerySet[Job]:
    """Those that are at it, or have failed so lately that there is no sense in beginning another."""
    lately = Q(state=FAILED, changed_at__gt=timezone.now() - AGAIN)
    return Job.objects.filter(Q(kind=KIND) & (Q(state__in=(WAITING, RUNNING, PAUSED)) | lately))
