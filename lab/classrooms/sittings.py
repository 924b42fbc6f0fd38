"""Exams that are assignments: what is over is graded in the background, whoever looks or does not."""

from django.utils import timezone

from lab.classrooms.assignables import title_of
from lab.classrooms.models import Assignment
from lab.jobs.tasks import begin
from lab.practice.grading import KIND, jobs
from lab.practice.models import ExamAttempt


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
