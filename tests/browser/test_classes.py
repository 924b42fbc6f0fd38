"""A class in real browsers: an instructor opens it, a learner joins and works, is watched, helped and graded."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Site, screenshot
from tests.browser.test_accessibility import findings
from tests.browser.test_journeys import TERMINAL, run

PASSWORD = "a long sentence to remember"
ONE_PANE = 640
"""Up to this width, in pixels, a lesson shows one of its panes at a time."""


@pytest.fixture
def people(chromium: Browser, site: Site) -> Iterator[list[BrowserContext]]:
    """Whoever comes, each with a browser of their own; what goes wrong in a page's scripts fails the test."""
    contexts: list[BrowserContext] = []
    wrong.clear()
    yield contexts
    for context in contexts:
        context.close()
    assert not wrong


wrong: list[str] = []


def newcomer(chromium: Browser, site: Site, people: list[BrowserContext], **options: object) -> Page:
    size = {"width": 1440, "height": 900}
    context = chromium.new_context(base_url=site.address, **{"viewport": size, "locale": "en", **options})
    people.append(context)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def sign_up(page: Page, name: str, language: str = "en") -> None:
    page.goto(f"/{language}/sign-up/?next=/{language}/classes/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(f"{name}-{language}@example.com".lower().replace(" ", "-"))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .btn").last.click()
    expect(page).to_have_url(re.compile("/classes/$"))


def open_class(page: Page, name: str, what: str = "") -> str:
    """Open a class with an assignment, the first lesson unless something else is said; its code."""
    page.locator("[name=name]").fill(name)
    page.locator("form[action$='/classes/new/'] button").click()
    page.locator("a[href$='/assignments/new/']").click()
    if what:
        page.locator("[name=what]").select_option(what)
        expect(page.locator(".parts .place").first).to_be_visible()
    page.locator("[name=points]").fill("10")
    page.locator("main .btn.go").click()
    expect(page.locator(".dues li")).to_have_count(1)
    code = page.locator(".big-code").inner_text()
    return code.split()[-1]


def join(page: Page, code: str, name: str, language: str = "en") -> None:
    """As a guest, by the code, with a name; then into the assignment, up to the prompt."""
    page.goto(f"/{language}/classes/")
    page.locator("[name=code]").fill(code)
    page.locator("[name=code] + button").click()
    page.locator("[name=name]").fill(name)
    page.locator("main .btn.go").click()
    page.locator(".dues a").first.click()


def begin(page: Page) -> None:
    page.locator("main .btn.go.big").click()
    if page.viewport_size and page.viewport_size["width"] <= ONE_PANE:
        expect(page.locator("[data-to][aria-current]")).to_have_count(1)  # the page listens from now on
        page.locator("[data-to=work]").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)


def press(page: Page, seat: Locator) -> None:
    """A slow click: the seats are asked for twice between press and release."""
    seat.hover()
    page.mouse.down()
    for _ in range(2):
        with page.expect_response(lambda response: "/live/" in response.url):
            pass
    page.mouse.up()


