"""Lifecycle hooks as the Pod's status and its Events show them."""

import pytest

from simulator.world import World
from tests.kubelet import support
from tests.kubelet.support import Object, pod


@pytest.fixture
def world() -> World:
    world = support.new_world()
    world.advance(5)
    return world


def hooked(name: str, *, start: Object | None = None, stop: Object | None = None, **spec: int) -> Object:
    lifecycle = {kind: hook for kind, hook in (("postStart", start), ("preStop", stop)) if hook}
    return pod(
        name, "busybox", "sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done", spec=spec, lifecycle=lifecycle
    )


def shell(script: str) -> Object:
    return {"exec": {"command": ["sh", "-c", script]}}


def test_a_container_is_not_running_before_its_hook_has_ended(world: World) -> None:
    seen = support.history(world, hooked("p", start=shell("sleep 5; echo done > /tmp/done")), 15)
    assert seen == ["ContainerCreating", "Running"]
    assert support.execute(world, "p", "cat", "/tmp/done") == ("done\n", 0)


@pytest.mark.parametrize("start", [shell("sleep 5"), {"sleep": {"seconds": 5}}])
def test_what_is_shown_while_a_hook_runs(world: World, start: Object) -> None:
    support.run(world, hooked("p", start=start), 5)
    assert support.reason(world, "p") == "ContainerCreating"
    assert support.events(world, "p")[-1] == "Started: Container started"
    world.advance(10)
    assert support.reason(world, "p") == "Running"


@pytest.mark.parametrize(
    "start, words",
    [
        (shell("echo no >&2; exit 3"), "command 'sh -c echo no >&2; exit 3' exited with 3: no\n, message: \"no\\n\""),
        ({"httpGet": {"port": 81}}, ":81: connect: connection refused"),
        ({"exec": {"command": ["nope"]}}, 'exec: "nope": executable file not found in $PATH: unknown, message: ""'),
    ],
)
def test_a_failed_start_hook_stops_the_container_which_starts_again(world: World, start: Object, words: str) -> None:
    support.run(world, hooked("p", start=start, terminationGracePeriodSeconds=1), 1)
    messages, reasons = set(), []
    for _ in range(400):
        world.advance(0.25)
        waiting = support.container(world, "p")["state"].get("waiting", {})
        reasons.append(waiting.get("reason"))
        if waiting.get("reason") == "PostStartHookError":
            messages.add(waiting["message"])
    assert [message.endswith(words) for message in messages] == [True]
    assert "CrashLoopBackOff" in reasons and support.container(world, "p")["restartCount"] >= 2
    told = support.events(world, "p")
    assert "FailedPostStartHook: PostStartHook failed" in told and "Killing: FailedPostStartHook" in told


def test_a_failed_stop_hook_is_told_and_the_container_stops(world: World) -> None:
    support.run(world, hooked("p", stop=shell("exit 1")), 8)
    support.send(world, "DELETE", "/api/v1/namespaces/default/pods/p")
    world.advance(5)
    assert support.stored(world, "p") is None
    assert "FailedPreStopHook: PreStopHook failed" in support.events(world, "p")
