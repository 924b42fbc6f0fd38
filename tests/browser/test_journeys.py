"""What people do, in a real browser: begin, type, pass a task, come back, sign up, use a phone, use only keys."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import Site, screenshot
from tests.browser.test_accessibility import THEMES, findings

TERMINAL = ".screen:not([hidden]) .xterm-rows"


def begin(page: Page, language: str = "en") -> None:
    """As a guest, into the first lesson, until the prompt is there."""
    page.goto(f"/{language}/")
    page.locator("main .btn.go").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)


def run(page: Page, command: str) -> None:
    page.locator(".screen:not([hidden])").click()
    page.keyboard.insert_text(command)
    page.keyboard.press("Enter")


def shown(page: Page) -> str:
    return "\n".join(page.locator(f"{TERMINAL} > div").all_inner_texts()).replace("\xa0", " ")


def solve_first_task(page: Page) -> None:
    """The first lesson's published solution, typed line by line."""
    from lessons import load

    _, script = load().lessons()[0].solutions[0]
    for line in script.splitlines():
        if line and not line.startswith(("#", "sleep")):
            run(page, line)


def test_a_newcomer_solves_a_task_and_finds_everything_again(page: Page) -> None:
    begin(page)
    run(page, "kubectl get nodes")
    expect(page.locator(TERMINAL)).to_contain_text("node-3")
    run(page, "echo 안녕하세요 > note.txt; cat note.txt")
    expect(page.locator(TERMINAL)).to_contain_text("안녕하세요")
    solve_first_task(page)
    expect(page.locator(".task.pass").first).to_be_visible(timeout=60_000)
    screenshot(page, "lesson")
    passed = [task.get_attribute("id") for task in page.locator(".task.pass").all()]  # others may pass meanwhile

    page.reload()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$")
    for task in passed:
        expect(page.locator(f"#{task}.pass")).to_be_visible()
    run(page, "clear; cat note.txt")
    expect(page.locator(TERMINAL)).to_contain_text("안녕하세요")


def test_korean_is_composed_as_it_is_typed(page: Page) -> None:
    """Syllables grow while they are composed; only the finished word goes to the shell, once."""
    begin(page, "ko")
    page.locator(".screen:not([hidden])").click()
    page.keyboard.insert_text("echo ")
    keyboard = page.context.new_cdp_session(page)
    for grown in ("ㅍ", "파", "팓", "파드"):
        keyboard.send(
            "Input.imeSetComposition", {"text": grown, "selectionStart": len(grown), "selectionEnd": len(grown)}
        )
    expect(page.locator(".composition-view.active")).to_have_text("파드")
    keyboard.send("Input.insertText", {"text": "파드"})
    page.keyboard.press("Enter")
    expect(page.locator(TERMINAL)).to_contain_text(re.compile(r"echo 파드\s*파드\s*you@lab"))


def test_what_is_pasted_waits_for_enter_and_what_is_selected_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin(page)
    page.evaluate("() => navigator.clipboard.writeText('echo $((6*7))\\necho $((5*5))\\n')")
    page.locator(".screen:not([hidden])").click()
    page.keyboard.press("Control+v")
    expect(page.locator(TERMINAL)).to_contain_text("echo $((5*5))")
    page.keyboard.type(" ")  # whatever would have been run by the paste would have answered before this
    expect(page.locator(TERMINAL)).not_to_contain_text("42")
    page.keyboard.press("Enter")
    expect(page.locator(TERMINAL)).to_contain_text("42")
    expect(page.locator(TERMINAL)).to_contain_text("25")
    run(page, "clear; echo to''copy")
    line = page.locator(f"{TERMINAL} > div", has_text=re.compile("^tocopy"))
    expect(line).to_be_visible()
    box = line.bounding_box()
    assert box is not None
    page.mouse.dblclick(box["x"] + 20, box["y"] + box["height"] / 2)
    page.keyboard.press("Control+c")
    assert page.evaluate("() => navigator.clipboard.readText()") == "tocopy"
    page.keyboard.type("echo to''file; cat > kept")
    page.keyboard.press("Enter")
    expect(page.locator(f"{TERMINAL} > div", has_text=re.compile("^tofile"))).to_be_visible()
    page.keyboard.press("Control+Shift+v")
    expect(line).to_have_count(2)
    page.keyboard.press("Enter")
    page.locator("[popovertarget=terminal-menu]").click()
    page.get_by_role("button", name="Paste", exact=True).click()
    expect(line).to_have_count(3)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+d")
    run(page, "clear; wc -l kept")
    expect(page.locator(TERMINAL)).to_contain_text("2 kept")


