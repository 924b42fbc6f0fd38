"""Clusters of one's own making, and links to a moment that others open as copies."""

import zlib
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client
from django.urls import reverse

from lab.accounts.models import User
from lab.playground.beginnings import MOST_COPIES, beginning, sandbox_from
from lab.playground.topology import Topology
from lab.sandboxes.host import close_host, host
from lab.sandboxes.journal import Journal
from lab.sandboxes.models import Beginning, Sandbox, Snapshot
from simulator.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cluster_of_any_version_and_size() -> None:
    form = Topology({"kubernetes": "1.31", "workers": 2, "without": ["scheduler"]})
    assert form.is_valid()
    world = form.boot("seed")
    names = [node["metadata"]["name"] for node in world.cluster.store.list("nodes")]
    assert (names, world.cluster.spec.kubernetes, world.cluster.spec.without) == (
        ["cp-1", "node-1", "node-2"],
        "1.31",
        ("scheduler",),
    )


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"kubernetes": "1.9", "workers": 3}, id="a version that is not there"),
        pytest.param({"kubernetes": "1.37", "workers": 900}, id="too many nodes"),
        pytest.param({"kubernetes": "1.37", "workers": 3, "control_planes": 2}, id="an even number of members"),
        pytest.param({"kubernetes": "1.37", "workers": 3, "without": ["etcd"]}, id="a part that cannot be left out"),
    ],
)
def test_what_is_not_offered_is_refused(browser: Client, asked: dict[str, Any]) -> None:
    assert browser.post(reverse("playground:make"), asked).status_code == 400
    assert not Sandbox.objects.exists()


def test_made_opened_and_deleted(browser: Client) -> None:
    answer = browser.post(reverse("playground:make"), {"kubernetes": "1.37", "workers": 1})
    sandbox = Sandbox.objects.get()
    assert answer.url == reverse("playground:open", args=[sandbox.pk])
    page = browser.get(answer.url).text
    assert "no tasks, no points, nothing to break" in page and "data-socket" in page
    assert answer.url in browser.get(reverse("playground:overview")).text
    browser.post(reverse("playground:delete", args=[sandbox.pk]))
    assert not Sandbox.objects.exists() and not Beginning.objects.exists()


def test_a_visitor_makes_one_in_one_click() -> None:
    visitor = Client()
    page = visitor.get(reverse("playground:overview")).text
    assert reverse("playground:make") in page and "1.37" in page
    answer = visitor.post(reverse("playground:make"), {"kubernetes": "1.36", "workers": 1, "control_planes": 3})
    sandbox = Sandbox.objects.get()
    assert (answer.url, sandbox.owner.is_guest) == (reverse("playground:open", args=[sandbox.pk]), True)
    assert sandbox.beginning.title == "1.36, 3 × cp, 1 × node"
    assert "data-socket" in visitor.get(answer.url).text


def test_what_a_visitor_asks_for_in_vain_makes_no_guest() -> None:
    assert Client().post(reverse("playground:make"), {"kubernetes": "9.9"}).status_code == 400
    assert not User.objects.exists()


def test_not_without_end(browser: Client, learner: User) -> None:
    begun = beginning(World.boot(seed="a"), "playground", "a", learner, shared=False)
    for _ in range(MOST_COPIES):
        sandbox_from(begun, learner, "playground")
    answer = browser.post(reverse("playground:make"), {"kubernetes": "1.37", "workers": 1})
    assert answer.status_code == 409 and "Delete one first" in answer.text


def test_a_copy_begins_in_the_moment_and_starting_over_leads_back_to_it(learner: User, stranger: User) -> None:
    world = World.boot(seed="a")
    world.advance(77)
    copy = sandbox_from(beginning(world, "first-pod", "a", learner, shared=True), stranger, "moment")
    journal = Journal("test")
    for _ in range(2):
        stored = journal._claim(copy.pk)
        assert stored.snapshot is not None and (stored.seed, stored.inputs) == ("a", [])
        journal._begin_again(copy.pk)


