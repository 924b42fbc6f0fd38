"""What a node's own services answer at their ports, from the node and from elsewhere."""

import pytest

from lessons.running import run
from simulator.spec import lab
from simulator.world import World

TOKEN = 'T=$(kubectl create token default); curl -sk -H "Authorization: Bearer $T" https://node-1:10250'
GRANT = "kubectl create clusterrolebinding k --clusterrole=system:kubelet-api-admin --serviceaccount=default:default"


@pytest.fixture(scope="module")
def origin() -> World:
    world = World.boot(lab(1))
    world.advance(10)
    return world


@pytest.fixture
def world(origin: World) -> World:
    return origin.fork()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ssh node-1 curl -s localhost:10248/healthz", "ok"),
        ("ssh node-1 curl -s localhost:10248/pods", "404 page not found\n"),
        ("ssh node-1 curl -sk https://localhost:10250/healthz", "Unauthorized"),
        ("ssh node-1 curl -s http://localhost:10250", "Client sent an HTTP request to an HTTPS server.\n"),
        ("ssh node-1 nc -zv localhost 22", "Connection to localhost (127.0.0.1) 22 port [tcp/ssh] succeeded!\n"),
        ("nc -zv node-1 10250", "Connection to node-1 (10.0.0.11) 10250 port [tcp/*] succeeded!\n"),
        ("nc -zv node-1 22", "Connection to node-1 (10.0.0.11) 22 port [tcp/ssh] succeeded!\n"),
        ("nc -zv node-1 10248", "nc: connect to node-1 (10.0.0.11) port 10248 (tcp) failed: Connection refused\n"),
        ("curl -sk https://node-1:10250/pods", "Unauthorized"),
        ("curl -sk -H 'Authorization: Bearer x' https://node-1:10250/pods", "Unauthorized"),
        ("nc -uvz node-1 10248", "nc: connect to node-1 (10.0.0.11) port 10248 (udp) failed: Connection refused\n"),
        ("curl -sS https://node-1:10250 2>&1 | head -1",
         "curl: (60) SSL certificate problem: self-signed certificate in certificate chain"),
        ("curl -vsk https://node-1:10250/healthz 2>&1 | grep verify",
         "*  SSL certificate verify result: self-signed certificate in certificate chain (19), continuing anyway."),
        ("curl -sS http://node-1:22", "curl: (1) Received HTTP/0.9 when not allowed"),
        (f"{TOKEN}/pods", "Forbidden (user=system:serviceaccount:default:default, verb=get, resource=nodes,"
                          " subresource(s)=[pods proxy])\n"),
        (f"{GRANT} >/dev/null; {TOKEN}/pods", '{"kind":"PodList"'),
        (f"{GRANT} >/dev/null; {TOKEN}/nothing", "404 page not found\n"),
        ("ssh node-1 'systemctl stop kubelet; curl -sS localhost:10248/healthz'",
         "curl: (7) Failed to connect to localhost port 10248"),
        ("ssh node-1 systemctl stop kubelet; nc -zv node-1 10250",
         "nc: connect to node-1 (10.0.0.11) port 10250 (tcp) failed: Connection refused\n"),
    ],
)  # fmt: skip
def test_who_answers(world: World, line: str, expected: str) -> None:
    assert run(world, line)[1].startswith(expected)


def test_logging_in_is_no_refused_call(world: World) -> None:
    run(world, "ssh node-1 true")
    assert [call["outcome"] for _, call in world.cluster.network.trace.calls()] == ["connected"]
