"""What is written while a webhook is asked is not seen until it has answered, and never where it is not waited for."""

import asyncio
from copy import copy
from dataclasses import replace
from typing import Any

import orjson
import pytest

from simulator.api.requests import HELD, Request, Response
from simulator.gateway import Gateway
from simulator.gateway.local import LocalAccess
from simulator.kernel.clock import SECOND
from simulator.kernel.state import thaw
from simulator.machinery.objects import Object
from simulator.world import World
from tests.conformance.cluster import CONFIG_MAPS, Cluster, named
from tests.conformance.test_webhooks import MUTATING, VALIDATING, config_map, hook, on, register, serve

ALL = ("CREATE", "UPDATE", "DELETE")
SLOW = hook("/always-allow-delay-5s", on("configmaps", *ALL))
BRIEF = {**SLOW, "timeoutSeconds": 2}


@pytest.fixture(scope="module")
def served() -> Cluster:
    cluster = Cluster()
    serve(cluster)
    cluster.create(CONFIG_MAPS, config_map("old", a="1"))
    return cluster


@pytest.fixture
def cluster(served: Cluster) -> Cluster:
    twin = copy(served)
    twin.world = World.restore(served.world.save())
    return twin


SEEN = "sleep 1; kubectl get cm {name} -o jsonpath='{path}' 2>&1; echo; wait; kubectl get cm {name} -o jsonpath='{path}' 2>&1"


@pytest.mark.parametrize(
    ("kind", "hooks", "command", "path", "said"),
    [
        pytest.param(
            VALIDATING, [SLOW], "create cm m --from-literal=a=2", "{.data.a}",
            ['Error from server (NotFound): configmaps "m" not found', "", "configmap/m created", "2"], id="created",
        ),
        pytest.param(
            MUTATING, [SLOW], "patch cm old --patch '{\"data\":{\"a\":\"2\"}}'", "{.data.a}",
            ["1", "configmap/old patched", "2"], id="changed",
        ),
        pytest.param(
            VALIDATING, [SLOW], "delete cm old", "{.data.a}",
            ["1", 'configmap "old" deleted from default namespace', 'Error from server (NotFound): configmaps "old" not found'],
            id="deleted",
        ),
        pytest.param(
            VALIDATING, [{**BRIEF, "failurePolicy": "Ignore"}], "create cm m --from-literal=a=2", "{.data.a}",
            ['Error from server (NotFound): configmaps "m" not found', "", "configmap/m created", "2"], id="nobody minds",
        ),
        pytest.param(
            VALIDATING, [BRIEF], "create cm m --from-literal=a=2", "{.data.a}",
            ['Error from server (NotFound): configmaps "m" not found', "",
             'error: failed to create configmap: Internal error occurred: failed calling webhook "hook.example.com": failed to call '
             'webhook: Post "https://hook.default.svc:8443/always-allow-delay-5s?timeout=2s": context deadline exceeded',
             'Error from server (NotFound): configmaps "m" not found'], id="too slow",
        ),
    ],
)  # fmt: skip
def test_nothing_is_seen_before_the_answer(
    cluster: Cluster, kind: str, hooks: list[Object], command: str, path: str, said: list[str]
) -> None:
    register(cluster, kind, *hooks)
    name = "old" if "old" in command else "m"
    script = f"kubectl {command} 2>&1 & {SEEN.format(name=name, path=path)}; true"
    assert cluster.shell(script).splitlines() == said


WITH_TOKEN = '-H "authorization: Bearer $(kubectl create token boss)" https://10.0.0.10:6443'


