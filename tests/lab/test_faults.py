"""Faults set off in real worlds: in one's own, in a learner's who is told, in a whole class's; undone, replayed, refused."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lab.accounts.models import User
from lab.catalogue import content
from lab.classrooms.models import Assignment, Attempt
from lab.faults import everywhere
from lab.faults.models import Press
from lab.faults.pressing import do, look_around
from lab.jobs.models import Job
from lab.jobs.tasks import work
from lab.sandboxes import host as hosts
from lab.sandboxes.host import close_host, host
from lab.sandboxes.models import Input, Sandbox
from lab.sandboxes.replaying import as_it_is
from tests.lab.classes import Cast, cast, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

HTMX = {"hx-request": "true"}
DNS = {"fault": "dns-broken", "with-how": "timeout"}


@pytest.fixture(autouse=True)
def real_course(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.COURSE, settings.DRAW, settings.CHECK = "lessons.load", "lessons.draws.drawn", "lessons.checks.run"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    content.course.cache_clear()
    monkeypatch.setattr(hosts, "companions", [])
    yield
    content.course.cache_clear()


@pytest_asyncio.fixture
async def people(own_connections: None) -> AsyncIterator[Cast]:
    yield await sync_to_async(cast)()
    await close_host()


def browser_of(who: User) -> Client:
    browser = Client()
    browser.force_login(who)
    return browser


async def asked(who: User, name: str, *where: Any, language: str = "en", **given: str) -> HttpResponse:
    """What an address of the panel answers: it is posted to if there is anything to post."""
    browser = await sync_to_async(browser_of)(who)
    path = f"/{language}{reverse(f'faults:{name}', args=where)[3:]}"
    send = browser.post if name != "panel" and name != "class" else browser.get
    answer: HttpResponse = await sync_to_async(send)(path, given, headers=HTMX)
    return answer


async def begun(people: Cast, who: User, *, faults: bool = True) -> Attempt:
    """An attempt at an assignment in which faults may be set off, or not."""
    await Assignment.objects.aupdate(faults=faults)
    begin = reverse("classrooms:begin", args=[people.classroom.pk, people.assignment.pk])
    browser = await sync_to_async(browser_of)(who)
    await sync_to_async(browser.post)(begin)
    return await Attempt.objects.select_related("sandbox").aget(person=who)


async def own_sandbox(people: Cast) -> Sandbox:
    return await Sandbox.objects.acreate(owner=people.people["learner"], lesson="first-pod")


async def standing(sandbox: Any) -> list[tuple[str, dict[str, Any]]]:
    live = await host().open(sandbox)
    return [(each.fault, dict(each.arguments)) for each in live.world.faults.standing()]


async def kinds(sandbox: Any) -> list[str]:
    inputs = Input.objects.filter(sandbox=sandbox).order_by("order")
    return [each async for each in inputs.values_list("kind", flat=True)]


async def test_a_learner_sets_a_fault_off_in_their_own_cluster_and_undoes_it(people: Cast) -> None:
    learner, sandbox = people.people["learner"], await own_sandbox(people)
    panel = await asked(learner, "panel", sandbox.pk)
    assert "No fault is on." in panel.text and "DNS broken" in panel.text
    chosen = await asked(learner, "panel", sandbox.pk, fault="link")
    assert "(ms)" in chosen.text and 'max="60000"' in chosen.text and "<option>node-2</option>" in chosen.text
    pressed = await asked(learner, "set-off", sandbox.pk, **DNS)
    assert pressed.status_code == 200 and "timeout</span>" in pressed.text and "Undo" in pressed.text
    assert await standing(sandbox.pk) == [("dns-broken", {"how": "timeout"})]
    korean = await asked(learner, "panel", sandbox.pk, language="ko")
    assert "<b>DNS 장애</b>" in korean.text
    live = await host().open(sandbox.pk)
    identity = live.world.faults.standing()[0].identity
    assert "No fault is on." in (await asked(learner, "release", sandbox.pk, identity=identity)).text
    assert await standing(sandbox.pk) == [] and await kinds(sandbox.pk) == ["set_off", "release"]
    presses = [(each.fault, each.undo, each.by_id) async for each in Press.objects.all()]
    assert presses == [("dns-broken", False, learner.pk), ("dns-broken", True, learner.pk)]
    assert "faults" not in live.told, "nobody is told of what they did themselves"


async def test_what_was_set_off_is_there_after_a_crash_and_in_every_replay(people: Cast) -> None:
    sandbox = await own_sandbox(people)
    learner = people.people["learner"]
    await asked(learner, "set-off", sandbox.pk, fault="node-without-power", **{"with-node": "node-2"})
    await host().discard(sandbox.pk)  # as a crash: no snapshot
    await sandbox.arefresh_from_db()
    again = await sync_to_async(as_it_is)(sandbox)
    assert await standing(sandbox.pk) == [("node-without-power", {"node": "node-2"})]
    assert again.save() == (await host().open(sandbox.pk)).world.save()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"fault": "link", "with-of": "node-1", "with-loss": "900"}, "between 0 and 100", id="too much"),
        pytest.param({"fault": "link", "with-of": "node-1", "with-loss": "nan"}, "must be a number", id="no number"),
        pytest.param({"fault": "node-without-power", "with-node": "mars"}, "must be one of cp-1", id="no such node"),
        pytest.param({"fault": "node-without-power"}, "needs node", id="nothing pointed at"),
        pytest.param({"fault": "<script>"}, "a fault is one of", id="no such fault"),
        pytest.param({"fault": "dns-broken", "cluster": "mars"}, "there is no cluster", id="no such cluster"),
        pytest.param({"fault": "dns-broken", "with-x": "y" * 9999}, "takes how", id="strange arguments"),
    ],
)
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    people: Cast, given: dict[str, str], says: str
) -> None:
    sandbox = await own_sandbox(people)
    answer = await asked(people.people["learner"], "set-off", sandbox.pk, **given)
    assert answer.status_code == 422 and says in answer.text and "<script>" not in answer.text
    assert await kinds(sandbox.pk) == [] and not await Press.objects.aexists()


async def test_what_does_not_stand_is_not_undone(people: Cast) -> None:
    sandbox = await own_sandbox(people)
    answer = await asked(people.people["learner"], "release", sandbox.pk, identity="7")
    assert answer.status_code == 422 and "stands here" in answer.text
    assert not await Press.objects.aexists()


@pytest.mark.parametrize(
    ("role", "allowed", "status"),
    [
        ("instructor", True, 200),
        ("instructor", False, 403),
        ("staff", True, 200),
        ("learner", True, 403),
        ("learner", False, 403),
        ("former", True, 404),
        ("stranger", True, 404),
    ],
)
async def test_in_an_attempt_only_who_teaches_may_and_only_where_its_rules_say_so(
    people: Cast, role: str, allowed: bool, status: int
) -> None:
    attempt = await begun(people, people.people["learner"], faults=allowed)
    answer = await asked(people.people[role], "set-off", attempt.sandbox_id, **DNS)
    assert answer.status_code == status
    assert bool(await kinds(attempt.sandbox_id)) == (status == 200)
    if status == 403:
        panel = await asked(people.people[role], "panel", attempt.sandbox_id)
        assert ("Set them off in a copy" if role == "instructor" else "that counts") in panel.text


async def test_nobody_sets_anything_off_without_being_known(people: Cast) -> None:
    sandbox = await own_sandbox(people)
    for name in ("panel", "set-off", "release"):
        send = Client().get if name == "panel" else Client().post
        assert (await sync_to_async(send)(reverse(f"faults:{name}", args=[sandbox.pk]))).status_code == 404


async def test_in_an_exam_of_ones_own_nothing_is_set_off(people: Cast) -> None:
    learner = people.people["learner"]
    browser = await sync_to_async(browser_of)(learner)
    await sync_to_async(browser.post)(reverse("practice:begin", args=["developer"]))
    sandbox = await Sandbox.objects.filter(purpose="exam").afirst()
    assert sandbox is not None
    assert (await asked(learner, "set-off", sandbox.pk, **DNS)).status_code == 403


async def test_the_learner_is_told_and_can_read_it_later(people: Cast) -> None:
    learner, teacher = people.people["learner"], people.people["instructor"]
    attempt = await begun(people, learner)
    await asked(teacher, "set-off", attempt.sandbox_id, **DNS)
    live = await host().open(attempt.sandbox_id)
    assert live.told["faults"] == {"names": ["Instructor"]}
    await host().discard(attempt.sandbox_id)
    live = await host().open(attempt.sandbox_id)
    await look_around({attempt.sandbox_id: live})
    assert live.told["faults"] == {"names": ["Instructor"]}, "also when the page is opened later"
    browser = await sync_to_async(browser_of)(learner)
    page = await sync_to_async(browser.get)(
        reverse("classrooms:assignment", args=[people.classroom.pk, people.assignment.pk])
    )
    assert "Instructor set off a fault" in page.text and "DNS broken" not in page.text, "they are to find out"
    assert "may set off faults in your cluster" in page.text
    identity = live.world.faults.standing()[0].identity
    await asked(teacher, "release", attempt.sandbox_id, identity=identity)
    page = await sync_to_async(browser.get)(page.request["PATH_INFO"])
    assert "DNS broken" in page.text
    assert live.told["faults"] == {"names": []}


async def test_what_was_set_off_before_the_scene_was_started_over_is_not_taken_for_what_stands_now(
    people: Cast,
) -> None:
    learner, teacher = people.people["learner"], people.people["instructor"]
    attempt = await begun(people, learner)
    await asked(teacher, "set-off", attempt.sandbox_id, **DNS)
    await host().begin_again(attempt.sandbox_id)
    live = await host().open(attempt.sandbox_id)
    await asked(learner, "panel", attempt.sandbox_id)
    live.world.faults.set_off("dns-broken", {})  # as one of the scene's, under the number that is free again
    await look_around({attempt.sandbox_id: live})
    assert live.told.get("faults", {"names": []}) == {"names": []}
    browser = await sync_to_async(browser_of)(learner)
    page = await sync_to_async(browser.get)(
        reverse("classrooms:assignment", args=[people.classroom.pk, people.assignment.pk])
    )
    assert "DNS broken" in page.text, "it is no riddle any more"


async def test_a_press_is_taken_once_however_often_it_is_sent(people: Cast) -> None:
    sandbox = await own_sandbox(people)
    await (await host().open(sandbox.pk)).look(lambda: None)
    press = await Press.objects.acreate(
        sandbox=sandbox, fault="process-killed", arguments={"of": "Deployment/kube-system/coredns"}
    )
    live = await host().open(sandbox.pk)
    await do(live, press)
    assert press.identity == "" and press.refused == {}
    await do(live, await Press.objects.aget(pk=press.pk))
    assert await kinds(sandbox.pk) == ["set_off"]


async def test_not_for_everybody_in_an_exam(people: Cast) -> None:
    await Assignment.objects.aupdate(kind="exam", target="developer", faults=True)
    teacher, where = people.people["instructor"], (people.classroom.pk, people.assignment.pk)
    panel = await asked(teacher, "class", *where)
    assert panel.status_code == 200 and "a cluster for each task" in panel.text
    assert (await asked(teacher, "class-set-off", *where, **DNS)).status_code == 403


async def test_for_everybody(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the page open has it within seconds; whoever has not, when they come back; and undone likewise."""
    monkeypatch.setattr(everywhere, "PATIENCE", 0.0)
    monkeypatch.setattr("lab.jobs.tasks.work.delay", lambda job: None)
    teacher, where = people.people["instructor"], (people.classroom.pk, people.assignment.pk)
    here, away = people.people["learner"], await sync_to_async(person)("Away")
    await sync_to_async(people.classroom.enrol)(away)
    attempts = [await begun(people, each) for each in (here, away)]
    open_now, closed = [each.sandbox_id for each in attempts]
    live = await host().open(open_now)
    panel = await asked(teacher, "class", *where, fault="node-without-power")
    assert "2. Clusters that nobody has open" in panel.text and "<option>node-3</option>" in panel.text
    wrong = await asked(teacher, "class-set-off", *where, fault="node-without-power", **{"with-node": "mars"})
    assert wrong.status_code == 422 and not await Job.objects.aexists()
    await asked(teacher, "class-set-off", *where, fault="node-without-power", **{"with-node": "node-2"})
    job = await Job.objects.aget()
    await sync_to_async(work)(str(job.pk))
    assert await Press.objects.waiting().acount() == 2
    await look_around({open_now: live})
    assert live.world.faults.standing()[0].arguments == {"node": "node-2"}
    assert live.told["faults"] == {"names": ["Instructor"]}
    assert await kinds(closed) == [], "no time passes there, and nothing happens"
    await Job.objects.aupdate(state="waiting")
    await sync_to_async(work)(str(job.pk))
    await job.arefresh_from_db()
    assert job.outcome == {"pressed": 1, "later": 1, "refused_in": 0}
    strip = await asked(teacher, "class", *where)
    assert "Clusters that have it now: 1; that take it when they are opened: 1" in strip.text

    await asked(teacher, "class-release", *where, job.pk)
    again = await Job.objects.aget(kind="release-faults")
    await sync_to_async(work)(str(again.pk))
    await look_around({open_now: live, closed: await host().open(closed)})
    assert live.world.faults.standing() == [] and await standing(closed) == []
    assert await kinds(open_now) == ["set_off", "release"] and await kinds(closed) == []
    assert "Undo for everybody" not in (await asked(teacher, "class", *where)).text