def test_what_was_answered_survives_the_death_of_the_server(page: Page, site: Site) -> None:
    begin(page)
    run(page, "kubectl create configmap kept --from-literal=word=safe-and-sound")
    expect(page.locator(TERMINAL)).to_contain_text("configmap/kept created")
    before = shown(page)
    site.kill()
    expect(page.locator(".strip.wait")).to_contain_text("Connection lost")
    page.locator(".screen").click()
    page.keyboard.insert_text("echo typed while away")
    expect(page.locator(".unsafe")).to_have_text("echo typed while away")
    screenshot(page, "connection-lost")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".unsafe")).to_have_text("echo typed while away")
    site.start()
    expect(page.locator(".strip")).to_have_count(0, timeout=60_000)  # it tries again by itself
    page.locator(".screen").click()
    page.keyboard.press("Enter")
    expect(page.locator(TERMINAL)).to_contain_text("echo typed while away")
    assert shown(page).count("configmap/kept created") == 1
    assert shown(page).startswith(before.rstrip()[:200])
    run(page, "kubectl get configmap kept -o jsonpath='{.data.word}'")
    expect(page.locator(TERMINAL)).to_contain_text(re.compile("safe-and-sound.*safe-and-sound"))


def test_commands_are_numbered_and_failures_marked(page: Page) -> None:
    begin(page)
    run(page, "true")
    page.keyboard.press("Enter")
    run(page, "kubectl get pod nothing")
    expect(page.locator(".screen .no.err")).to_have_text("!2")
    run(page, "for n in 1 2; do\necho $n\ndone")
    expect(page.locator(".screen .no").last).to_have_text("4")


def test_a_command_in_the_text_is_typed_by_a_click_and_run_by_a_second(page: Page) -> None:
    begin(page)
    block = page.locator(".run[data-run]").first
    command = block.locator("pre").inner_text().splitlines()[0]
    block.get_by_role("button").click()
    expect(page.locator(TERMINAL)).to_contain_text(command[:40])
    block.get_by_role("button").click()
    expect(block).to_have_class(re.compile("done"))


def test_a_guest_signs_up_and_keeps_the_work(page: Page) -> None:
    begin(page, "ko")
    run(page, "echo mine > file.txt")
    page.locator(".who").click()
    page.get_by_role("link", name="가입하기").click()
    page.get_by_label("이름").fill("지우")
    page.get_by_label("이메일").fill("jiwoo@example.com")
    page.get_by_label("비밀번호").fill("긴 문장은 기억하기 쉽습니다")
    page.locator("form.stack button").click()
    expect(page.locator(".who")).to_have_text("지")
    run(page, "cat file.txt")
    expect(page.locator(TERMINAL)).to_contain_text("mine")


def test_starting_over_asks_first(page: Page) -> None:
    begin(page)
    run(page, "echo old > old.txt")
    expect(page.locator(TERMINAL)).to_contain_text("old.txt")
    late: list[Route] = []
    page.route("**/site*.js", lambda route: late.append(route), times=1)
    page.reload(wait_until="commit")
    page.get_by_role("button", name="Start over").click()  # and no script is there yet that would ask
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        late[0].continue_()
    assert "Start over?" in asked.value.message
    expect(page.locator(TERMINAL)).to_contain_text("old.txt")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start over").click()
    expect(page.locator(TERMINAL)).not_to_contain_text("old.txt")
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$")


def test_hints_and_check(page: Page) -> None:
    begin(page)
    page.locator("[id^=hint-]:visible").first.click()
    expect(page.locator(".hint")).to_have_count(1)
    page.locator("[id^=check-]:visible").first.click()
    expect(page.locator(".task.fail .finding")).to_be_visible()
    assert "Not yet: " in page.locator("#verdict").inner_text()  # said to who cannot see it, in the same moment
    screenshot(page, "finding")


