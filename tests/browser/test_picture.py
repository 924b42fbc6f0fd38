"""The picture beside the terminal: several clusters, the way of a request, keys and words for who sees neither."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import screenshot
from tests.browser.test_accessibility import findings
from tests.browser.test_journeys import TERMINAL, run


def open_lesson(page: Page, lesson: str) -> None:
    """As a guest who follows a link to it."""
    page.goto(f"/en/lessons/{lesson}/")
    page.get_by_role("button", name="Start as a guest").click()
    expect(page.locator(TERMINAL)).to_contain_text("you@lab:~$", timeout=60_000)


def test_the_picture_follows_the_terminal_until_another_cluster_is_chosen(page: Page) -> None:
    open_lesson(page, "same-everywhere")
    clusters = page.get_by_role("group", name="Clusters")
    expect(clusters.locator("[aria-pressed=true]")).to_have_text("dev (terminal)")
    expect(page.locator(".drawing .pod").first).to_be_visible()
    run(page, "kubectl config use-context prod")
    expect(clusters.locator("[aria-pressed=true]")).to_have_text("prod (terminal)")
    clusters.get_by_role("button", name="dev").focus()
    page.keyboard.press("Enter")
    expect(clusters.locator("[aria-pressed=true]")).to_have_text("dev")
    expect(page.locator(".say")).to_contain_text("Your terminal speaks to prod.")
    assert findings(page) == []
    page.locator(".drawing .pod").first.click()
    page.get_by_role("button", name="describe").click()
    expect(page.locator(TERMINAL)).to_contain_text("Successfully assigned shop/")
    run(page, "clear; history | tail -n 2")
    expect(page.locator(TERMINAL)).to_contain_text("--context=dev")
    page.reload()
    expect(clusters.locator("[aria-pressed=true]")).to_have_text("prod (terminal)")


def test_a_request_is_drawn_and_told(page: Page) -> None:
    page.clock.install()
    open_lesson(page, "probes")
    run(page, "kubectl exec deployment/shell -- curl -s http://web/ -o /dev/null")
    expect(page.locator(".say")).to_contain_text(re.compile(r"asked web: web-\w+ answered 200\."))
    expect(page.locator(".map .way").first).to_be_attached()  # for five seconds
    expect(page.locator(".map .bar")).to_have_count(0)
    assert findings(page) == []
    screenshot(page, "way-en-light-1440")
    page.clock.fast_forward("00:06")
    expect(page.locator(".map .way")).to_have_count(0)
    run(
        page, "kubectl scale deployment web --replicas=0; sleep 3; kubectl exec deployment/shell -- curl -s http://web/"
    )
    expect(page.locator(".say")).to_contain_text("shell-rszt6 asked web: no ready Pod stands behind it.")
    expect(page.locator(".map .bar")).to_be_attached()


def test_what_has_happened_is_told_of_one_object_and_of_all(page: Page) -> None:
    open_lesson(page, "probes")
    page.locator(".drawing .pod").first.click()
    expect(page.locator(".inspector .events li").first).to_contain_text("Started")
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".inspector")).to_be_hidden()  # it gives the focus back
    page.get_by_role("button", name="node-2, Node, ready").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".inspector")).to_contain_text("node-2")
    expect(page.locator(".inspector .events")).to_contain_text("Starting kubelet.")
    page.get_by_role("button", name="describe").click()
    expect(page.locator(TERMINAL)).to_contain_text("node-2")
    page.get_by_role("button", name="List").click()
    run(page, "kubectl scale deployment web --replicas=0")
    expect(page.locator(".drawing .events")).to_contain_text("Scaled down replica set web-")
    assert findings(page) == []


def test_desks_can_be_inspected_by_keyboard(page: Page) -> None:
    open_lesson(page, "probes")
    page.get_by_role("button", name="scheduler, kube-scheduler, runs").focus()
    page.keyboard.press("Enter")
    card = page.locator(".inspector")
    expect(card).to_contain_text("Watches for Pods without a node and chooses one for each")
    expect(card).to_contain_text("runs, Pod kube-scheduler-cp-1")
    expect(card.locator(".lines")).to_contain_text("Attempting to acquire leader lease")
    assert findings(page) == []
    card.get_by_role("button", name="log").click()
    expect(page.locator(TERMINAL)).to_contain_text("kubectl logs kube-scheduler-cp-1 -n kube-system --tail=20")
    run(page, "clear; ssh node-1 systemctl stop kubelet")
    desk = page.get_by_role("button", name="kubelet, node-1, kubelet, does not run")
    expect(desk).to_be_visible()
    expect(page.locator(".say")).to_contain_text("kubelet does not run on node-1.")
    desk.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="proxy, node-1, kube-proxy, runs")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(card.locator(".lines")).to_contain_text("Stopped kubelet.service")
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(desk).to_be_focused()
    page.get_by_role("button", name="List").click()
    page.locator(".objects").get_by_role("button", name="kube-controller-manager").click()
    expect(card).to_contain_text("Runs the controllers")


def test_why_tells_the_chain_behind_an_object(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_lesson(page, "probes")
    run(page, "kubectl scale deployment web --replicas=4")
    page.get_by_role("button", name="web ", exact=False).and_(page.locator(".pod")).nth(3).focus()
    page.keyboard.press("w")
    chain = page.locator(".chain")
    expect(chain.locator("li").first).to_contain_text("POST Deployment web")
    asked = chain.locator("li", has_text="PATCH Deployment web: spec.replicas: 3 → 4")
    expect(asked).to_have_count(1)
    expect(asked.get_by_role("button", name="Command 1")).to_be_visible()
    expect(chain).to_contain_text("changed ReplicaSet web-")
    expect(chain).to_contain_text("has it on the list of Service web")
    expect(chain.locator("li.no")).to_have_count(0)
    assert findings(page) == []
    bound = chain.locator("li", has_text="chose node-")
    bound.get_by_role("button", name="kube-scheduler").click()
    expect(bound).to_have_attribute("aria-current", "step")
    expect(page.locator(".at.on")).to_have_text("scheduler")
    expect(page.locator(".pod.told")).to_have_count(1)
    expect(page.locator(".map .way")).to_have_count(1)
    screenshot(page, "why-en-light-1440")
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.locator(".inspector")).to_contain_text("Made by")
    expect(page.locator(".pod.told")).to_have_count(0)
    page.keyboard.press("Escape")
    run(page, """kubectl patch service web -p '{"spec":{"selector":{"app":"wbe"}}}'""")
    expect(page.locator(".svc.lost")).to_be_visible()
    page.get_by_role("button", name="web :80, Service").focus()
    page.keyboard.press("w")
    expect(chain.locator("li.no").first).to_contain_text("looked for app=wbe: 0 of ")
    expect(chain.locator("li.no").last).to_contain_text("4 nodes: refuse 10.")


def test_a_finding_opens_a_card_of_what_is_not_drawn(page: Page) -> None:
    open_lesson(page, "probes")
    expect(page.locator(".drawing .pod").first).to_be_visible()
    card = page.locator(".inspector")
    for said, facts in {
        "ConfigMap kube-root-ca.crt": ["ConfigMap", "Data"],
        "Deployment/probes/<b>nobody": ["There is no such object now."],
        "Deployment probes/web .spec.replicas": ["Deployment", "Up-to-date", "ScalingReplicaSet"],
    }.items():
        follow(page, said)
        for fact in facts:
            expect(card).to_contain_text(fact)
        assert findings(page) == []
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()
    follow(page, "Deployment probes/web .spec.replicas")
    expect(card).to_contain_text("ScalingReplicaSet")
    screenshot(page, "card-deployment-en-light-1440")
    card.get_by_role("button", name="Why").click()
    expect(card.locator(".why")).to_contain_text("POST Deployment web")
    card.get_by_role("button", name="Back", exact=True).click()
    card.get_by_role("button", name="describe").click()
    expect(page.locator(TERMINAL)).to_contain_text("StrategyType")


def follow(page: Page, said: str) -> None:
    """The link to an object, as a finding has it; the tasks may be drawn anew at any time, the text is not."""
    page.evaluate(
        """said => { const link = document.createElement("a"); link.href = "#"; link.dataset.object = said;
            link.textContent = "finding"; document.querySelector(".read").prepend(link); link.click(); link.remove(); }""",
        said,
    )