def test_a_class_from_its_door_to_its_grades(chromium: Browser, site: Site, people: list[BrowserContext]) -> None:
    teacher, learner = newcomer(chromium, site, people), newcomer(chromium, site, people)
    sign_up(teacher, "Eunji")
    code = open_class(teacher, "Cloud Basics 2")
    screenshot(teacher, "class-taught")
    join(learner, code, "Seojun")
    screenshot(learner, "class-assignment")
    begin(learner)
    run(learner, "kubectl run web --image=httpd:2.4")
    expect(learner.locator(TERMINAL)).to_contain_text("pod/web created")
    learner.locator(".task .btn[id^=check-]").first.click()
    expect(learner.locator(".task.fail")).to_contain_text("httpd:2.4", timeout=60_000)

    teacher.locator(".seg a[href$='/live/']").click()
    seat = teacher.locator(".seat", has_text="Seojun")
    expect(seat).to_contain_text("kubectl run web", timeout=30_000)
    press(teacher, seat)
    expect(teacher.locator(".watched .xterm-rows")).to_contain_text("pod/web created", timeout=30_000)
    expect(learner.locator(".watched-by")).to_contain_text("Eunji is watching this terminal.")
    expect(teacher.locator(".drawer .drawing svg")).to_be_attached()
    teacher.wait_for_timeout(600)
    screenshot(teacher, "class-live")
    screenshot(learner, "class-watched")

    teacher.locator(".drawer [data-word]").click()
    teacher.locator("#word textarea").fill("Look at the image once more.")
    teacher.locator("#word .btn.go").click()
    expect(learner.locator(".notices .card")).to_contain_text("Look at the image once more.")
    screenshot(learner, "class-notice")
    expect(learner.locator(".watched-by")).to_be_empty()

    teacher.locator(".seat", has_text="Seojun").click()
    teacher.locator(".drawer [data-moment]").click()
    teacher.locator("#moment textarea").fill("Which image is this?")
    screenshot(teacher, "class-moment-share")
    teacher.locator("#moment .btn.go").click()
    expect(teacher.locator(".notice").first).to_contain_text("opened by 0 of 1")
    card = learner.locator(".notices .card", has_text="Which image is this?")
    expect(card.locator("form .btn")).to_be_visible()
    screenshot(learner, "class-moment-card")
    at_work = learner.url
    card.locator("form .btn").click()
    expect(learner.locator(TERMINAL)).to_contain_text("pod/web created", timeout=60_000)
    learner.goto(at_work)
    expect(learner.locator(TERMINAL)).to_contain_text("pod/web created", timeout=60_000)
    teacher.reload()
    expect(teacher.locator(".notice").first).to_contain_text("opened by 1 of 1")
    screenshot(teacher, "class-moment-opened")
    teacher.locator(".seg a[href$='/live/']").click()

    teacher.locator(".seat", has_text="Seojun").click()
    teacher.locator(".drawer form[action$='/copy/'] button").click()
    expect(teacher.locator(TERMINAL)).to_contain_text("pod/web created", timeout=60_000)
    run(teacher, "kubectl delete pod web --wait=false; kubectl get pods")
    expect(teacher.locator(".strip.frame")).to_contain_text("A copy of Seojun's cluster")
    run(learner, "kubectl get pod web -o name")
    expect(learner.locator(TERMINAL)).to_contain_text("pod/web\n")

    teacher.goto(learner.url.split("/attempts/")[0].replace(site.address, "") + "/classes/")
    teacher.locator(".mod a").click()
    teacher.locator(".seg a[href$='/grades/']").click()
    book = teacher.url
    teacher.locator(".grades td a").first.click()
    drawer = teacher.locator(".drawer")
    expect(drawer).to_contain_text("Terminal at command 1")
    expect(drawer.locator(".console .sel pre")).to_contain_text("kubectl run web --image=httpd:2.4")
    screenshot(teacher, "class-book")
    drawer.locator("a", has_text="Step by step").click()
    expect(teacher.locator("#replay")).to_contain_text("command 1 of 2", timeout=30_000)
    expect(teacher.locator("#replay .task.fail").first).to_contain_text("httpd:2.4")
    screenshot(teacher, "class-replay")
    assert findings(teacher) == []
    teacher.keyboard.press("ArrowRight")
    expect(teacher.locator("#replay .console .sel pre")).to_contain_text("kubectl get pod web -o name")
    teacher.keyboard.press("ArrowLeft")
    expect(teacher.locator("#replay")).to_contain_text("command 1 of 2")
    teacher.go_back()
    expect(teacher.locator("#replay")).to_contain_text("command 2 of 2")
    teacher.goto(book)
    teacher.locator(".grades td a").first.click()
    drawer.locator("[name=points]").fill("7.5")
    drawer.locator("[name=note]").fill("Nearly.")
    drawer.locator(".override .btn").click()
    expect(teacher.locator(".grades td a").first).to_contain_text("7.5")
    teacher.locator("form[action$='/export/'] button").click()
    with teacher.expect_download() as told:
        teacher.locator(".job a[download]").click(timeout=30_000)
    assert "Seojun" in told.value.path().read_text()
    teacher.locator("form[action$='/regrade/'] button").first.click()
    expect(teacher.locator(".job.done", has_text="Attempts graded again: 1")).to_be_visible(timeout=60_000)
    expect(teacher.locator(".grades .st.waiting")).to_have_count(0)
    screenshot(teacher, "class-book-jobs")

    learner.locator(".strip.frame a").first.click()
    expect(learner.locator(".note")).to_contain_text("Eunji gives 7.5 points.")
    expect(learner.locator(".tries")).to_contain_text("Eunji watched this terminal")


