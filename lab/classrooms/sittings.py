"""Exams that are assignments: what is over is graded in the background, whoever looks or does not."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from lab.accounts.models import User
from lab.classrooms.assignables import title_of
from lab.classrooms.models import Assignment, Attempt
from lab.jobs.models import FAILED, PAUSED, RUNNING, WAITING, Job
from lab.jobs.tasks import begin
from lab.practice import exams
from lab.practice.models import ExamAttempt

KIND = "grade-exam"
AGAIN = timedelta(hours=1)
"""How long after it has failed grading is tried again."""


def grade(job: Job) -> Iterator[int]:
    """The job: all that is over of an assignment, or one attempt. A part that is graded is not graded again."""
    attempts = Attempt.objects.filter(
        sitting__isnull=False, sitting__graded_at=None, sitting__ends_at__lte=timezone.now()
    )
    if "attempt" in job.facts:
        attempts = attempts.filter(pk=job.facts["attempt"])
    else:
        attempts = attempts.filter(assignment=job.facts["assignment"])
    sittings = [each.sitting for each in attempts.select_related("sitting") if each.sitting is not None]
    yield sum(each.parts.count() for each in sittings)
    done = 0
    for sitting in sittings:
        for _ in exams.grade(sitting):
            done += 1
            yield done
    job.outcome = {"attempts": len(sittings)}


def have_graded(attempt: Attempt, owner: User) -> Job:
    """The job that grades an attempt that is over; only its learner sees how far it is."""
    facts = {"attempt": str(attempt.pk), "title": title_of(attempt.assignment)}
    known = jobs().filter(owner=owner, facts__attempt=facts["attempt"]).last()
    return known or begin(KIND, owner=owner, facts=facts)


def have_all_graded() -> int:
    """Begin a job for every assignment in which the time of somebody is over; how many there are."""
    over = ExamAttempt.objects.filter(assigned=True, graded_at=None, ends_at__lte=timezone.now())
    waiting = Assignment.objects.filter(attempts__sitting__in=over).select_related("classroom").distinct()
    begun = 0
    for assignment in waiting:
        if not jobs().filter(facts__assignment=assignment.pk).exists():
            facts = {"assignment": assignment.pk, "title": title_of(assignment)}
            begin(KIND, classroom=assignment.classroom, facts=facts)
            begun += 1
    return begun


def jobs() -> QuerySet[Job]:
    """Those that are at it, or have failed so lately that there is no sense in beginning another."""
    lately = Q(state=FAILED, changed_at__gt=timezone.now() - AGAIN)
    return Job.objects.filter(Q(kind=KIND) & (Q(state__in=(WAITING, RUNNING, PAUSED)) | lately))
