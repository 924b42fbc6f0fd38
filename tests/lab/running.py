"""Jobs as a worker does them, at once."""

from lab.jobs.cleaning import clean_up
from lab.jobs.models import WAITING, Job
from lab.jobs.tasks import work
from tests.lab.classes import Cast


def cleaned(kind: str) -> Job:
    """A job that cleans up, begun as the timetable does and done."""
    assert clean_up(kind)
    return worked(kind)


def worked(kind: str) -> Job:
    """The job of that kind that waits, done."""
    job = Job.objects.get(kind=kind, state=WAITING)
    assert work(str(job.pk)) == "done"
    job.refresh_from_db()
    return job


def regraded(people: Cast) -> Job:
    """The class's assignment, judged again as its instructor has it done."""
    people.browser("instructor").post(f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/regrade/")
    return worked("regrade")
