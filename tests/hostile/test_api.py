"""Requests that would fill a cluster or break its reader: each is refused as the real server or etcd refuses it."""

from typing import Any

import orjson
import pytest

from simulator.api.requests import Request
from simulator.etcd import store
from simulator.spec import lab
from simulator.world import World

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
CONTAINERS: dict[str, Any] = {"containers": [{"name": "c", "image": "nginx"}]}


def sent(world: World, method: str, path: str, body: Any, kind: str = "application/json") -> tuple[int, str]:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    answer = world.request(Request.to(method, path, headers={"content-type": kind}, body=raw))
    assert isinstance(answer.body, dict)
    return answer.status, str(answer.body.get("message", ""))


def config_map(**metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", **metadata}}


BOMB = b"a: &a0 [x,x,x,x,x,x,x,x]\n" + b"".join(
    b"b%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
)
DEEP = (
    b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","managedFields":[{"manager":"m","operation":"Apply",'
)
DEEP += b'"apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":' + b'{"f:a":' * 900 + b"{}" + b"}" * 900 + b"}]}}"


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (BOMB, "application/yaml", 400, "excessive aliasing"),
        (b"[" * 100_000, "application/yaml", 400, "exceeded max depth"),
        (b"[" * 100_000, "application/json", 400, "depth limit exceeded"),
        (DEEP, "application/json", 400, "Recursion limit reached"),
        (b'"' + b"x" * 3 * 1024 * 1024 + b'"', "application/json", 413, "Request entity too large"),
        (
            orjson.dumps(config_map(labels={f"l{n}": "v" * 60 for n in range(25_000)})),
            "application/json",
            500,
            "etcdserver: request is too large",
        ),
    ],
)
def test_a_body_that_is_a_bomb_is_refused(body: bytes, kind: str, status: int, words: str) -> None:
    code, message = sent(World.boot(lab()), "POST", MAPS, body, kind)
    assert code == status
    assert words in message


def test_a_billion_pods_stop_where_the_cluster_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 100)
    world = World.boot(lab())
    spec = {"replicas": 2**31 - 1, "selector": {"matchLabels": {"a": "b"}}}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": CONTAINERS}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}}
    assert sent(world, "POST", DEPLOYMENTS, {**deployment, "spec": {**spec, "template": template}})[0] == 201
    world.advance(10)
    assert len(world.cluster.store.table("pods").rows) == 100
    (replicas,) = world.cluster.store.list("replicasets.apps", "default")
    assert "etcdserver: mvcc: database space exceeded" in str(replicas["status"]["conditions"])
    scaled = {"spec": {"replicas": 0}}
    assert sent(world, "PATCH", f"{DEPLOYMENTS}/d", scaled, "application/merge-patch+json")[0] == 200
    world.advance(60)
    assert world.cluster.store.list("pods", "default") == []


def test_the_size_of_a_cluster_is_counted_right() -> None:
    world = World.boot(lab())
    sent(world, "POST", MAPS, config_map(annotations={"a": "x" * 20_000}))
    world.advance(5)
    kept = world.cluster.store
    rows = (row for resource in kept.resources() for row in kept.table(resource).rows.values())
    assert kept.size == sum(map(store.size_of, rows))


def test_variables_that_double_each_other_do_not_fill_the_memory() -> None:
    world = World.boot(lab())
    doubling = [{"name": f"E{n}", "value": f"$(E{n - 1})$(E{n - 1})" if n else "x"} for n in range(60)]
    spec = {"containers": [{**CONTAINERS["containers"][0], "env": doubling}]}
    assert (
        sent(world, "POST", PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})[0]
        == 201
    )
    world.advance(10)
    assert "argument list too long" in str(world.cluster.store.get("pods", ("default", "p"))).lower()
