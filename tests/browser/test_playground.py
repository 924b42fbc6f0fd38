"""A cluster of one's own making, and a link to its moment that another person opens as a copy."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, screenshot
from tests.browser.test_journeys import TERMINAL, run


def test_a_moment_is_shown_to_somebody_else(page: Page, chromium: Browser, site: Site) -> None:
    page.goto("/en/playground/")
    page.get_by_role("button", name="Start without an account").click()
    page.get_by_label("Worker nodes").fill("2")
    page.get_by_label("Kubernetes").select_option("1.34")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=30_000)
    run(page, "kubectl get nodes; echo mine > whose")
    expect(page.locator(TERMINAL)).to_contain_text("v1.34")
    expect(page.locator(TERMINAL)).not_to_contain_text("node-3")
    screenshot(page, "playground")
    page.locator("[popovertarget=terminal-menu]").click()
    page.get_by_role("button", name="Share this moment").click()
    link = page.get_by_label("Link").input_value()
    page.go_back()
    run(page, "echo changed > whose")

    context = chromium.new_context(base_url=site.address, locale="ko")
    other = context.new_page()
    other.goto(link.replace("/en/", "/ko/"))
    other.locator("main .btn.go").click()
    other.locator("main .btn.go").click()
    expect(other.locator(TERMINAL)).to_contain_text("echo mine", timeout=30_000)
    run(other, "clear; cat whose")
    expect(other.locator(TERMINAL)).to_contain_text("mine")
    context.close()
