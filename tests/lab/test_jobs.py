"""Long work: paused and gone on with, taken over, failed, forgotten; and what cleans up."""

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from lab.accounts.cleaning import clear_sessions
from lab.jobs.cleaning import clean_up
from lab.jobs.models import FAILED, PAUSED, RUNNING, WAITING, Job
from lab.jobs.tasks import STALE, take_up, work
from tests.lab import course
from tests.lab.classes import Cast, cast, many
from tests.lab.running import cleaned, worked

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
HOUR = timedelta(hours=1)


@pytest.fixture
def people() -> Cast:
    return cast()


def test_a_job_that_is_paused_stops_and_goes_on_where_it_was(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many(people, 3)
    looked = []

    def check(world: Any, lesson: Any, task: str) -> course.Finding:
        looked.append(task)
        if len(looked) == 2:
            Job.objects.update(state=PAUSED)
        return course.Finding("pass")

    monkeypatch.setattr(course, "check", check)
    browser = people.browser("instructor")
    browser.post(f"/en/classes/{people.classroom.pk}/assignments/{people.assignment.pk}/regrade/")
    job = Job.objects.get()
    assert work(str(job.pk)) == PAUSED
    assert len(looked) == 2
    strip = browser.get(f"/en/jobs/{job.pk}/", headers=HTMX).text
    assert "1 of 3" in strip and "Go on" in strip and "every 1s" not in strip
    page = browser.get(f"/en/classes/{people.classroom.pk}/grades/").text
    assert page.count("being graded again</span>") == 1
    browser.post(f"/en/jobs/{job.pk}/pause/", headers=HTMX)
    assert work(str(job.pk)) == "done"
    assert len(looked) == 3, "what was done is not done again"


def test_a_job_is_done_by_one_worker_and_taken_over_from_a_dead_one(people: Cast) -> None:
    many(people, 1)
    job = Job.objects.create(kind="regrade", state=RUNNING, facts={"assignment": people.assignment.pk, "title": "x"})
    assert work(str(job.pk)) == "taken"
    Job.objects.update(changed_at=timezone.now() - STALE - HOUR)
    assert take_up() == 1
    assert work(str(job.pk)) == "done"
    assert work(str(job.pk)) == "taken"


def test_a_fault_of_ours_is_told_with_a_number(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.objects.create(kind="export-grades", classroom=people.classroom)
    monkeypatch.setattr("lab.classrooms.sheets.head_of", lambda book: 1 / 0)
    assert work(str(job.pk)) == FAILED
    job.refresh_from_db()
    strip = people.browser("instructor").get(f"/en/jobs/{job.pk}/", headers=HTMX).text
    assert f"Report {job.report}" in strip and len(job.report) == 4


def test_jobs_that_are_over_are_forgotten_after_a_week(people: Cast) -> None:
    for state, days in (("done", 8), ("done", 6), (WAITING, 8)):
        Job.objects.create(kind="x", state=state, changed_at=timezone.now() - timedelta(days=days))
    assert cleaned("forget-jobs").outcome == {"gone": 1}
    assert Job.objects.filter(kind="x").count() == 2


def test_a_job_whose_class_is_gone_does_not_come_back(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.objects.create(kind="export-grades", classroom=people.classroom)
    monkeypatch.setattr("lab.classrooms.sheets.head_of", lambda book: Job.objects.all().delete() and 1 / 0)
    assert work(str(job.pk)) == FAILED
    assert not Job.objects.exists()


def test_the_timetable_begins_each_clean_up_once(settings: Any) -> None:
    beat = [each for each in settings.CELERY_BEAT_SCHEDULE.values() if each["task"].endswith("clean_up")]
    assert [each["args"] for each in beat] == [[kind] for kind in settings.CLEANING]
    for kind in settings.CLEANING:
        assert clean_up(kind)
        assert not clean_up(kind), "one is at it"
    assert sorted(Job.objects.values_list("kind", flat=True)) == sorted(settings.CLEANING)
    for kind in settings.CLEANING:
        job = worked(kind)
        assert (job.outcome, job.owner) == ({"gone": 0}, None)


def test_a_clean_up_that_a_worker_has_left_is_finished_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.jobs.cleaning.BATCH", 2)
    for number in range(5):
        Session.objects.create(session_key=f"old{number}", expire_date=timezone.now() - HOUR)
    Session.objects.create(session_key="new", expire_date=timezone.now() + HOUR)
    job = Job.objects.create(kind="clear-sessions")
    assert list(islice(clear_sessions(job), 2)) == [5, 2]
    Job.objects.update(state=RUNNING, changed_at=timezone.now() - STALE - HOUR)
    assert take_up() == 1
    assert work(str(job.pk)) == "done"
    job.refresh_from_db()
    assert (job.done, job.all, job.outcome) == (5, 5, {"gone": 5})
    assert [each.session_key for each in Session.objects.all()] == ["new"]
