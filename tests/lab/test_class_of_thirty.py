"""Thirty learners join a class, work on an assignment in real worlds, and are graded; the whole way, without a browser.

Time is the worlds' own: nobody watches, and the test moves it.
"""

import asyncio
import csv
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lab.accounts.models import User
from lab.catalogue import content
from lab.classrooms.models import INSTRUCTOR, Assignment, Attempt, Classroom, Evidence, Judgement, Override
from lab.grading.grader import grader_of
from lab.jobs.models import Job
from lab.jobs.tasks import work
from lab.sandboxes import host as hosts
from lab.sandboxes import inputs, worlds
from lab.sandboxes.host import Host
from lab.sandboxes.live import LiveWorld
from lab.sandboxes.models import Input
from simulator.kernel.state import decode
from tests.lab.classes import person
from tests.lab.load import PROMPT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

LEARNERS = 30
TENTH = 100_000
SOLVED = (
    "kubectl run web --image=nginx:1.29",
    "kubectl wait --for=condition=Ready pod/web --timeout=60s",
    "mkdir -p ~/answers",
    "kubectl get pod web -o jsonpath='{.status.podIP}' > ~/answers/ip",
    "kubectl set image pod/typo web=nginx:1.29",
    "kubectl wait --for=condition=Ready pod/typo --timeout=90s",
)
SCRIPTS: dict[str, tuple[tuple[str, ...], int]] = {
    "all": (SOLVED, 5),
    "half": (SOLVED[:2], 2),
    "wrong": (("kubectl run web --image=httpd:2.4", "kubectl get pods"), 0),
    "address": (SOLVED[:4], 3),
    "nothing": ((), 0),
}
"""What learners type, and the points of the tasks that it passes."""


