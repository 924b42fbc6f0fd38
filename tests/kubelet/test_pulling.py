"""Registries that refuse, and containers that decide for themselves whether they start again."""

import pytest

from lessons.running import run as typed
from simulator.faults import apply, mend
from simulator.world import World
from tests.kubelet.support import Object, container, events, history, new_world, pod, reason, run, stored

PRIVATE = "registry.lab/private/web:1.0"


@pytest.fixture
def world() -> World:
    return new_world()


def test_a_private_registry_wants_to_know_who_pulls(world: World) -> None:
    run(world, pod("p", PRIVATE), 20)
    assert reason(world, "p") in ("ErrImagePull", "ImagePullBackOff")
    assert any("authorization failed: no basic auth credentials" in line for line in events(world, "p"))
    create = "kubectl create secret docker-registry {} --docker-server=registry.lab --docker-username=learner --docker-password={}"
    typed(world, create.format("right", "kubelab") + "; " + create.format("wrong", "nope"))
    for name, runs in (("wrong", False), ("right", True)):
        run(world, pod(name, PRIVATE, spec={"imagePullSecrets": [{"name": name}]}), 20)
        assert (reason(world, name) == "Running") == runs
    typed(world, """kubectl patch serviceaccount default -p '{"imagePullSecrets":[{"name":"right"}]}'""")
    run(world, pod("q", PRIVATE), 20)
    assert reason(world, "q") == "Running", "the account brings the Secret"


def test_a_registry_that_has_had_enough(world: World) -> None:
    apply(world.cluster, "registry-throttled", {})
    run(world, pod("p", "nginx:1.29"), 15)
    assert any("429 Too Many Requests - Server message: toomanyrequests" in line for line in events(world, "p"))
    run(world, pod("q", "registry.k8s.io/e2e-test-images/agnhost:2.56"), 15)
    assert reason(world, "q") == "Running", "other registries are others"
    mend(world.cluster, "registry-throttled", {})
    world.advance(120)
    assert reason(world, "p") == "Running"


def test_pulls_that_never_come(world: World) -> None:
    run(world, pod("never", "httpd:2.4", imagePullPolicy="Never"), 10)
    assert reason(world, "never") == "ErrImageNeverPull"
    run(world, pod("wrong", "Nginx::1"), 10)
    assert reason(world, "wrong") == "InvalidImageName"


RULES: list[Object] = [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]


@pytest.mark.parametrize(
    ("code", "expected"),
    [pytest.param(42, "CrashLoopBackOff", id="a code of its own"), pytest.param(1, "Error", id="another")],
)
def test_rules_of_a_container(world: World, code: int, expected: str) -> None:
    obj = pod("p", "busybox:1.37", "sh", "-c", f"sleep 1; exit {code}", spec={"restartPolicy": "Never"},
              restartPolicy="Never", restartPolicyRules=RULES)  # fmt: skip
    assert expected in history(world, obj, 30)
    found = stored(world, "p")
    assert found is not None and (found["status"]["phase"] == "Failed") == (code == 1)
    assert (container(world, "p")["restartCount"] > 0) == (code == 42)


def test_a_leak_and_a_kill(world: World) -> None:
    run(world, pod("web", "kubelab/web:1.0", resources={"limits": {"memory": "64Mi"}}), 10)
    apply(world.cluster, "memory-leak", {"of": "Pod/default/web", "mebibytes": 60})
    world.advance(70)
    assert container(world, "web")["lastState"]["terminated"]["reason"] == "OOMKilled"
    apply(world.cluster, "process-killed", {"of": "Pod/default/web"})
    world.advance(15)
    assert container(world, "web")["lastState"]["terminated"]["exitCode"] == 137
    assert container(world, "web")["restartCount"] == 2
    world.advance(100)
    assert container(world, "web")["lastState"]["terminated"]["reason"] == "OOMKilled", "a restart mends no program"
