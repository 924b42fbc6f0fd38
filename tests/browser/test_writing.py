"""An author writes a lesson: the page follows the files, says what is wrong, and its scene can be tried."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page, expect

from lessons.course import CONTENT
from tests.browser.conftest import Site, screenshot
from tests.browser.test_accessibility import findings

PLACE = "02-pods/03-probes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copytree(CONTENT / PLACE, tmp_path / "course" / PLACE)
    (tmp_path / "course" / "02-pods" / "module.yaml").write_text("title: {en: Pods, ko: 파드}\n")
    return tmp_path / "course" / PLACE


@pytest.fixture
def draft(chromium: Browser, folder: Path, tmp_path: Path) -> Iterator[Page]:
    """The preview of the folder, as its author has it open."""
    data = tmp_path / "data"
    data.mkdir()
    site = Site(data, KUBELAB_CONTENT=str(folder.parent.parent), KUBELAB_WRITING="1", KUBELAB_TLS_PORT="0")
    page = chromium.new_page(base_url=site.address, viewport={"width": 1440, "height": 900})
    page.goto(f"/en/writing/{PLACE}/")
    yield page
    page.close()
    site.stop()
    site.log.close()


def test_the_page_follows_the_files_and_the_scene_can_be_tried(draft: Page, folder: Path) -> None:
    lesson, text = folder / "lesson.yaml", folder / "en.md"
    right = lesson.read_text()
    lesson.write_text(right.replace("minutes:", "minuts:"))
    expect(draft.locator(".findings li").first).to_contain_text(
        "lesson.yaml:2 minuts is not known here", timeout=20_000
    )
    assert findings(draft) == []
    screenshot(draft, "writing-en-light-1440")
    lesson.write_text(right)
    expect(draft.locator(".findings li")).to_have_count(0, timeout=20_000)

    draft.get_by_role("button", name="Try its scene").click()
    expect(draft.locator(".screen .xterm-rows")).to_contain_text("you@lab:~$", timeout=60_000)
    text.write_text("Written *just now*.\n\n```run\nkubectl get nodes\n```\n")
    expect(draft.locator(".prose em")).to_have_text("just now", timeout=20_000)
    draft.locator(".prose [data-run] button").click()
    expect(draft.locator(".screen .xterm-rows")).to_contain_text("kubectl get nodes")
    draft.locator(".prose [data-run] button").click()
    expect(draft.locator(".screen .xterm-rows")).to_contain_text("control-plane", timeout=20_000)
