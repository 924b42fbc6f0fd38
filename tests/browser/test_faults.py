"""Faults by the panel in a real browser: in one's own cluster by keyboard alone, and for a class, whose learners see it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import Site, screenshot
from tests.browser.test_accessibility import findings
from tests.browser.test_classes import begin, join, newcomer, open_class, sign_up, wrong
from tests.browser.test_journeys import TERMINAL, run


@pytest.fixture
def people(chromium: Browser, site: Site) -> Iterator[list[BrowserContext]]:
    contexts: list[BrowserContext] = []
    wrong.clear()
    yield contexts
    for context in contexts:
        context.close()
    assert not wrong


def test_a_node_loses_power_by_keyboard_alone(chromium: Browser, site: Site, people: list[BrowserContext]) -> None:
    page = newcomer(chromium, site, people, locale="ko", color_scheme="dark")
    sign_up(page, "Alone", "ko")
    page.goto("/ko/lessons/first-pod/")
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)
    page.locator("[popovertarget=terminal-menu]").focus()
    page.keyboard.press("Enter")
    page.locator("[data-instead=faults]").focus()
    page.keyboard.press("Enter")
    panel = page.locator("#faults")
    expect(page.locator("#terminal-menu")).to_be_hidden()
    expect(panel.locator("#fault-which")).to_be_focused()
    for _ in range(page.locator("#fault-which option").count()):
        page.keyboard.press("ArrowDown")
        if panel.locator("#fault-which").input_value() == "node-without-power":
            break
    expect(panel.locator("[data-fault=node-without-power]")).to_be_visible()
    expect(panel.locator("#fault-which")).to_be_focused()
    panel.locator("[name=with-node]").focus()
    page.keyboard.type("node-2")
    expect(panel.locator("[name=with-node]")).to_have_value("node-2")
    assert findings(page) == []
    screenshot(page, "faults-panel")
    panel.locator(".btn.go").focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".stands li")).to_contain_text("node-2")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    run(page, "ping -c1 -W1 node-2")
    expect(page.locator(TERMINAL)).to_contain_text("100% packet loss", timeout=30_000)
    page.locator("[popovertarget=terminal-menu]").click()
    page.locator("[data-instead=faults]").click()
    expect(panel.locator("#fault-which")).to_be_focused()
    panel.locator("#fault-which").select_option("link")
    panel.locator("[name=with-loss]").fill("900")
    panel.locator("form.stack").evaluate("form => (form.noValidate = true)")
    panel.locator(".btn.go").click()
    expect(panel.locator(".note.bad")).to_contain_text("100")
    panel.locator(".stands button").click()
    expect(panel.locator(".stands")).to_have_count(0)


def test_everybody_in_a_class_has_no_dns(chromium: Browser, site: Site, people: list[BrowserContext]) -> None:
    teacher, learner = newcomer(chromium, site, people), newcomer(chromium, site, people)
    sign_up(teacher, "Breaker")
    code = open_class(teacher, "Chaos")
    teacher.locator(".dues a").first.click()
    teacher.locator("[name=faults]").check()
    teacher.locator("main .btn.go").click()
    expect(teacher.locator(".dues li")).to_have_count(1)  # it is saved
    join(learner, code, "Sooah")
    expect(learner.locator(".rules")).to_contain_text("may set off faults")
    begin(learner)
    teacher.locator(".seg a[href$='/live/']").click()
    teacher.wait_for_load_state()
    teacher.locator(".tools [popovertarget=faults]").click()
    panel = teacher.locator("#faults")
    expect(panel).to_contain_text("everybody who has begun: 1")
    panel.locator(".btn.go").click()
    expect(panel.locator(".job.done")).to_contain_text("Clusters that have it now: 1", timeout=60_000)
    expect(learner.locator(".watched-by")).to_contain_text("Breaker has set off a fault in this cluster.")
    assert findings(teacher) == []
    screenshot(teacher, "faults-class")
    screenshot(learner, "faults-told")
    panel.locator(".undo button").click()
    expect(panel.locator(".job.done")).to_contain_text("rid of it now: 1", timeout=60_000)
    expect(learner.locator(".watched-by")).to_be_empty()
    teacher.keyboard.press("Escape")
    teacher.locator(".seat", has_text="Sooah").click()
    teacher.locator(".drawer [popovertarget=faults]").click()
    expect(panel).to_contain_text("No fault is on.")