def test_a_link_opens_a_copy_for_another_person(learner: User, stranger: User) -> None:
    begun = beginning(World.boot(seed="a"), "first-pod", "a", learner, shared=True)
    other = Client()
    link = reverse("playground:moment", args=[begun.token])
    assert "No account needed" in other.get(link).text
    visitor = Client()
    answer = visitor.post(reverse("playground:take", args=[begun.token]))
    assert visitor.get(answer.url).status_code == 200
    other.force_login(stranger)
    assert "Open my copy" in other.get(link).text
    answer = other.post(reverse("playground:take", args=[begun.token]))
    copy = Sandbox.objects.get(owner=stranger)
    assert answer.url == reverse("playground:open", args=[copy.pk])
    assert (copy.purpose, copy.lesson, copy.beginning_id) == ("moment", "first-pod", begun.pk)
    assert other.get(answer.url).status_code == 200


def test_a_link_that_is_not_shared_any_more_leads_nowhere(browser: Client, learner: User, stranger: User) -> None:
    begun = beginning(World.boot(seed="a"), "first-pod", "a", learner, shared=True)
    sandbox_from(begun, stranger, "moment")
    browser.post(reverse("playground:unshare", args=[begun.pk]))
    assert browser.get(reverse("playground:moment", args=[begun.token])).status_code == 404
    assert Beginning.objects.count() == 1  # the copy still begins there


def test_links_end_with_the_account(learner: User) -> None:
    beginning(World.boot(seed="a"), "first-pod", "a", learner, shared=True)
    browser = Client()
    browser.force_login(learner)
    browser.post(reverse("accounts:delete"), {"password": "a long sentence to remember"})
    assert not User.objects.exists() and not Beginning.objects.exists()


def test_strangers_find_nothing(learner: User, stranger: User) -> None:
    begun = beginning(World.boot(seed="a"), "first-pod", "a", learner, shared=True)
    sandbox = sandbox_from(begun, learner, "moment")
    other = Client()
    other.force_login(stranger)
    for name, pk in (("open", sandbox.pk), ("shared", begun.pk)):
        assert other.get(reverse(f"playground:{name}", args=[pk])).status_code == 404
    for name, pk in (("delete", sandbox.pk), ("share", sandbox.pk), ("unshare", begun.pk)):
        assert other.post(reverse(f"playground:{name}", args=[pk])).status_code == 404
    assert other.get(reverse("playground:moment", args=["guessed"])).status_code == 404


@pytest.mark.asyncio
async def test_sharing_keeps_the_world_as_it_is(learner: User, own_connections: None) -> None:
    sandbox = await Sandbox.objects.acreate(owner=learner, lesson="first-pod")
    await host().open_terminal(sandbox.pk, "t1", 80, 24)
    await host().keys(sandbox.pk, "t1", b"kept")
    page = AsyncClient()
    await sync_to_async(page.force_login)(learner)
    answer = await page.post(reverse("playground:share", args=[sandbox.pk]))
    begun = await Beginning.objects.aget()
    assert answer.url == reverse("playground:shared", args=[begun.pk])
    assert b"kept" in zlib.decompress(bytes(begun.world))
    await close_host()


@pytest.mark.asyncio
async def test_a_cluster_out_of_reach_says_why(learner: User, own_connections: None) -> None:
    sandbox = await Sandbox.objects.acreate(owner=learner, lesson="first-pod")
    page = AsyncClient()
    await sync_to_async(page.force_login)(learner)
    other = Journal("another server")
    await other.claim(sandbox.pk)
    answer = await page.post(reverse("playground:share", args=[sandbox.pk]))
    assert (answer.status_code, "This cluster is moving" in answer.text) == (503, True)
    await other.release(sandbox.pk)
    await other.close()
    await Snapshot.objects.acreate(sandbox=sandbox, order=0, world=b"another format")
    answer = await page.get(reverse("sandboxes:files", args=[sandbox.pk]))
    assert (answer.status_code, "stored by an older version" in answer.text) == (409, True)
    await close_host()