@pytest.fixture(autouse=True)
def real_course(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.COURSE, settings.DRAW, settings.CHECK = "lessons.load", "lessons.draws.drawn", "lessons.checks.run"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    content.course.cache_clear()
    monkeypatch.setattr(hosts, "companions", [])
    monkeypatch.setattr(hosts, "IDLE", 3600.0)
    yield
    content.course.cache_clear()


@pytest.fixture
def instructor() -> User:
    return person("Eunji")


@pytest.fixture
def classroom(instructor: User) -> Classroom:
    made = Classroom.objects.create(name="클라우드 기초 2반")
    made.enrol(instructor, INSTRUCTOR)
    return made


def script_of(number: int) -> tuple[tuple[str, ...], int]:
    return SCRIPTS[tuple(SCRIPTS)[number % len(SCRIPTS)]]


def come_in(classroom: Classroom, assignment: Assignment, number: int) -> UUID:
    """A guest comes in by the code, says their name and begins; the sandbox they get."""
    browser = Client()
    name = f"=cmd|{number:02}" if number == 7 else f"학생 {number:02}"
    room = browser.post(f"/ko/join/{classroom.shown_code}/", {"name": name})
    assert room["Location"] == f"/ko/classes/{classroom.pk}/"
    assert "첫 파드" in browser.get(room["Location"]).text
    browser.post(f"{room['Location']}assignments/{assignment.pk}/begin/")
    attempt = Attempt.objects.get(person__name=name)
    assert "web이라는 파드에서" in browser.get(f"/ko/attempts/{attempt.pk}/").text
    assert attempt.sandbox_id is not None
    return attempt.sandbox_id


async def prompted(live: LiveWorld, since: int) -> None:
    """Let time pass until a new prompt stands."""
    for _ in range(1200):
        if PROMPT in live.output("1", since)[0]:
            return
        await live._advance(live.world.clock.now + TENTH)
    raise AssertionError(live.output("1", since)[0].decode())


async def work_through(host: Host, sandbox: UUID, lines: tuple[str, ...]) -> None:
    """Type lines, each after the prompt; the checks look after each, as they do whenever a world has come to rest."""
    live = await host.open(sandbox)
    grader = grader_of(live)
    await grader.begin()
    await host.open_terminal(sandbox, "1", 80, 24)
    await prompted(live, 0)
    for line in lines:
        _, end = live.output("1", 0)
        await host.keys(sandbox, "1", f"{line}\r".encode())
        await prompted(live, end)
        await grader.look(asked=True)


async def test_a_class_works_and_is_graded(own_connections: None, classroom: Classroom, instructor: User) -> None:
    assignment = await Assignment.objects.acreate(classroom=classroom, kind="lesson", target="first-pod", points=10)
    sandboxes = [await sync_to_async(come_in)(classroom, assignment, number) for number in range(LEARNERS)]
    host = Host()
    await asyncio.gather(*(work_through(host, each, script_of(n)[0]) for n, each in enumerate(sandboxes)))
    await sync_to_async(grade)(classroom, assignment, instructor)
    await sync_to_async(replay_tells_the_same)()
    await host.close()


def grade(classroom: Classroom, assignment: Assignment, instructor: User) -> None:
    """What the instructor does afterwards: look, export, change, import, grade again."""
    browser = Client()
    browser.force_login(instructor)
    book = f"/en/classes/{classroom.pk}/grades/"
    earned = {str(each.person): each.points for each in Attempt.objects.select_related("person")}
    assert [float(earned[name]) for name in sorted(earned) if "학생" in name] == [
        script_of(number)[1] * 2 for number in range(LEARNERS) if number != 7
    ]
    page = browser.get(book).text
    assert page.count('<th scope="row">학생') == LEARNERS - 1
    look_closer(browser, book, assignment)

    exported = table(browser, classroom)
    assert len(exported) == LEARNERS + 1
    assert next(row for row in exported if "cmd" in row[1])[1] == "'=cmd|07", "no spreadsheet runs this"

    exported[1][3] = "7.5"
    change(browser, classroom, exported)
    assert [(float(each.points or 0), each.by) for each in Override.objects.all()] == [(7.5, instructor)]
    assert table(browser, classroom)[1][3] == "7.5"
    exported[2][3], exported[3][0], exported[4][3] = "many", "0", "-1"
    job = change(browser, classroom, exported)
    assert [line.partition(":")[0].partition(",")[0] for line in job.outcome["lines"]] == ["Line 3", "Line 4", "Line 5"]
    assert Override.objects.count() == 1, "one line is wrong: nothing is changed"

    before = list(Judgement.objects.order_by("pk").values("pk", "state", "verdict", "at", "evidence_id"))
    points = list(Attempt.objects.order_by("pk").values_list("points"))
    for _ in range(2):
        browser.post(f"/en/classes/{classroom.pk}/assignments/{assignment.pk}/regrade/")
        job = finished("regrade")
        assert (job.done, job.all, job.outcome["attempts"]) == (LEARNERS, LEARNERS, LEARNERS)
        assert (job.outcome["up"], job.outcome["down"], job.outcome["stuck"]) == (0, 0, 0)
    assert before == list(Judgement.objects.order_by("pk").values("pk", "state", "verdict", "at", "evidence_id"))
    assert points == list(Attempt.objects.order_by("pk").values_list("points"))


def look_closer(browser: Client, book: str, assignment: Assignment) -> None:
    """The finding of somebody who did it wrong, and their terminal at that command."""
    wrong = Attempt.objects.get(person__name="학생 02")
    cell = browser.get(f"{book}{wrong.person_id}/{assignment.pk}/", headers={"hx-request": "true"}).text
    assert "httpd:2.4" in cell and '<span class="cmdno sel">1</span>' in cell
    assert "Terminal at command 1" in cell
    assert re.search(r"blk sel.*you@lab:~\$</span> kubectl run web --image=httpd:2.4\npod/web created", cell, re.DOTALL)


def finished(kind: str) -> Job:
    job = Job.objects.filter(kind=kind).latest("created_at")
    assert work(str(job.pk)) == "done"
    job.refresh_from_db()
    return job


def table(browser: Client, classroom: Classroom) -> list[list[str]]:
    browser.post(f"/en/classes/{classroom.pk}/grades/export/")
    answer = browser.get(f"/en/jobs/{finished('export-grades').pk}/result/")
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def change(browser: Client, classroom: Classroom, rows: list[list[str]]) -> Job:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = SimpleUploadedFile("grades.csv", text.getvalue().encode())
    browser.post(f"/en/classes/{classroom.pk}/grades/import/", {"file": file})
    return finished("import-grades")


def replay_tells_the_same() -> None:
    """The world kept with a verdict is the one that the journal leads to."""
    for evidence in Evidence.objects.select_related("attempt__sandbox")[:5]:
        sandbox = evidence.attempt.sandbox
        assert sandbox is not None
        world = worlds.boot(sandbox.lesson, sandbox.seed)
        for each in Input.objects.filter(sandbox=sandbox, order__lte=evidence.order).order_by("order"):
            world.clock.advance(each.moment - world.clock.now)
            inputs.perform(world, inputs.action(each.kind, bytes(each.payload)))
        world.clock.advance(evidence.moment - world.clock.now)
        kept = worlds.restore(zlib.decompress(bytes(evidence.world)))
        kept.clock.settle()  # a look may come between two pieces of work of one moment
        assert differing(decode(world.save()), decode(kept.save())) == []


def differing(replayed: Any, kept: Any) -> list[str]:
    """The tables in which two saved worlds differ; none if they are the same."""
    if replayed == kept:
        return []
    *_, clock, tables = replayed
    *_, other_clock, others = kept
    names = sorted(name for name in {*tables, *others} if tables.get(name) != others.get(name))
    return names + ([] if clock == other_clock else [f"clock {clock} {other_clock}"])