@pytest.mark.parametrize(
    ("client", "said"),
    [
        pytest.param(f"curl -sk -o /dev/null -w '%{{http_code}} %{{time_total}}' {WITH_TOKEN}", "201 5.", id="curl"),
        pytest.param(
            "curl -s -o /dev/null -w '%{http_code} %{time_total}' http://127.0.0.1:8001", "201 5.", id="kubectl proxy"
        ),
        pytest.param("wget -qO /dev/null http://127.0.0.1:8001", "", id="wget"),
        pytest.param("curl -sSm 2 http://127.0.0.1:8001", "curl: (28)", id="impatient through kubectl proxy"),
        pytest.param(f"curl -skSm 2 {WITH_TOKEN}", "curl: (28)", id="impatient"),
    ],
)
def test_plain_clients_wait_as_well(cluster: Cluster, client: str, said: str) -> None:
    register(cluster, VALIDATING, SLOW)
    body = orjson.dumps({"metadata": {"name": "m"}}).decode()
    sending = f"--post-data '{body}' --header" if client.startswith("wget") else f"-d '{body}' -H"
    done, *seen = cluster.shell(
        "kubectl create sa boss >/dev/null; kubectl create clusterrolebinding boss --clusterrole=cluster-admin"
        " --serviceaccount=default:boss >/dev/null; kubectl proxy > /dev/null & sleep 1;"
        f" (sleep 4; kubectl get cm -o name | grep -c /m; sleep 3; kubectl get cm -o name | grep -c /m) > seen &"
        f" {client}{CONFIG_MAPS} {sending} content-type:application/json 2>&1; echo; sleep 9; cat seen"
    ).splitlines()
    assert (done.startswith(said), seen[-2:]) == (True, ["0", "0" if "28" in said else "1"])


def test_several_objects_wait_one_after_another(cluster: Cluster) -> None:
    register(cluster, VALIDATING, SLOW)
    manifests = "\n---\n".join(orjson.dumps(config_map(name)).decode() for name in ("a", "b", "c"))
    begin = f"cat > all.yaml <<'EOF'\n{manifests}\nEOF\n"
    script = (
        "kubectl apply -f all.yaml & for i in 1 2 3; do sleep 4; kubectl get cm -o name | grep -c '/[abc]$'; done; wait"
    )
    assert cluster.shell(begin + script).splitlines() == [
        "0", "configmap/a created", "1", "configmap/b created", "2", "configmap/c created",
    ]  # fmt: skip


def test_as_many_wait_as_there_are(cluster: Cluster) -> None:
    register(cluster, VALIDATING, SLOW)
    manifests = "\n---\n".join(orjson.dumps(config_map(f"m{number}")).decode() for number in range(26))
    script = (
        f"kubectl apply -f - <<'EOF' >/dev/null &\n{manifests}\nEOF\n"
        "sleep 124; kubectl get cm -o name | grep -c /m; sleep 5; kubectl get cm -o name | grep -c /m; wait"
    )
    assert cluster.shell(script, seconds=150).splitlines() == ["24", "25"]


def test_a_world_is_copied_while_a_write_waits(cluster: Cluster) -> None:
    register(cluster, VALIDATING, SLOW)
    world = cluster.world
    world.machines.open_session("m", "workstation", ("kubectl", "create", "cm", "m"))
    world.advance(2)
    assert cluster.gone(f"{CONFIG_MAPS}/m")
    fork, restored = world.fork(), World.restore(world.save())
    for one in (world, fork, restored):
        one.advance(4)
        assert one.machines.session_output("m", (0, 0))[0] == [(1, b"configmap/m created\n")]
        assert one.cluster.store.get("configmaps", ("default", "m")) is not None
    assert world.digest() == fork.digest() == restored.digest()


def test_who_goes_away_has_written_nothing(cluster: Cluster) -> None:
    register(cluster, VALIDATING, SLOW)
    said = cluster.shell("timeout 2 kubectl create cm m; sleep 8; kubectl get cm m 2>&1", code=1)
    assert said == 'Error from server (NotFound): configmaps "m" not found\n'


class Client:
    """One that comes again, as the gateway does."""

    def __init__(self, cluster: Cluster, method: str, url: str, body: Any) -> None:
        self.cluster = cluster
        headers = {"content-type": "application/json", HELD: ""}
        self.request = Request.to(method, url, headers=headers, body=orjson.dumps(body))

    def ask(self) -> Response:
        response = self.cluster.world.request(self.request)
        if response.status == 102:
            self.request = replace(self.request, headers={**self.request.headers, **response.headers})
        return response


