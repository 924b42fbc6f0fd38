"""The pages for authors: a draft in both languages, renewed when a file is saved, with what is wrong in it."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from lab.accounts.models import User
from lab.catalogue import content
from lab.management.commands.lessons import mounted
from lab.sandboxes.models import Sandbox
from lab.writing import mounted as mounting
from lessons.course import CONTENT

pytestmark = pytest.mark.django_db

PLACE = "02-pods/03-probes"
PAGE = f"/en/writing/{PLACE}/"


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lesson's folder in a course that is being written."""
    copytree(CONTENT / PLACE, tmp_path / PLACE)
    (tmp_path / "02-pods" / "module.yaml").write_text("title: {en: Pods, ko: 파드}\n")
    settings.CONTENT, settings.WRITING = tmp_path, True
    settings.COURSE, settings.DRAW = "lab.writing.mounted.course", "lessons.draws.drawn"
    monkeypatch.setattr(mounting, "FRESH", 0)
    mounting.written.cache_clear()
    content.course.cache_clear()
    yield tmp_path / PLACE
    mounting.written.cache_clear()


def stamped(page: str) -> str:
    return page.split("stamp=")[1].split('"')[0]


def test_a_draft_reads_in_both_languages(folder: Path) -> None:
    page = Client().get(PAGE).text
    assert '<article lang="en"' in page and '<article lang="ko"' in page
    assert "Probes: restart it, or wait for it" in page and "프로브: 다시 시작할까, 기다릴까" in page
    assert "Nothing that reading the files shows" in page


def test_the_page_is_renewed_when_a_file_was_saved(folder: Path) -> None:
    client = Client()
    stamp = stamped(client.get(PAGE).text)
    again = client.get(f"{PAGE}?stamp={stamp}", headers={"HX-Request": "true"})
    assert (again.status_code, again.content) == (204, b"")
    (folder / "ko.md").write_text("새로 쓴 글.\n\n```rnu\nkubectl get pods\n```\n")
    renewed = client.get(f"{PAGE}?stamp={stamp}", headers={"HX-Request": "true"})
    assert renewed.status_code == 200
    assert "<html" not in renewed.text
    assert "새로 쓴 글." in renewed.text
    assert "ko.md:3</span> the fence rnu is not known here; is run meant?" in renewed.text


@pytest.mark.parametrize("file", ["lesson.yaml", "scene.yaml", "checks.yaml", "quiz.yaml", "hints.yaml", "en.md"])
@pytest.mark.parametrize(
    "text", ["", "a: [", "- x", "title: 1\nquestions: 1\ndraws: 1\ntasks: 1", "```predict\n[\n```"]
)
def test_no_half_written_file_breaks_the_page(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text)
    client = Client()
    for page in (PAGE, "/en/writing/", "/en/course/", "/en/", "/en/search/?q=probe"):
        assert client.get(page).status_code == 200
    assert "Problems: " in client.get(PAGE).text
    assert "Problems: " in client.get("/en/writing/").text


def test_the_whole_site_follows_the_files(folder: Path) -> None:
    client = Client()
    assert "/en/lessons/probes/" not in client.get("/en/search/?q=quokka").text
    (folder / "en.md").write_text("About a quokka.\n")
    (folder / "lesson.yaml").write_text((folder / "lesson.yaml").read_text().replace("Probes:", "Feelers:"))
    assert "Feelers: " in client.get("/en/course/").text
    assert "/en/lessons/probes/" in client.get("/en/search/?q=quokka").text


def test_other_draws_can_be_looked_at(folder: Path) -> None:
    scene = folder / "scene.yaml"
    text = scene.read_text().replace("draws:", "draws:\n  greeting: {from: 1000, to: 9000}", 1)
    assert "greeting" in text
    scene.write_text(text)
    (folder / "en.md").write_text("Say {{ greeting }}.")
    pages = {Client().get(f"{PAGE}?seed={seed}").text.split("<p>Say ")[1][:4] for seed in ("1", "2", "3")}
    assert len(pages) > 1


@pytest.mark.parametrize(
    ("hosts", "staff", "status"),
    [([], False, 200), (["lab.example"], False, 404), (["lab.example"], True, 200)],
)
def test_a_public_site_shows_drafts_to_its_staff_only(
    folder: Path, settings: Any, browser: Client, learner: User, hosts: list[str], staff: bool, status: int
) -> None:
    settings.HOSTS = hosts
    learner.is_staff = staff
    learner.save()
    for page in ("/en/writing/", PAGE):
        assert browser.get(page).status_code == status
    assert ("/en/writing/" in browser.get("/en/course/").text) is (status == 200)


@pytest.mark.parametrize("page", ["/en/writing/", PAGE])
def test_elsewhere_nothing_is_written(browser: Client, page: str, settings: Any) -> None:
    settings.WRITING = False
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize("place", ["..%2F..", "02-pods/..", "02-pods/../../../etc", ".", "02-pods/99-none"])
def test_no_address_leads_out_of_the_folder(folder: Path, place: str) -> None:
    assert Client().get(f"/en/writing/{place}/").status_code == 404


def test_a_scene_is_tried_in_a_sandbox_of_its_own(folder: Path, browser: Client, learner: User) -> None:
    for _ in range(2):
        where = browser.post(f"{PAGE}try/")["Location"]
    sandbox = Sandbox.objects.get(owner=learner, purpose="draft")
    assert where == f"/en/writing/scene/{sandbox.pk}/"
    page = browser.get(where).text
    assert "All of the draft" in page and 'class="lab"' in page
    stamp = stamped(page)
    assert browser.get(f"{where}?stamp={stamp}", headers={"HX-Request": "true"}).status_code == 204
    (folder / "en.md").write_text("Anew.")
    renewed = browser.get(f"{where}?stamp={stamp}", headers={"HX-Request": "true"}).text
    assert '<div id="prose" hx-swap-oob="innerHTML"><p>Anew.</p>' in renewed
    assert Client().get(where).status_code == 302


def test_a_scene_that_cannot_be_made_says_why(folder: Path, browser: Client, settings: Any) -> None:
    settings.BOOT = "lessons.boot"
    (folder / "scene.yaml").write_text("world: lab9\n")
    answer = browser.post(f"{PAGE}try/")
    assert answer.status_code == 422
    assert "there is no world lab9" in answer.text


def test_a_folder_is_mounted_with_the_course_above_it(folder: Path, tmp_path: Path) -> None:
    assert mounted(folder) == (tmp_path, f"en/writing/{PLACE}/")
    assert mounted(folder.parent) == (tmp_path, "en/writing/")
    assert mounted(tmp_path) == (tmp_path, "en/writing/")
    with pytest.raises(CommandError, match="neither of a lesson, nor of a module, nor of a course"):
        mounted(folder / "wrong")
