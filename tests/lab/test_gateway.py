"""The API gateway: the token in the address opens one sandbox, nothing else does, and it can be taken back."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio
from asgiref.testing import ApplicationCommunicator

from lab import gateway
from lab.accounts.models import User
from lab.asgi import application
from lab.sandboxes.host import close_host
from lab.sandboxes.models import Input, Sandbox

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest_asyncio.fixture
async def token(learner: User, own_connections: None) -> AsyncIterator[str]:
    gateway._known.clear()
    sandbox = Sandbox(owner=learner, lesson="first-pod")
    token = sandbox.new_token()
    await sandbox.asave()
    yield token
    await close_host()


async def asked(method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
    """Status and body of one request to the whole site, without cookies or origin, as kubectl sends it."""
    scope = {"type": "http", "method": method, "path": path, "headers": [(b"host", b"testserver")], "query_string": b""}
    connection = ApplicationCommunicator(application, scope)
    await connection.send_input({"type": "http.request", "body": body})
    start = await connection.receive_output(60)
    answer = await connection.receive_output(60)
    await connection.wait(5)
    return start["status"], orjson.loads(answer["body"])


async def test_the_token_opens_its_sandbox(token: str) -> None:
    assert await asked("GET", f"/c/{token}/api/v1/pods") == (200, {"path": "/api/v1/pods", "revision": 0})
    status, body = await asked("POST", f"/c/{token}/api/v1/pods", b"{}")
    assert (status, body["revision"]) == (200, 1)
    assert await Input.objects.acount() == 1


@pytest.mark.parametrize("address", ["/c/wrong/api", "/c//api", "/c/"])
async def test_another_token_opens_nothing(token: str, address: str) -> None:
    status, body = await asked("GET", address)
    assert (status, body["reason"]) == (404, "NotFound")


async def test_a_token_that_was_taken_back_stops_working(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "REMEMBER", 0.0)
    assert (await asked("GET", f"/c/{token}/api"))[0] == 200
    await Sandbox.objects.aupdate(token_hash=None)
    assert (await asked("GET", f"/c/{token}/api"))[0] == 404


async def test_a_socket_with_a_wrong_token_is_refused(token: str) -> None:
    scope = {
        "type": "websocket",
        "path": "/c/wrong/api/v1/namespaces/default/pods/a/exec",
        "headers": [],
        "subprotocols": [],
    }
    connection = ApplicationCommunicator(application, scope)
    await connection.send_input({"type": "websocket.connect"})
    assert (await connection.receive_output(60))["status"] == 404
    await connection.receive_output(60)
    await connection.wait(5)
