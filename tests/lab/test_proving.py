"""Proofs as a job: who may begin them, what they say, what is not proved twice."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from lab.accounts.models import User
from lab.jobs.models import RUNNING, Job
from lab.jobs.tasks import STALE, work
from lab.writing import mounted as mounting
from lab.writing import proving
from lessons.course import Lesson
from lessons.exercises import everything
from lessons.proofs import Proof
from tests.lab.running import worked

pytestmark = pytest.mark.django_db

ALL, MINE = "/en/writing/", "/en/writing/01-pods/01-mine/"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A course of one lesson that is being written."""
    call_command("lessons", "new", "01-pods/01-mine", f"--content={tmp_path}", stdout=StringIO())
    settings.CONTENT, settings.WRITING = tmp_path, True
    settings.COURSE, settings.DRAW = "lab.writing.mounted.course", "lessons.draws.drawn"
    mounting.written.cache_clear()
    yield tmp_path / "01-pods" / "01-mine"
    mounting.written.cache_clear()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lessons of which a proof was tried; each has one that holds and one that does not."""
    tried: list[str] = []

    def of(lesson: Lesson) -> Iterator[Proof]:
        tried.append(lesson.id)
        yield Proof(lesson.id, "untouched scene")
        yield Proof(lesson.id, "solution by-command, seed 2", f"<b>first-task</b>: fail {'x' * 3000}")

    monkeypatch.setattr(proving, "proving", of)
    return tried


def test_a_lesson_is_proved_from_its_page(folder: Path, browser: Client) -> None:
    assert browser.post(f"{MINE}prove/")["Location"] == MINE
    assert "Proofs</b>" in browser.get(MINE).text and "every 1s" in browser.get(MINE).text
    (folder / "wrong").mkdir()
    (folder / "wrong" / "none.sh").write_text("# task: first-task\n# en: No Pod.\n# ko: 파드가 없습니다.\ntrue\n")
    job = worked("prove")
    assert (job.done, job.all) == (1, 1)
    (failure,) = job.outcome["failures"]
    assert (failure["lesson"], failure["proof"]) == ("01-pods/01-mine", "wrong answer none")
    assert "first-task says fail: expected" in failure["problem"]
    page = browser.get(MINE).text
    assert "Lessons: 1. Proofs that hold: 8, that fail: 1." in page and "wrong answer none: " in page
    assert 'class="job done wrong"' in page
    assert "수업 1개. 맞는 증명 8개, 실패한 증명 1개." in browser.get(MINE.replace("/en/", "/ko/")).text
    report = browser.get(f"/en/jobs/{job.pk}/result/")
    assert report["Content-Type"] == "text/plain; charset=utf-8"
    assert "\nok   01-pods/01-mine: solution by-command, seed 1\n" in report.text
    browser.post(f"/en/jobs/{job.pk}/put-away/", {"back": MINE})
    assert "Proofs</b>" not in browser.get(MINE).text


def test_what_is_wrong_in_the_files_is_told_and_not_proved(folder: Path, browser: Client, tried: list[str]) -> None:
    lesson = folder / "lesson.yaml"
    lesson.write_text(lesson.read_text().replace("points:", "pionts:"))
    browser.post(f"{ALL}prove/")
    assert worked("prove").outcome["failures"] == [
        {
            "lesson": "01-pods/01-mine",
            "proof": "files",
            "problem": "01-pods/01-mine/lesson.yaml:6 pionts is not known here; is points meant?",
        }
    ]
    assert tried == []


def test_what_is_proved_is_not_proved_again(
    folder: Path, browser: Client, tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("lessons", "new", "01-pods/02-more", f"--content={folder.parent.parent}", stdout=StringIO())
    for _ in range(2):
        browser.post(f"{ALL}prove/")
    job = Job.objects.get()
    steps = proving.prove(job)
    assert [next(steps), next(steps), next(steps), next(steps)] == [2, 0, 0, 1], "one is done"
    Job.objects.update(state=RUNNING, changed_at=timezone.now() - STALE * 2)
    assert work(str(job.pk)) == "done"
    assert tried == ["mine", "more"]
    job.refresh_from_db()
    assert {key: job.outcome[key] for key in ("lessons", "held", "failed")} == {"lessons": 2, "held": 2, "failed": 2}
    page = browser.get(ALL).text
    assert "&lt;b&gt;first-task&lt;/b&gt;" in page and "x" * 2001 not in page
    browser.post(f"{ALL}prove/")
    assert Job.objects.count() == 2, "what is over can be proved anew"


@pytest.mark.parametrize(
    ("hosts", "writing", "staff", "status"),
    [
        ([], True, False, 302),
        ([], False, True, 404),
        (["lab.example"], True, False, 404),
        (["lab.example"], True, True, 302),
    ],
    ids=["at this machine", "nothing is written", "a learner of a public site", "its staff"],
)
@pytest.mark.parametrize("page", [ALL, MINE])
def test_proofs_are_begun_by_whoever_may_write(
    folder: Path, settings: Any, browser: Client, learner: User, page: str,
    hosts: list[str], writing: bool, staff: bool, status: int,
) -> None:  # fmt: skip
    settings.HOSTS, settings.WRITING = hosts, writing
    User.objects.filter(pk=learner.pk).update(is_staff=staff)
    browser.get(f"{page}prove/")
    assert not Job.objects.exists(), "looking begins nothing"
    assert browser.post(f"{page}prove/").status_code == status
    assert Job.objects.filter(owner=learner).count() == (status == 302)


def test_of_our_own_course_all_is_proved_that_the_command_proves() -> None:
    assert sorted(each.lesson.id for each in proving.provable() if each.lesson) == sorted(
        each.id for each in everything()
    )


def test_of_another_authors_proofs_nothing_is_said(folder: Path, browser: Client, stranger: User) -> None:
    browser.post(f"{MINE}prove/")
    other = Client()
    other.force_login(stranger)
    job = Job.objects.get()
    assert "Proofs</b>" not in other.get(MINE).text and "Proofs</b>" not in Client().get(MINE).text
    assert other.get(f"/en/jobs/{job.pk}/").status_code == 404


@pytest.mark.parametrize("place", ["01-pods/09-none", "..%2F..", "01-pods/.."])
def test_only_lessons_are_proved(folder: Path, browser: Client, place: str) -> None:
    assert browser.post(f"{ALL}{place}/prove/").status_code == 404
    assert not Job.objects.exists()