def test_keys_alone_reach_everything(page: Page) -> None:
    begin(page)
    page.locator(".read").focus()
    page.keyboard.press("F6")
    expect(page.locator(".xterm-helper-textarea").first).to_be_focused()
    page.keyboard.press("F6")
    expect(page.locator(".task [aria-expanded=true]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".task.fail .finding")).to_be_visible()
    expect(page.locator("[id^=check-]:visible")).to_be_focused()  # though it was disabled meanwhile
    page.keyboard.press("Shift+F6")
    expect(page.locator(".xterm-helper-textarea").first).to_be_focused()
    page.keyboard.press("Control+Backquote")
    expect(page.locator(".read")).to_be_focused()


def test_two_terminals_and_search(page: Page) -> None:
    begin(page)
    run(page, "echo first")
    page.get_by_role("button", name="New terminal").click()
    expect(page.get_by_role("tab")).to_have_count(2)
    run(page, "echo second; echo needle")
    expect(page.locator(TERMINAL)).to_contain_text("needle")
    page.keyboard.press("Control+Shift+F")
    page.keyboard.insert_text("needle")
    expect(page.locator(".finder .count")).to_contain_text("2")
    page.keyboard.press("Escape")
    page.get_by_role("tab").first.click()
    expect(page.locator(TERMINAL)).to_contain_text("first")
    page.reload()
    expect(page.get_by_role("tab")).to_have_count(2)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_cut_off(chromium: Browser, site: Site, language: str) -> None:
    context = chromium.new_context(base_url=site.address)
    page = context.new_page()
    sizes = [(1440, 900), (1024, 768), (768, 1024), (390, 844)]
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        for path, name in (("", "home"), ("course/", "course"), ("sign-in/", "sign-in")):
            page.goto(f"/{language}/{path}")
            look(page, f"{name}-{language}", width)
    page.goto(f"/{language}/")
    page.locator("main .btn.go").click()
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        expect(page.locator(".drawing svg")).to_be_attached()
        look(page, f"lesson-{language}", width)
        if width <= 860:
            page.locator("[data-to=side]").click()
            look(page, f"lesson-side-{language}", width)
    context.close()


def look(page: Page, name: str, width: int) -> None:
    """Nothing is wider than the page; a picture in each theme."""
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        screenshot(page, f"{name}-{theme}-{width}")


def test_terminals_stand_above_each_other_and_are_closed(page: Page) -> None:
    begin(page)
    page.get_by_role("button", name="Two terminals above each other").click()
    upper, lower = page.locator("#screen-1"), page.locator("#screen-2")
    expect(lower.locator(".xterm-rows")).to_contain_text("you@lab:~$")
    page.keyboard.insert_text("echo below; sleep 600")
    page.keyboard.press("Enter")
    expect(lower.locator(".xterm-rows")).to_contain_text("below")
    run_in(page, "#screen-1", "echo above")
    expect(upper.locator(".xterm-rows")).to_contain_text("above")
    expect(page.get_by_role("tab", name="Terminal 1")).to_have_attribute("aria-selected", "true")
    assert findings(page) == []
    cut = page.get_by_role("separator", name="Height of the upper half")
    height = height_of(upper)
    cut.focus()
    page.keyboard.press("ArrowDown")
    expect(cut).to_have_attribute("aria-valuenow", "55")
    assert height_of(upper) > height

    page.reload()
    expect(upper.locator(".xterm-rows")).to_contain_text("above")
    expect(lower.locator(".xterm-rows")).to_contain_text("below")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("tab", name="Terminal 2").focus()
    page.keyboard.press("Delete")
    expect(page.get_by_role("tab")).to_have_count(1)
    expect(upper).to_be_visible()
    page.get_by_role("button", name="New terminal").click()
    run_in(page, "#screen-2", "ps | grep -c sleep")
    expect(lower.locator(".xterm-rows")).to_contain_text("0")


def run_in(page: Page, screen: str, command: str) -> None:
    page.locator(screen).click()
    page.keyboard.insert_text(command)
    page.keyboard.press("Enter")


def height_of(what: Locator) -> float:
    box = what.bounding_box()
    assert box is not None
    return box["height"]