def test_an_exam_is_assigned_sat_and_graded(chromium: Browser, site: Site, people: list[BrowserContext]) -> None:
    teacher = newcomer(chromium, site, people)
    learner = newcomer(chromium, site, people, locale="ko", color_scheme="dark")
    sign_up(teacher, "Examiner")
    code = open_class(teacher, "CKAD evening", "exam:developer")
    join(learner, code, "하준", "ko")
    screenshot(learner, "class-exam-rules")
    learner.locator("main .btn.go.big").click()
    expect(learner.locator(".clock")).to_contain_text("1:2")
    screenshot(learner, "class-exam-tasks")
    assert findings(learner) == []
    learner.locator(".numbered-rows a").first.click()
    expect(learner.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)
    run(learner, "kubectl get pods -A | head -3")
    screenshot(learner, "class-exam-task")

    teacher.locator(".seg a[href$='/live/']").click()
    seat = teacher.locator(".seat", has_text="하준")
    expect(seat).to_contain_text("kubectl get pods", timeout=30_000)
    expect(seat).to_contain_text("at task 1 of 14")
    seat.click()
    expect(teacher.locator(".watched .xterm-rows")).to_contain_text("kubectl get pods", timeout=30_000)
    expect(learner.locator(".watched-by")).to_contain_text("Examiner")
    teacher.wait_for_timeout(600)
    screenshot(teacher, "class-exam-live")

    learner.locator("[data-hand-in] button").click()
    expect(learner.locator(".review")).to_have_count(14, timeout=90_000)
    screenshot(learner, "class-exam-result")
    assert findings(learner) == []

    teacher.locator(".seg a[href$='/grades/']").click()
    teacher.locator(".grades td a").first.click()
    drawer = teacher.locator(".drawer")
    expect(drawer.locator(".task.fail .finding")).to_be_visible()
    expect(drawer.locator(".console")).to_contain_text("kubectl get pods -A")
    teacher.wait_for_timeout(400)
    screenshot(teacher, "class-exam-cell")
    assert findings(teacher) == []


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("ko", "light", 1440), ("ko", "dark", 390), ("en", "dark", 1024)]
)
def test_the_pages_of_a_class_look_right(
    chromium: Browser, site: Site, people: list[BrowserContext], language: str, theme: str, width: int
) -> None:
    """axe finds nothing serious, nothing scrolls sideways, and there is a picture to look at."""
    options = {"color_scheme": theme, "locale": language, "viewport": {"width": width, "height": 900}}
    teacher = newcomer(chromium, site, people, **options)
    sign_up(teacher, f"T {theme} {width}", language)
    code = open_class(teacher, "클라우드 기초 2반")
    for name in ("김서준", "오채원"):
        learner = newcomer(chromium, site, people, **options)
        join(learner, code, name, language)
    begin(learner)
    found = {"lesson": findings(learner)}
    learner.goto(f"/{language}/classes/")
    found["index"] = findings(learner)
    learner.locator(".mod a").click()
    learner.locator(".hand input[name=words]").fill("셀렉터를 바꿨는데도 0개예요")
    learner.locator(".hand button").click()
    expect(learner.locator(".hand .chip")).to_be_visible()
    pages = {"room": learner}
    room = teacher.url
    for path in ("", "people/", "assignments/new/", "grades/", "live/"):
        teacher.goto(room + path)
        shown = path.strip("/").replace("/", "-") or "taught"
        if path == "live/":
            teacher.locator("a.seat").first.click()
            expect(teacher.locator(".drawer .drawing svg")).to_be_attached(timeout=30_000)
        if path == "grades/":
            teacher.locator(".grades td a").first.click()
            expect(teacher.locator(".drawer .override")).to_be_visible()
        look(teacher, found, f"{shown}-{language}-{theme}-{width}")
        if path == "assignments/new/":  # a table of two columns is wider than a phone
            teacher.locator("form.stack .btn.go").click()
            expect(teacher).to_have_url(room)
    for name, page in pages.items():
        look(page, found, f"{name}-{language}-{theme}-{width}")
    assert {name: each for name, each in found.items() if each} == {}


def look(page: Page, found: dict[str, list[str]], name: str) -> None:
    page.wait_for_timeout(400)
    screenshot(page, f"class-{name}")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    found[name] = findings(page)


def test_the_gradebook_by_keyboard(chromium: Browser, site: Site, people: list[BrowserContext]) -> None:
    teacher = newcomer(chromium, site, people)
    sign_up(teacher, "Keys")
    code = open_class(teacher, "Keyboard")
    for name in ("Ada", "Bo"):
        page = newcomer(chromium, site, people)
        join(page, code, name)
        page.close()
    teacher.locator(".seg a[href$='/grades/']").click()
    teacher.wait_for_url("**/grades/")  # whole, with the script that answers the keys
    teacher.locator(".grades td a").first.focus()
    teacher.keyboard.press("ArrowDown")
    teacher.keyboard.press("Enter")
    expect(teacher.locator(".drawer h2")).to_be_focused()
    expect(teacher.locator(".drawer h2")).to_have_text("Bo")
    teacher.keyboard.press("Escape")
    expect(teacher.locator(".drawer")).to_be_hidden()
    expect(teacher.locator(".grades td a").nth(1)).to_be_focused()
