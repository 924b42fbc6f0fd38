"""The gym and an exam, as a learner goes through them."""

from playwright.sync_api import Page, expect

from lessons.draws import drawn
from lessons.exercises import gym
from tests.browser.conftest import screenshot
from tests.browser.test_journeys import TERMINAL, run


def start(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/en/practice/")
    expect(page.get_by_role("heading", name="Practice")).to_be_visible()


def test_a_broken_world_is_mended(page: Page) -> None:
    start(page)
    screenshot(page, "gym")
    page.get_by_role("button", name="New draw: The Service refuses, and every Pod is Ready").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)
    app = page.locator("#name-mended").inner_text().split()[1]
    expect(page.locator(".drawing .at.untold")).not_to_have_count(0)  # how the programs are, is not told here
    expect(page.locator(".say")).not_to_contain_text("left out")
    run(page, "mkdir -p answers; echo targetPort > answers/cause")
    run(page, f"""kubectl patch service {app} -p '{{"spec":{{"ports":[{{"port":80,"targetPort":"http"}}]}}}}'""")
    expect(page.locator(".task.pass")).to_have_count(2, timeout=60_000)
    page.goto("/en/practice/")
    expect(page.get_by_text("mended 1 ×")).to_be_visible()
    assert app in {drawn(gym().find("port-by-name"), str(seed)).scene["objects"].split('"')[1] for seed in range(40)}


def test_an_exam_is_sat_and_looked_at_afterwards(page: Page) -> None:
    start(page)
    page.clock.set_system_time("2031-01-01")  # a clock that is years ahead does not end the exam
    page.get_by_role("button", name="Begin").first.click()
    expect(page.get_by_role("timer")).to_contain_text("1:")
    page.clock.install()
    page.reload()
    page.clock.fast_forward("01:21:00")
    expect(page.get_by_role("status")).to_have_text("Less than ten minutes left.")
    page.clock.fast_forward("08:10")
    expect(page.get_by_role("status")).to_have_text("Less than a minute left; then it is handed in as it is.")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("")
    page.get_by_role("link", name="A Secret as a file").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)
    screenshot(page, "exam")
    run(page, "kubectl get pods")
    expect(page.locator(TERMINAL)).to_contain_text("reader")
    expect(page.get_by_role("button", name="Check")).to_have_count(0)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Not passed yet: 66 % were needed.")).to_be_visible(timeout=60_000)
    page.get_by_text("One way to do it").first.click()
    screenshot(page, "exam-review")
