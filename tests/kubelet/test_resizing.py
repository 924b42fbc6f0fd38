"""Resources that change while a container runs, as a person sees it."""

import pytest

from simulator.world import World
from tests.kubelet.support import (
    Object,
    address,
    command,
    condition,
    container,
    events,
    execute,
    new_world,
    pod,
    run,
    send,
    stored,
)

RESIZE = "/api/v1/namespaces/default/pods/p/resize"


@pytest.fixture
def world() -> World:
    return new_world()


def resources(cpu: str, memory: str) -> Object:
    amounts = {"cpu": cpu, "memory": memory}
    return {"limits": amounts, "requests": amounts}


def resize(world: World, cpu: str, memory: str, seconds: float = 5) -> None:
    body = {"spec": {"containers": [{"name": "c", "resources": resources(cpu, memory)}]}}
    send(world, "PATCH", RESIZE, body, "application/strategic-merge-patch+json")
    world.advance(seconds)


def web(cpu: str = "200m", memory: str = "128Mi", **more: Object) -> Object:
    return pod("p", "kubelab/web:1.0", spec={"nodeName": "node-2"}, resources=resources(cpu, memory), **more)


def test_more_cpu_without_a_restart(world: World) -> None:
    run(world, web(), 10)
    before = container(world, "p")["containerID"]
    resize(world, "500m", "128Mi", 0.5)
    assert condition(world, "p", "PodResizeInProgress") == ("True", "")
    assert container(world, "p")["resources"]["limits"]["cpu"] == "200m", "asked for, not yet applied"
    assert container(world, "p")["allocatedResources"]["cpu"] == "500m"
    world.advance(3)
    status = container(world, "p")
    assert status["resources"] == resources("500m", "128Mi")
    assert (status["containerID"], status["restartCount"]) == (before, 0)
    assert execute(world, "p", "cat", "/sys/fs/cgroup/cpu.max")[0] == "50000 100000\n"
    told = '{"containers":[{"name":"c","resources":{"limits":{"cpu":"500m","memory":"128Mi"},"requests":{"cpu":"500m","memory":"128Mi"}}}],"generation":2}'
    assert events(world, "p")[-2:] == [
        f"ResizeStarted: Pod resize started: {told}",
        f"ResizeCompleted: Pod resize completed: {told}",
    ]
    assert not any(c["type"].startswith("PodResize") for c in stored(world, "p")["status"]["conditions"])


def test_with_a_policy_it_starts_again(world: World) -> None:
    run(world, web(resizePolicy=[{"resourceName": "memory", "restartPolicy": "RestartContainer"}]), 10)
    resize(world, "300m", "128Mi")
    assert container(world, "p")["restartCount"] == 0
    resize(world, "300m", "256Mi", 20)
    status = container(world, "p")
    assert (status["restartCount"], status["resources"]) == (1, resources("300m", "256Mi"))
    assert "Killing: Container c resize requires restart" in events(world, "p")


@pytest.mark.parametrize(
    ("cpu", "reason", "message"),
    [
        pytest.param("5", "Infeasible", "Node didn't have enough capacity: cpu, requested: 5000, capacity: 3900", id="never"),
        pytest.param("2", "Deferred", "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 3900", id="not now"),
    ],
)  # fmt: skip
def test_what_the_node_cannot_give(world: World, cpu: str, reason: str, message: str) -> None:
    run(world, pod("other", "kubelab/web:1.0", spec={"nodeName": "node-2"}, resources={"requests": {"cpu": "3"}}))
    run(world, web(), 10)
    resize(world, cpu, "128Mi")
    entry = next(c for c in stored(world, "p")["status"]["conditions"] if c["type"] == "PodResizePending")
    assert (entry["reason"], entry["message"]) == (reason, message)
    assert container(world, "p")["resources"] == resources("200m", "128Mi")
    assert events(world, "p")[-1].startswith(f"Resize{reason}: Pod resize {reason}: ")
    send(world, "DELETE", "/api/v1/namespaces/default/pods/other?gracePeriodSeconds=1")
    world.advance(15)
    given = container(world, "p")["resources"]["limits"]["cpu"]
    assert given == (cpu if reason == "Deferred" else "200m"), "who waits gets it when somebody leaves"


def test_memory_in_use_is_not_taken_away(world: World) -> None:
    run(world, web(memory="256Mi"), 10)
    command(world, "workstation", "curl", "-s", f"http://{address(world, 'p')}:8080/eat?mi=100")
    resize(world, "200m", "64Mi")
    entry = next(c for c in stored(world, "p")["status"]["conditions"] if c["type"] == "PodResizeInProgress")
    assert entry["reason"] == "Error"
    assert entry["message"] == (
        "cannot decrease memory limits: [attempting to set pod memory limit (67108864) below current usage (117440512), "
        'attempting to set container "c" memory limit (67108864) below current usage (117440512)]'
    )
    command(world, "workstation", "curl", "-s", f"http://{address(world, 'p')}:8080/eat?mi=-100")
    world.advance(15)
    assert container(world, "p")["resources"] == resources("200m", "64Mi")
    assert container(world, "p")["restartCount"] == 0


def test_kubectl_set_resources_and_patch(world: World) -> None:
    run(world, web(), 10)
    line = """kubectl patch pod p --subresource resize -p '{"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}}]}}'"""
    assert command(world, "workstation", "bash", "-c", line)[0] == "pod/p patched\n"
    world.advance(3)
    assert container(world, "p")["resources"] == resources("1", "128Mi")


@pytest.mark.parametrize(
    ("cpu", "fits"),
    [pytest.param("50", True, id="never to be had"), pytest.param("2", False, id="waited for")],
)
def test_what_the_scheduler_reckons_with(world: World, cpu: str, fits: bool) -> None:
    """One CPU of four is asked for beside a Pod that has 200m and wants more, and another that has two."""
    run(world, pod("other", "kubelab/web:1.0", spec={"nodeName": "node-2"}, resources={"requests": {"cpu": "2"}}))
    run(world, web(), 10)
    resize(world, cpu, "128Mi")
    spec = {"nodeSelector": {"kubernetes.io/hostname": "node-2"}}
    run(world, pod("late", "kubelab/web:1.0", spec=spec, resources={"requests": {"cpu": "1"}}), 10)
    assert (stored(world, "late")["status"]["phase"] == "Running") == fits
