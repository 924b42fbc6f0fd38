"""axe finds nothing serious on any page, in both themes and both languages; keys do what they are told to."""

import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, Site

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds serious on the page as it stands, by all of its rules or some, each with the element."""
    page.evaluate(f"() => {{ {AXE.read_text()} }}")
    found: list[dict[str, Any]] = page.evaluate(
        """rules => axe.run({exclude: ['.xterm']}, {resultTypes: ['violations'], ...(rules.length && {runOnly: rules})})
            .then(told => told.violations)""",
        rules,
    )
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    """The same in light and dark, which differ in nothing but their colours."""
    light, dark = THEMES
    found = findings(page)
    page.emulate_media(color_scheme=dark)
    found += findings(page, "color-contrast")
    page.emulate_media(color_scheme=light)
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_serious(chromium: Browser, site: Site, language: str) -> None:
    context = chromium.new_context(base_url=site.address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    found: dict[str, list[str]] = {}
    for path in ("", "course/", "sign-in/", "sign-up/", "search/?q=pod", "glossary/", "playground/"):
        page.goto(f"/{language}/{path}")
        found[path] = in_both_themes(page)
    page.goto(f"/{language}/")
    page.locator("main .btn.go").click()
    expect(page.locator(".screen .xterm-rows")).to_contain_text("you@lab:~$", timeout=60_000)
    expect(page.locator(".drawing svg")).to_be_attached()
    page.locator("[id^=hint-]:visible").first.click()
    expect(page.locator(".hint")).to_have_count(1)
    found["lesson"] = in_both_themes(page)
    page.locator("[data-view=list]").click()
    found["list"] = in_both_themes(page)
    page.locator("[popovertarget=files-menu]").click()
    page.locator("#files-menu input").fill("pod.yaml")
    page.keyboard.press("Enter")
    expect(page.locator(".editor .cm-content")).to_be_focused()
    page.keyboard.insert_text("kind: Pod\nspec: {}\n")
    expect(page.locator(".editor .cm-lint-marker-error")).to_be_visible()
    found["editor"] = in_both_themes(page)
    page.locator(".to-quiz a").click()
    page.locator(".q .btn.go").first.wait_for()
    found["quiz"] = in_both_themes(page)
    page.locator(".q input[name=choice]").first.check()
    page.locator(".q .btn.go").first.click()
    page.locator(".q .opt .fb").first.wait_for()
    found["answered"] = in_both_themes(page)
    if language == "en":
        page.goto("/en/lessons/on-the-node/")
        table = page.locator("form.ask")
        for number in range(9):
            table.locator("select").nth(number).select_option("works")
        found["table"] = in_both_themes(page)
        table.locator(".btn").click()
        expect(table.locator(".then")).to_contain_text("6 of 9 as you said.")
        expect(table.locator(".then")).to_be_focused()
        found["compared"] = in_both_themes(page)
    page.goto(f"/{language}/account/")
    found["account"] = in_both_themes(page)
    context.close()
    assert {path: each for path, each in found.items() if each} == {}


def test_shortcuts_of_one_key_can_be_switched_off(page: Page) -> None:
    page.goto("/en/")
    page.locator("main .btn.go").click()
    expect(page.locator(".drawing svg")).to_be_attached()
    card, heading = page.locator("#shortcuts"), page.locator(".read h1")
    heading.click()
    page.keyboard.press("?")
    expect(card).to_be_visible()
    card.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    heading.click()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(card).to_be_hidden()
    page.locator("[popovertarget=terminal-menu]").click()
    page.locator("#terminal-menu [popovertarget=shortcuts]").click()
    expect(card).to_be_visible()
    page.locator("[data-search]").click(force=True)
    switch = page.locator("[data-single-keys]")
    expect(switch).not_to_be_checked()
    switch.check()
    page.goto("/en/glossary/")
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("/en/search/$"))
