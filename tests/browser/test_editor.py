"""The editor tab: a manifest written with help from the schemas, saved, applied, and kept."""

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import screenshot
from tests.browser.test_journeys import TERMINAL, begin, run

TEXT = ".editor:not([hidden]) .cm-content"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replica: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx
        """


def open_file(page: Page, path: str) -> None:
    page.get_by_role("button", name="Open a file").click()
    page.locator("#files-menu input").fill(path)
    page.keyboard.press("Enter")
    expect(page.locator(TEXT)).to_be_focused()


def test_a_manifest_is_written_mended_and_applied(page: Page) -> None:
    begin(page)
    open_file(page, "web.yaml")
    page.keyboard.insert_text(WEB)
    expect(page.locator(".editor-bar .bad")).to_contain_text("would refuse")
    expect(page.locator(".cm-lintRange-error")).to_have_text("replica")
    page.keyboard.type("por")
    expect(page.locator(".cm-tooltip-autocomplete [aria-selected]")).to_contain_text("ports")
    screenshot(page, "editor")
    page.keyboard.press("Enter")
    page.keyboard.type("containerPort: 80")
    expect(page.get_by_role("tab", name="web.yaml")).to_contain_text("web.yaml")
    expect(page.locator(".tabs .unsaved")).to_be_visible()

    page.locator(".cm-line", has_text="replica:").click()
    page.keyboard.press("End")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("s")
    expect(page.locator(".editor-bar .note-line")).to_have_text("The cluster would take it.")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(TERMINAL)).to_contain_text("deployment.apps/web created")
    expect(page.locator(".tabs .unsaved")).to_be_hidden()

    run(page, "sed -i 's/replicas: 2/replicas: 1/' web.yaml")
    page.get_by_role("tab", name="web.yaml").click()
    expect(page.locator(TEXT)).to_contain_text("replicas: 1")


def test_what_was_not_saved_is_there_after_a_reload(page: Page) -> None:
    begin(page)
    open_file(page, "note.txt")
    page.keyboard.insert_text("안녕하세요")
    expect(page.locator(".tabs .unsaved")).to_be_visible()
    page.reload()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$")
    expect(page.get_by_role("tab", name="note.txt").locator(".unsaved")).to_be_visible()
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/file/?path=note.txt", lambda route: late.append((route, route.fetch())), times=1)
    page.get_by_role("tab", name="note.txt").click()
    expect(page.locator(TEXT)).to_contain_text("안녕하세요")
    page.keyboard.press("Control+s")
    expect(page.locator(".editor-bar .note-line")).to_have_text("Saved")
    with page.expect_response("**/file/?path=note.txt"):
        late[0][0].fulfill(response=late[0][1])  # the file as it was before it was saved
    page.get_by_role("tab", name="Terminal 1").click()
    run(page, "cat note.txt")
    expect(page.locator(TERMINAL)).to_contain_text("안녕하세요")
    page.get_by_role("tab", name="note.txt").click()
    expect(page.locator(".editor-bar .note-line")).to_have_text("Saved")
