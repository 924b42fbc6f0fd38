"""What goes over HTTP: bodies, limits, compression, headers that come twice, and streams that end."""

import asyncio
import gzip
import json
from typing import Any

import pytest

from simulator.gateway import Gateway
from simulator.gateway.asgi import BODY_LIMIT
from simulator.gateway.local import LocalAccess
from simulator.spec import lab
from simulator.world import World

SPEC = lab(0, with_control_plane=False, without=("kubelet", "scheduler"))
MAPS = "/api/v1/namespaces/default/configmaps"


class Answer:
    def __init__(self, messages: list[Any]) -> None:
        self.status = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.chunks = [message.get("body", b"") for message in messages[1:]]

    @property
    def body(self) -> Any:
        return json.loads(b"".join(self.chunks))


def ask(method: str, url: str, body: bytes = b"", headers: list[tuple[str, str]] | None = None) -> Answer:
    """One request, whose client leaves when the answer is whole."""
    world = World.boot(SPEC)
    world.cluster.store.compact_to(world.cluster.store.revision)
    access = LocalAccess(world)
    path, _, query = url.partition("?")
    sent = [(name.encode(), value.encode()) for name, value in [("content-type", "application/json"), *(headers or [])]]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": sent}
    incoming: list[Any] = [{"type": "http.request", "body": body}]
    outgoing: list[Any] = []

    async def receive() -> Any:
        if incoming:
            return incoming.pop()
        await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        outgoing.append(message)

    asyncio.run(Gateway()(access, scope, receive, send))
    return Answer(outgoing)


def test_objects() -> None:
    answer = ask("GET", f"{MAPS}/kube-root-ca.crt")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.body["kind"] == "ConfigMap"


def test_head_has_no_body() -> None:
    answer = ask("HEAD", f"{MAPS}/kube-root-ca.crt")
    assert (answer.status, answer.chunks) == (200, [b""])
    assert int(answer.headers["content-length"]) > 0


def test_too_large() -> None:
    answer = ask("POST", MAPS, b"x" * (BODY_LIMIT + 1))
    assert (answer.status, answer.body["reason"]) == (413, "RequestEntityTooLarge")


def test_large_answers_are_packed() -> None:
    answer = ask("GET", "/openapi/v3/api/v1", headers=[("accept-encoding", "gzip")])
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(b"".join(answer.chunks)))["openapi"] == "3.0.0"


@pytest.mark.parametrize("path", ["/openapi/v2", "/openapi/v3/api/v1"])
def test_what_a_client_has_already_is_not_sent_again(path: str) -> None:
    tag = ask("GET", path).headers["etag"]
    for known, status in ((tag, 304), (f'"other", {tag}', 304), ("*", 304), ('"other"', 200)):
        answer = ask("GET", path, headers=[("if-none-match", known)])
        assert (answer.status, answer.headers["etag"], bool(b"".join(answer.chunks))) == (status, tag, status == 200)
        assert ("content-type" in answer.headers) == (status == 200)


def test_a_header_that_comes_twice() -> None:
    headers = [("impersonate-user", "eve"), ("impersonate-group", "a"), ("impersonate-group", "b")]
    answer = ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", b"{}", headers)
    assert answer.body["status"]["userInfo"]["groups"] == ["a", "b", "system:authenticated"]


def test_a_watch_that_ends_with_an_error() -> None:
    answer = ask("GET", f"{MAPS}?watch=true&resourceVersion=1")
    assert answer.status == 200
    assert {"audit-id", "cache-control", "x-kubernetes-pf-flowschema-uid"} <= answer.headers.keys()
    (event,) = [json.loads(chunk) for chunk in answer.chunks if chunk]
    assert (event["type"], event["object"]["reason"]) == ("ERROR", "Expired")


@pytest.mark.parametrize("verb", ["exec?command=ls", "attach", "portforward"])
def test_streams_need_an_upgrade(verb: str) -> None:
    answer = ask("GET", f"/api/v1/namespaces/default/pods/nope/{verb}")
    assert answer.status == 404
    assert answer.body["message"] == 'pods "nope" not found'
