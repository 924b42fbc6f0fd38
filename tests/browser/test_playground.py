"""A cluster of one's own making, and a link to its moment that another person opens as a copy."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, screenshot
from tests.browser.test_accessibility import findings
from tests.browser.test_journeys import TERMINAL, run


def test_a_moment_is_shown_to_somebody_else(page: Page, chromium: Browser, site: Site) -> None:
    page.goto("/en/playground/")
    preview = page.locator(".preview .map")
    expect(preview.locator(".node")).to_have_text(["node-1", "node-2", "node-3"])
    page.get_by_label("the scheduler: Pods get no node").check()
    expect(preview.locator(".pod.pending")).to_have_count(4)
    page.get_by_label("the scheduler: Pods get no node").uncheck()
    page.get_by_label("Worker nodes").fill("14")
    expect(preview.locator(".zone")).to_have_count(3)
    assert findings(page) == []
    screenshot(page, "playground-en-light-1440")
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
    expect(other.locator(TERMINAL)).to_contain_text("echo mine", timeout=30_000)
    run(other, "clear; cat whose")
    expect(other.locator(TERMINAL)).to_contain_text("mine")
    context.close()


def test_many_nodes_stand_behind_the_doors_of_their_zones(page: Page) -> None:
    page.goto("/en/playground/")
    page.get_by_label("Worker nodes").fill("13")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)
    door = page.get_by_role("button", name="Zone a 5 nodes, 0 Pods")
    expect(door).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".map .node")).to_have_count(0)
    run(page, "kubectl create deployment web --image=nginx --replicas=13")
    expect(page.locator(".map .zone .m", has_text="Zone")).to_have_text(["Zone a", "Zone b", "Zone c"])
    expect(page.locator(".map .zone .pod.running").first).to_be_visible()
    page.get_by_role("button", name="Zone a 5 nodes").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map .node")).to_have_text(["node-1", "node-10", "node-13", "node-4", "node-7"])
    assert findings(page) == []
    screenshot(page, "zones-en-light-1440")
