"""A Pod's life as a person sees it."""

import pytest

from simulator.world import World
from tests.kubelet import support
from tests.kubelet.support import container, events, history, logs, new_world, pod, reason, run, send, stored


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.mark.parametrize(
    ("obj", "seconds", "expected"),
    [
        pytest.param(pod("p", "nginx:1.29"), 10, ["ContainerCreating", "Running"], id="starts"),
        pytest.param(
            pod("p", "nginx:nope"), 12, ["ContainerCreating", "ErrImagePull", "ImagePullBackOff"], id="no such image"
        ),
        pytest.param(
            pod("p", "busybox:1.37", "sh", "-c", "sleep 1; exit 3"),
            25,
            ["ContainerCreating", "Running", "Error", "Running", "Error", "CrashLoopBackOff", "Running", "Error"],
            id="crashes",
        ),
        pytest.param(
            pod("p", "busybox:1.37", "sh", "-c", "sleep 1", spec={"restartPolicy": "Never"}),
            10,
            ["ContainerCreating", "Running", "Completed"],
            id="completes",
        ),
        pytest.param(
            pod("p", "busybox:1.37", "nope"), 10, ["ContainerCreating", "RunContainerError", "CrashLoopBackOff"],
            id="no such program",
        ),
        pytest.param(
            pod("p", "busybox:1.37", "nope", spec={"restartPolicy": "Never"}), 5, ["ContainerCreating", "StartError"],
            id="no such program, never again",
        ),
        pytest.param(
            pod("p", "busybox:1.37", "true", envFrom=[{"configMapRef": {"name": "nope"}}]),
            10,
            ["ContainerCreating", "CreateContainerConfigError"],
            id="no ConfigMap",
        ),
    ],
)  # fmt: skip
def test_a_pod_goes_through(world: World, obj: support.Object, seconds: int, expected: list[str]) -> None:
    seen = history(world, obj, seconds)
    assert seen[: len(expected)] == expected


def test_events_of_an_ordinary_start(world: World) -> None:
    run(world, pod("web", "nginx:1.29"), 10)
    assert [line.partition(":")[0] for line in events(world, "web")] == [
        "Scheduled", "Pulling", "Pulled", "Created", "Started",
    ]  # fmt: skip
    run(world, pod("web2", "nginx:1.29", spec={"nodeName": stored(world, "web")["spec"]["nodeName"]}), 10)
    text = 'Pulled: Container image "nginx:1.29" already present on machine and can be accessed by the pod'
    assert events(world, "web2") == [text, "Created: Container created", "Started: Container started"]


def test_an_image_that_is_mended_is_pulled(world: World) -> None:
    run(world, pod("web", "nginx:nope"), 10)
    assert reason(world, "web") == "ImagePullBackOff"
    patch = {"spec": {"containers": [{"name": "c", "image": "nginx:1.29"}]}}
    send(world, "PATCH", "/api/v1/namespaces/default/pods/web", patch, "application/strategic-merge-patch+json")
    world.advance(20)
    assert reason(world, "web") == "Running"


def test_back_off_grows_to_five_minutes_and_is_told(world: World) -> None:
    run(world, pod("p", "busybox:1.37", "false"), 1500)
    status = container(world, "p")
    assert "back-off 5m0s restarting failed container=c pod=p_default(" in status["state"]["waiting"]["message"]
    assert 7 <= status["restartCount"] <= 10
    assert status["lastState"]["terminated"]["exitCode"] == 1


def test_init_containers_run_one_after_another_and_sidecars_go_on(world: World) -> None:
    inits = [
        {"name": "first", "image": "busybox:1.37", "command": ["sleep", "3"]},
        {"name": "side", "image": "busybox:1.37", "command": ["sleep", "600"], "restartPolicy": "Always"},
    ]
    run(world, pod("p", "busybox:1.37", "sleep", "600", spec={"initContainers": inits}), 3)
    assert reason(world, "p") == "PodInitializing"
    assert support.condition(world, "p", "Initialized") == ("False", "ContainersNotInitialized")
    world.advance(10)
    assert reason(world, "p") == "Running"
    assert container(world, "p", "initContainerStatuses", 0)["ready"] is True
    assert container(world, "p", "initContainerStatuses", 1)["state"].keys() == {"running"}


def test_previous_logs_are_those_of_the_container_before(world: World) -> None:
    run(world, pod("p", "busybox:1.37", "sh", "-c", "date +%s; sleep 5; exit 1"), 10)
    now, before = logs(world, "p"), logs(world, "p", "previous=true")
    assert int(before) < int(now)


@pytest.mark.parametrize(
    ("script", "after", "gone"),
    [
        pytest.param("trap 'exit 0' TERM; while true; do sleep 1; done", 3, True, id="heeds SIGTERM"),
        pytest.param("sleep 600", 20, False, id="does not heed it"),
        pytest.param("sleep 600", 32, True, id="is killed after its grace"),
    ],
)
def test_deleting(world: World, script: str, after: float, gone: bool) -> None:
    run(world, pod("p", "busybox:1.37", "sh", "-c", script), 10)
    send(world, "DELETE", "/api/v1/namespaces/default/pods/p")
    world.advance(after)
    assert (stored(world, "p") is None) is gone
    assert "Killing: Stopping container c" in events(world, "p")


def test_a_lost_node_takes_its_pods_with_it_and_lets_them_go_when_it_is_back(world: World) -> None:
    run(world, pod("web", "nginx:1.29"), 10)
    kubelet = world.cluster.kubelet
    assert kubelet is not None
    node = stored(world, "web")["spec"]["nodeName"]
    kubelet.outages.stop(node)
    world.advance(70)
    assert support.condition(world, "web", "Ready")[0] == "False"
    world.advance(310)
    assert stored(world, "web")["metadata"]["deletionTimestamp"]
    kubelet.outages.resume(node)
    world.advance(40)
    assert stored(world, "web") is None


SCRIPT: support.Object = {"volumes": [{"name": "s", "configMap": {"name": "script", "defaultMode": 0o755}}]}


@pytest.mark.parametrize(
    ("obj", "words"),
    [
        pytest.param(
            pod("p", "arm64v8/nginx"), "exec /docker-entrypoint.sh: exec format error\n", id="another processor"
        ),
        pytest.param(
            pod("p", "busybox:1.37", "/s/run", spec=SCRIPT, volumeMounts=[{"name": "s", "mountPath": "/s/"}]),
            "exec /s/run: exec format error\n",
            id="a script without its first line",
        ),
    ],
)
def test_a_program_for_another_machine(world: World, obj: support.Object, words: str) -> None:
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "script"}}
    send(world, "POST", "/api/v1/namespaces/default/configmaps", {**head, "data": {"run": "echo hi\n"}})
    run(world, obj, 8)
    assert logs(world, "p") == words
    ended = container(world, "p")["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"], reason(world, "p")) == (255, "Error", "CrashLoopBackOff")
