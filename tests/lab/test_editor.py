"""The editor beside the terminal: files of the home directory, what the cluster would refuse, what may stand in a manifest."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.urls import reverse

from lab import settings as defaults
from lab.accounts.models import User
from lab.sandboxes import inspecting
from lab.sandboxes.host import close_host, host
from lab.sandboxes.models import Sandbox
from lessons.checks.finding import MET, Finding
from simulator.api.requests import Request
from simulator.world import World

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx
"""


@pytest.fixture(autouse=True)
def real_worlds(small_course: None, settings: Any) -> None:
    settings.BOOT = "tests.lab.test_editor.boot"
    settings.RESTORE = defaults.RESTORE
    settings.CHECK = "tests.lab.test_editor.check"


def boot(lesson: Any, seed: str) -> World:
    return World.boot(seed=seed)


def check(world: World, lesson: Any, task: str) -> Finding:
    return MET


@pytest_asyncio.fixture
async def sandbox(learner: User, own_connections: None) -> AsyncIterator[Sandbox]:
    yield await Sandbox.objects.acreate(owner=learner, lesson="first-pod")
    await close_host()


@pytest_asyncio.fixture
async def page(learner: User, own_connections: None) -> AsyncClient:
    client = AsyncClient()
    await sync_to_async(client.force_login)(learner)
    return client


async def get(page: AsyncClient, sandbox: Sandbox, what: str, **query: str) -> Any:
    return await page.get(reverse(f"sandboxes:{what}", args=[sandbox.pk]), query)


async def save(page: AsyncClient, sandbox: Sandbox, path: str, text: str, mark: str = "", **more: str) -> Any:
    form = {"path": path, "text": text, "mark": mark, **more}
    return await page.post(reverse("sandboxes:save-file", args=[sandbox.pk]), form)


async def test_a_file_is_written_read_and_kept(page: AsyncClient, sandbox: Sandbox) -> None:
    answer = await save(page, sandbox, "deep/web.yaml", WEB.replace("\n", "\r\n"))
    assert answer.status_code == 200
    await close_host()
    assert (await get(page, sandbox, "files")).json() == {"files": ["deep/web.yaml"]}
    assert (await get(page, sandbox, "file", path="deep/web.yaml")).json() == {
        "text": WEB,
        "mark": answer.json()["mark"],
    }


async def test_a_new_file_is_empty(page: AsyncClient, sandbox: Sandbox) -> None:
    assert (await get(page, sandbox, "file", path="new.yaml")).json() == {"text": "", "mark": "", "new": True}


async def test_what_the_machine_changed_is_not_lost(page: AsyncClient, sandbox: Sandbox) -> None:
    mark = (await save(page, sandbox, "a.txt", "one\n")).json()["mark"]
    live = await host().open(sandbox.pk)
    await host().open_terminal(sandbox.pk, "1", 80, 24)
    await host().keys(sandbox.pk, "1", b"echo two > a.txt\r")
    live.world.advance(1)
    assert (await save(page, sandbox, "a.txt", "three\n", mark)).status_code == 409
    assert (await save(page, sandbox, "a.txt", "three\n", mark, over="1")).status_code == 200
    assert (await get(page, sandbox, "file", path="a.txt")).json()["text"] == "three\n"


@pytest.mark.parametrize("path", ["../other", "/../../etc/passwd", "", "a\0b", "x" * 300, "a/../../../etc/hosts"])
async def test_only_the_home_directory(page: AsyncClient, sandbox: Sandbox, path: str) -> None:
    assert (await get(page, sandbox, "file", path=path)).status_code == 400
    assert (await save(page, sandbox, path, "x")).status_code == 400


async def test_a_folder_is_no_file(page: AsyncClient, sandbox: Sandbox) -> None:
    await save(page, sandbox, "folder/a", "x")
    answer = await save(page, sandbox, "folder", "x", over="1")
    assert (answer.status_code, answer.json()) == (400, {"error": "/home/you/folder: Is a directory"})


async def test_what_the_machine_refuses_is_no_fault_of_ours(
    page: AsyncClient, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    await save(page, sandbox, "web", WEB)
    answer = await save(page, sandbox, "web/deep.yaml", WEB)
    assert (answer.status_code, answer.json()) == (400, {"error": "web/deep.yaml: File exists"})
    assert "report" not in caplog.text


async def test_too_large(page: AsyncClient, sandbox: Sandbox) -> None:
    assert (await save(page, sandbox, "a", "x" * 300_000)).status_code == 400


async def test_fields_of_a_kind(page: AsyncClient, sandbox: Sandbox) -> None:
    answer = await get(
        page, sandbox, "fields", apiVersion="apps/v1", kind="Deployment", path="spec/template/spec/containers/ports"
    )
    found = {each["name"]: each for each in answer.json()["fields"]}
    assert found["protocol"]["values"] == ["SCTP", "TCP", "UDP"]
    assert found["containerPort"]["required"] and found["containerPort"]["type"] == "int32"
    kinds = (await get(page, sandbox, "fields")).json()["kinds"]
    assert {"apiVersion": "batch/v1", "kind": "CronJob"} in kinds


async def test_inspecting_changes_nothing(page: AsyncClient, sandbox: Sandbox) -> None:
    live = await host().open(sandbox.pk)
    before = live.world.digest()
    answer = await page.post(
        reverse("sandboxes:inspect", args=[sandbox.pk]), {"text": WEB.replace("image:", "imagee:")}
    )
    assert orjson.loads(answer.content)["problems"] == [
        {"line": 10, "column": 8, "end": 14, "message": 'unknown field "spec.template.spec.containers[0].imagee"'}
    ]
    assert live.world.digest() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(WEB, [], id="nothing to say"),
        pytest.param("", [], id="an empty text"),
        pytest.param(WEB.replace("{app: web}}\n  template", "{app: wbe}}\n  template"),
                     [(6, "spec.template.metadata.labels: Invalid value")], id="labels that are not selected"),
        pytest.param("a:\n\t- b\n", [(1, "found character that cannot start any token")], id="a tab"),
        pytest.param("kind: Pod\n", [(0, "apiVersion not set")], id="no version"),
        pytest.param("apiVersion: v1\nkind: Pdo\n", [(1, 'no matches for kind "Pdo" in version "v1"')], id="no such kind"),
        pytest.param("apiVersion: v1\nkind: Pod\nmetadata: {}\n", [(2, "resource name may not be empty")], id="no name"),
        pytest.param("- a\n", [(0, "cannot unmarshal")], id="a list"),
        pytest.param("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nope}\n",
                     [(0, 'namespaces "nope" not found')], id="no such namespace"),
    ],
)  # fmt: skip
async def test_problems(text: str, told: list[tuple[int, str]]) -> None:
    found = inspecting.problems(World.boot(), text)
    assert [problem.line for problem in found] == [line for line, _ in told]
    for problem, (_, words) in zip(found, told, strict=True):
        assert words in problem.message


async def test_an_object_that_is_there_is_compared_with_itself() -> None:
    world = World.boot()
    headers = {"content-type": "application/yaml"}
    world.request(
        Request.to("POST", "/apis/apps/v1/namespaces/default/deployments", headers=headers, body=WEB.encode())
    )
    changed = WEB.replace("{app: web}", "{app: other}")
    (problem,) = inspecting.problems(world, changed)
    assert (problem.line, "field is immutable" in problem.message) == (4, True)