def test_a_client_over_http_waits_as_well(cluster: Cluster) -> None:
    register(cluster, VALIDATING, SLOW)
    sent: list[Any] = []
    waited = []

    class Quick(LocalAccess):
        async def pause(self, latency: int) -> None:
            waited.append((latency // SECOND, cluster.gone(f"{CONFIG_MAPS}/m")))
            cluster.world.clock.advance(latency)

    async def receive() -> Any:
        return {"type": "http.request", "body": orjson.dumps(config_map("m"))}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": CONFIG_MAPS, "headers": [(b"x-held", b"1")]}
    asyncio.run(Gateway()(Quick(cluster.world), scope, receive, send))
    assert (sent[0]["status"], waited, cluster.gone(f"{CONFIG_MAPS}/m")) == (201, [(5, True)], False)


def test_what_chance_and_the_clock_decided_stays(cluster: Cluster) -> None:
    """The webhook is asked once, of the very object that is stored."""
    register(cluster, VALIDATING, SLOW)
    client = Client(cluster, "POST", CONFIG_MAPS, {"metadata": {"generateName": "m-"}})
    first = client.ask()
    assert (first.status, 5.0 <= first.latency / 1_000_000 < 5.1) == (102, True)
    asked = {what for row in cluster.world.state.table("apiserver/held").rows.values() for what in row[1]}
    assert {"chance/generateName", "chance/uid", "now"} < asked
    cluster.world.advance(7)
    cluster.create(CONFIG_MAPS.replace("configmaps", "secrets"), {"metadata": {"generateName": "s-"}})
    second = client.ask()
    assert (second.status, second.latency, cluster.world.state.table("apiserver/held").rows) == (201, 0, {})


def test_what_is_there_by_then_is_in_the_way(cluster: Cluster) -> None:
    register(cluster, VALIDATING, SLOW)
    late, early = (Client(cluster, "POST", CONFIG_MAPS, config_map("m")) for _ in range(2))
    assert (late.ask().status, early.ask().status) == (102, 102)
    cluster.advance(5)
    assert (early.ask().status, late.ask().status) == (201, 409)


def test_what_changed_meanwhile_is_shown_to_the_webhook_again(cluster: Cluster) -> None:
    register(cluster, MUTATING, SLOW)
    other = thaw(cluster.get(f"{CONFIG_MAPS}/old"))
    client = Client(cluster, "PUT", f"{CONFIG_MAPS}/old", named("v1", "ConfigMap", "old", data={"b": "2"}))
    assert client.ask().status == 102
    cluster.advance(5)
    other["data"]["a"] = "3"
    cluster.update(f"{CONFIG_MAPS}/old", other)  # by a client that cannot come again: it is there at once
    assert (client.ask().status, cluster.get(f"{CONFIG_MAPS}/old")["data"]) == (102, {"a": "3"})
    cluster.advance(5)
    assert (client.ask().status, cluster.get(f"{CONFIG_MAPS}/old")["data"]) == (200, {"b": "2"})


def test_apply_sleeps_between_its_tries(cluster: Cluster) -> None:
    manifest = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"old","resourceVersion":"9"},"data":{"a":"2"}}'
    look = "kubectl get cm old -o jsonpath='{.data.a}{\"\\n\"}'; cat said"
    script = (
        f"echo '{manifest}' > m.json; kubectl apply --force -f m.json >said 2>/dev/null & sleep 3; {look}; wait; {look}"
    )
    assert cluster.shell(script).splitlines() == ["1", "2", "configmap/old configured"]


def test_who_waits_for_what_never_goes_keeps_ever_fewer_looks(cluster: Cluster) -> None:
    stuck = config_map("stuck", a="1") | {"immutable": True}
    stuck["metadata"] |= {"finalizers": ["example.com/never"]}
    cluster.create(CONFIG_MAPS, stuck)
    changed = orjson.dumps(config_map("stuck", a="2") | {"apiVersion": "v1", "kind": "ConfigMap"}).decode()
    cluster.shell(f"echo '{changed}' > m.json; kubectl apply --force -f m.json >said 2>&1 & sleep 1")
    cluster.world.advance(3600)
    heard = max(
        len(row["state"]["course"][0])
        for _, row in cluster.world.machines.processes.rows.items()
        if row["argv"][:2] == ("kubectl", "apply")
    )
    assert 180 < heard < 1200  # three answers a look; a look a second would have been 10,800
    cluster.change(f"{CONFIG_MAPS}/stuck", lambda found: found["metadata"].update(finalizers=[]))
    cluster.world.advance(120)
    assert cluster.get(f"{CONFIG_MAPS}/stuck")["data"] == {"a": "2"}
