"""Probes: who is restarted, who gets no traffic, and who has to wait."""

import pytest

from simulator.world import World
from tests.kubelet.support import condition, container, events, execute, new_world, pod, run

HTTP = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}
INDEX = "/usr/share/nginx/html/index.html"


@pytest.fixture
def world() -> World:
    return new_world()


def test_a_failed_readiness_probe_takes_a_pod_out_and_back_in(world: World) -> None:
    run(world, pod("web", "nginx:1.29", readinessProbe=HTTP), 10)
    assert condition(world, "web", "Ready")[0] == "True"
    execute(world, "web", "mv", INDEX, "/tmp/x")
    world.advance(8)
    assert condition(world, "web", "Ready") == ("False", "ContainersNotReady")
    assert "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 403" in events(world, "web")
    execute(world, "web", "mv", "/tmp/x", INDEX)
    world.advance(4)
    assert condition(world, "web", "Ready")[0] == "True"
    assert container(world, "web")["restartCount"] == 0


def test_a_failed_liveness_probe_restarts(world: World) -> None:
    run(world, pod("web", "nginx:1.29", livenessProbe=HTTP), 10)
    execute(world, "web", "rm", INDEX)
    world.advance(12)
    assert container(world, "web")["restartCount"] == 1
    assert "Killing: Container c failed liveness probe, will be restarted" in events(world, "web")


def test_a_startup_probe_holds_back_the_others(world: World) -> None:
    startup = {"httpGet": {"path": "/started", "port": 80}, "periodSeconds": 2, "failureThreshold": 30}
    broken = {"httpGet": {"path": "/broken", "port": 80}, "periodSeconds": 1}
    run(world, pod("web", "nginx:1.29", startupProbe=startup, livenessProbe=broken), 20)
    assert container(world, "web")["restartCount"] == 0
    assert container(world, "web")["started"] is False
    execute(world, "web", "touch", "/usr/share/nginx/html/started")
    world.advance(8)
    assert container(world, "web")["restartCount"] == 1


def test_an_exec_probe_reads_the_exit_code(world: World) -> None:
    probe = {"exec": {"command": ["cat", "/tmp/ok"]}, "periodSeconds": 2}
    script = "touch /tmp/ok; sleep 8; rm /tmp/ok; sleep 600"
    run(world, pod("p", "busybox:1.37", "sh", "-c", script, readinessProbe=probe), 6)
    assert condition(world, "p", "Ready")[0] == "True"
    world.advance(15)
    assert condition(world, "p", "Ready")[0] == "False"


def test_a_port_that_nobody_listens_on_is_refused(world: World) -> None:
    probe = {"tcpSocket": {"port": 81}, "periodSeconds": 2}
    run(world, pod("web", "nginx:1.29", readinessProbe=probe), 8)
    assert any(line.endswith(":81: connect: connection refused") for line in events(world, "web"))


def test_readiness_gates_wait_for_somebody_else(world: World) -> None:
    run(world, pod("web", "nginx:1.29", spec={"readinessGates": [{"conditionType": "example.com/in"}]}), 10)
    assert condition(world, "web", "ContainersReady")[0] == "True"
    assert condition(world, "web", "Ready") == ("False", "ReadinessGatesNotReady")