@pytest.mark.parametrize(
    ("role", "allowed", "status"), [("instructor", False, 403), ("learner", True, 403), ("stranger", True, 404)]
)
async def test_nobody_else_does_it_for_everybody(people: Cast, role: str, allowed: bool, status: int) -> None:
    await begun(people, people.people["learner"], faults=allowed)
    where = (people.classroom.pk, people.assignment.pk)
    assert (await asked(people.people[role], "class-set-off", *where, **DNS)).status_code == status
    assert not await Job.objects.aexists()


async def test_a_replay_shows_it_between_the_commands(people: Cast) -> None:
    attempt = await begun(people, people.people["learner"])
    teacher = people.people["instructor"]
    await host().open_terminal(attempt.sandbox_id, "1", 80, 24)
    await host().keys(attempt.sandbox_id, "1", b"echo before\r")
    await asked(teacher, "set-off", attempt.sandbox_id, **DNS)
    live = await host().open(attempt.sandbox_id)
    await asked(teacher, "release", attempt.sandbox_id, identity=live.world.faults.standing()[0].identity)
    browser = await sync_to_async(browser_of)(teacher)
    page = await sync_to_async(browser.get)(
        reverse("classrooms:replay", args=[attempt.pk]), {"step": "2"}, headers=HTMX
    )
    steps = page.text.partition('class="commands"')[2]
    assert steps.index("echo before") < steps.index("DNS broken") < steps.index("Undone: DNS broken")
    assert "command 2 of 3" in page.text and "echo before" in page.text.partition('class="commands"')[0]
