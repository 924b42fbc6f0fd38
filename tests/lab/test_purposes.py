"""A sandbox made for a purpose stands beside the lesson's own: another page, other terms, progress of its own."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lab.accounts.guests import move_work
from lab.accounts.models import User
from lab.grading.models import Progress
from lab.grading.panel import record_passes
from lab.grading.terms import TERMS, Terms
from lab.sandboxes.models import Sandbox
from lab.sandboxes.pages import PAGES

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAGES, "trial", lambda sandbox: reverse("catalogue:course"))
    terms = Terms(tasks=frozenset({"run-a-pod"}), hints=False, solution=False)
    monkeypatch.setitem(TERMS, "trial", lambda sandbox: terms)


def test_progress_is_counted_apart(browser: Client, learner: User) -> None:
    own = Sandbox.objects.create(owner=learner, lesson="first-pod")
    trial = Sandbox.objects.create(owner=learner, lesson="first-pod", purpose="trial")
    record_passes(trial, {"run-a-pod": {}})
    assert "0 tasks passed" in browser.get("/en/course/").text
    record_passes(own, {"lose-it": {}})
    assert "1 task passed" in browser.get("/en/course/").text
    assert [each.task for each in Progress.objects.of(trial)] == ["run-a-pod"]
    assert browser.get("/en/lessons/first-pod/").context["sandbox"] == own


def test_the_terms_say_what_is_set_and_what_may_be_asked_for(browser: Client, learner: User) -> None:
    trial = Sandbox.objects.create(owner=learner, lesson="first-pod", purpose="trial")
    page = browser.get(f"/en/sandboxes/{trial.pk}/tasks/", headers=HTMX).text
    assert "Run a Pod named web" in page and "Delete it again" not in page
    assert "Hint" not in page
    assert browser.post(f"/en/sandboxes/{trial.pk}/tasks/run-a-pod/hint/", headers=HTMX).status_code == 403
    assert browser.post(f"/en/sandboxes/{trial.pk}/solution/", headers=HTMX).status_code == 403
    assert browser.get(f"/en/sandboxes/{trial.pk}/tasks/")["Location"] == "/en/course/"


def test_a_guest_takes_such_sandboxes_along(learner: User) -> None:
    guest = User.objects.create_guest()
    trial = Sandbox.objects.create(owner=guest, lesson="first-pod", purpose="trial")
    Sandbox.objects.create(owner=learner, lesson="first-pod")
    Progress.objects.create(owner=guest, lesson="first-pod", task="lose-it", sandbox=trial, passed_at=timezone.now())
    move_work(guest, learner)
    assert set(learner.sandboxes.values_list("purpose", flat=True)) == {"", "trial"}
    assert Progress.objects.get().owner == learner
