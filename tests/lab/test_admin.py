"""Django's admin for support: every list opens, finds people, classes and sandboxes, and changes nothing dangerous."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from lab.accounts.models import User
from lab.classrooms.models import Attempt, Classroom, Judgement, Override
from lab.jobs.models import Job
from lab.sandboxes.models import Sandbox
from tests.lab.classes import Cast, attempt_of, cast, person
from tests.lab.running import worked

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model.__module__.startswith("lab.")]


@pytest.fixture
def people() -> Cast:
    people = cast()
    people.people["admin"] = person("Root", is_staff=True, is_superuser=True)
    attempt_of(people.people["learner"], people.assignment, "run-a-pod")
    Override.objects.create(assignment=people.assignment, person=people.people["learner"], points=3)
    Job.objects.create(kind="regrade", classroom=people.classroom, owner=people.people["instructor"])
    return people


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens_and_is_searched(people: Cast, model: Any) -> None:
    browser = people.browser("admin")
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for asked in ("", "?q=learner@example.com", f"?q={people.classroom.name}"):
        assert browser.get(address + asked).status_code == 200
    first = model._default_manager.first()
    if first is not None:
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[first.pk])
        assert browser.get(page).status_code == 200


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("accounts_user", "learner@example.com"),
        ("classrooms_classroom", "learner@example.com"),
        ("classrooms_attempt", "learner@example.com"),
        ("classrooms_attempt", "Cloud Basics"),
        ("classrooms_attempt", "{sandbox}"),
        ("sandboxes_sandbox", "learner@example.com"),
        ("sandboxes_sandbox", "Cloud Basics"),
        ("sandboxes_sandbox", "{sandbox}"),
    ],
)
def test_support_finds_what_it_is_asked_about(people: Cast, model: str, asked: str) -> None:
    sandbox = Sandbox.objects.get()
    address = reverse(f"admin:{model}_changelist")
    page = people.browser("admin").get(address, {"q": asked.format(sandbox=sandbox.pk)})
    assert page.context["cl"].result_count == 1
    assert people.browser("admin").get(address, {"q": "nobody@nowhere"}).context["cl"].result_count == 0


@pytest.mark.parametrize("found", [Attempt, Judgement, Override, Job, Sandbox])
def test_what_was_reached_is_not_changed_or_deleted_here(people: Cast, found: Any) -> None:
    browser = people.browser("admin")
    label = f"{found._meta.app_label}_{found._meta.model_name}"
    row = found.objects.get()
    assert browser.get(reverse(f"admin:{label}_add")).status_code == 403
    assert browser.post(reverse(f"admin:{label}_change", args=[row.pk]), {"points": "9"}).status_code == 403
    if found is not Job:
        assert browser.post(reverse(f"admin:{label}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert found.objects.filter(pk=row.pk).exists()


def test_a_class_is_archived_not_deleted(people: Cast) -> None:
    address = reverse("admin:classrooms_classroom_delete", args=[people.classroom.pk])
    assert people.browser("admin").post(address, {"post": "yes"}).status_code == 403
    assert Classroom.objects.exists()


def test_staff_without_rights_sees_nothing(people: Cast) -> None:
    assert people.browser("staff").get(reverse("admin:classrooms_attempt_changelist")).status_code == 403


def act(people: Cast, action: str, *chosen: Any) -> str:
    """What the admin says when an action was chosen for some people."""
    asked = {"action": action, "_selected_action": [each.pk for each in chosen]}
    return people.browser("admin").post(reverse("admin:accounts_user_changelist"), asked, follow=True).text


def test_support_finds_everything_of_a_person_and_blocks_them(people: Cast) -> None:
    learner, root = people.people["learner"], people.people["admin"]
    page = people.browser("admin").get(reverse("admin:accounts_user_change", args=[learner.pk])).text
    for label in ("sandboxes_sandbox", "classrooms_attempt", "jobs_job"):
        link = re.search(rf'href="({reverse(f"admin:{label}_changelist")}[^"]+)"', page)
        assert link is not None
        assert people.browser("admin").get(link[1].replace("&amp;", "&")).status_code == 200
    browser = people.browser("learner")
    assert browser.get("/en/account/").status_code == 200
    assert "1 blocked" in act(people, "block", learner, root)
    assert browser.get("/en/account/").status_code == 302
    assert people.browser("admin").get(reverse("admin:index")).status_code == 200
    act(people, "unblock", learner)
    learner.refresh_from_db()
    assert learner.is_active


def test_support_sends_a_mail_for_a_new_password(people: Cast) -> None:
    learner = people.people["learner"]
    learner.set_password("a long sentence to remember")
    learner.save()
    assert "1 of 1" in act(people, "mail_new_password", learner)
    assert mail.outbox[0].to == [learner.email]


def test_deleting_a_person_is_asked_with_counts(people: Cast) -> None:
    address = reverse("admin:accounts_user_delete", args=[people.people["learner"].pk])
    assert (
        "Sandboxs" in people.browser("admin").get(address).text
        or "sandbox" in people.browser("admin").get(address).text
    )


BEGIN = "/admin/jobs/job/begin/"


def test_clean_up_is_begun_by_hand_and_says_how_much_it_did(people: Cast) -> None:
    guest = User.objects.create_guest()
    User.objects.filter(pk=guest.pk).update(joined_at=timezone.now() - timedelta(days=31))
    browser = people.browser("admin")
    said = [browser.post(BEGIN, {"kind": "forget-guests"}, follow=True).text for _ in range(2)]
    assert "Clearing away guests: begun." in said[0] and "one is at it already" in said[1]
    assert 'hx-trigger="every 2s"' in said[0]
    assert worked("forget-guests").outcome == {"gone": 1}
    Job.objects.exclude(kind="forget-guests").delete()
    page = browser.get(reverse("admin:jobs_job_changelist")).text
    assert "Guests deleted: 1." in page and "1 of 1" in page and "every 2s" not in page
    browser.cookies["language"] = "ko"
    assert "손님 1명을 지웠습니다." in browser.get(reverse("admin:jobs_job_changelist")).text


def test_proofs_are_begun_in_the_admin_too(people: Cast, settings: Any, tmp_path: Path) -> None:
    settings.CONTENT = tmp_path
    browser = people.browser("admin")
    assert '<option value="english-only">' in browser.get(reverse("admin:jobs_job_changelist")).text
    browser.post(BEGIN, {"kind": "prove", "lesson": "english-only"})
    job = worked("prove")  # of a course whose folder has no such lesson
    page = browser.get(reverse("admin:jobs_job_change", args=[job.pk])).text
    assert "there is no lesson english-only" in page and f"/en/jobs/{job.pk}/result/" in page
    assert 'field-about">english-only<' in browser.get(reverse("admin:jobs_job_changelist")).text


@pytest.mark.parametrize(
    ("role", "asked", "status"),
    [
        ("anonymous", {"kind": "forget-jobs"}, 302),
        ("instructor", {"kind": "forget-jobs"}, 302),
        ("staff", {"kind": "forget-jobs"}, 403),
        ("staff", {"kind": "prove", "lesson": ""}, 403),
        ("admin", {"kind": "regrade"}, 404),
        ("admin", {"kind": "prove", "lesson": "../.."}, 404),
        ("admin", {}, 404),
    ],
)
def test_what_else_is_not_begun_there(people: Cast, role: str, asked: dict[str, str], status: int) -> None:
    assert people.browser(role).post(BEGIN, asked).status_code == status
    assert people.browser("admin").get(BEGIN).status_code == 405
    assert Job.objects.count() == 1
