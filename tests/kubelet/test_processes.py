"""Containers that see each other's processes. Upstream: the task "Share Process Namespace between Containers"."""

import pytest

from lessons.running import run as ran
from simulator.spec import lab
from simulator.world import World

MANIFEST = """cat <<E | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata: {name: nginx}
spec:
  shareProcessNamespace: true
  containers:
  - {name: nginx, image: nginx}
  - {name: shell, image: "busybox:1.37", command: [sleep, "3600"], stdin: true, tty: true}
E
kubectl wait --for=condition=Ready pod/nginx --timeout=60s"""
INSIDE = "kubectl exec nginx -c shell -- "


@pytest.fixture
def world() -> World:
    world = World.boot(lab(1))
    run(world, MANIFEST)
    return world


def run(world: World, script: str) -> str:
    return ran(world, script)[1]


def test_all_processes_of_the_pod_are_seen_and_the_first_is_pause(world: World) -> None:
    assert run(world, INSIDE + "ps ax").splitlines() == [
        "PID   USER     TIME  COMMAND",
        "    1 65535     0:00 /pause",
        "    2 root      0:00 nginx -g daemon off;",
        "    3 root      0:00 sleep 3600",
        "    4 root      0:00 ps ax",
    ]
    assert run(world, INSIDE + "ps -e -o pid,comm").splitlines()[:3] == [
        "    PID COMMAND",
        "      1 pause",
        "      2 nginx",
    ]


def test_signals_cross_containers(world: World) -> None:
    run(world, INSIDE + "kill -HUP 2; sleep 1")
    assert "signal 1 (SIGHUP) received" in run(world, "kubectl logs nginx -c nginx --tail=1")
    run(world, INSIDE + "pkill nginx; sleep 3")
    assert run(world, "kubectl get pod nginx --no-headers").split()[1:4] == ["2/2", "Running", "1"]
    assert "nginx" in run(world, INSIDE + "ps"), "the new one has a number of its own"
    assert "No such process" in run(world, INSIDE + "kill -TERM 99 2>&1")


def test_a_program_that_is_not_process_1_ends_by_a_signal_that_it_does_not_handle(world: World) -> None:
    run(world, "kubectl exec nginx -c nginx -- sh -c 'kill 3'; sleep 2")
    state = "jsonpath={.status.containerStatuses[?(@.name=='shell')].lastState.terminated.exitCode}"
    assert run(world, f'kubectl get pod nginx -o "{state}"') == "143"


def test_the_files_of_another_container_are_below_proc(world: World) -> None:
    assert run(world, INSIDE + "head -2 /proc/2/root/etc/nginx/nginx.conf") == "\nuser  nginx;\n"
    run(world, INSIDE + "sh -c 'echo hi > /proc/2/root/tmp/note'")
    assert run(world, "kubectl exec nginx -c nginx -- cat /tmp/note") == "hi\n"
    assert run(world, INSIDE + "sh -c 'test -e /proc/99/root/etc || echo none'") == "none\n"


def test_without_pause_everything_begins_again(world: World) -> None:
    run(world, INSIDE + "kill 1; sleep 20")
    assert run(world, "kubectl get pod nginx --no-headers").split()[1:4] == ["2/2", "Running", "2"]
    assert [line.split()[0] for line in run(world, INSIDE + "ps").splitlines()] == ["PID", "1", "2", "3", "4"]


def test_a_debugger_sees_its_target(world: World) -> None:
    run(world, "kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web --timeout=60s")
    run(world, "kubectl debug web -c look --image=busybox:1.37 --target=web -- ps; sleep 5")
    assert run(world, "kubectl logs web -c look").splitlines()[1:] == [
        "    1 root      0:00 nginx -g daemon off;",
        "    2 root      0:00 ps",
    ]


def test_a_debugger_ends_with_its_target(world: World) -> None:
    run(world, "kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web --timeout=60s")
    run(world, "kubectl debug web -c look --image=busybox:1.37 --target=web -- sleep 99; sleep 5")
    run(world, "kubectl exec web -c web -- nginx -s stop; sleep 3")
    state = "jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}"
    assert run(world, f'kubectl get pod web -o "{state}"') == "137"


def test_nothing_of_it_stays_and_it_goes_on_in_another_world(world: World) -> None:
    copy = World.restore(world.save())
    assert run(copy, INSIDE + "ps") == run(world, INSIDE + "ps")
    run(world, "kubectl delete pod nginx --now; sleep 5")
    assert not len(world.machines.families)
    assert [name for name in world.machines.rows.rows if "pod/" in name and "/-/" in name] == []


def test_proc_tells_of_processes(world: World) -> None:
    assert run(world, INSIDE + "cat /proc/2/cmdline | tr '\\0' ' '").strip() == "nginx -g daemon off;"
    assert run(world, INSIDE + "cat /proc/1/comm /proc/2/cgroup") == "pause\n0::/\n"
    assert "HOSTNAME=nginx\n" in run(world, INSIDE + "sh -c \"tr '\\0' '\\n' < /proc/3/environ\"")
    listed = run(world, INSIDE + "ls /proc").split()
    assert {"1", "2", "3"} <= set(listed)
    assert {"cpuinfo", "mounts", "self", "uptime"} <= set(listed)
    assert run(world, INSIDE + "sh -c 'cat /proc/self/status | head -2; ls -d /proc/self'").startswith(
        "Name:\tcat\nState:\t"
    )
    assert run(world, INSIDE + "cat /proc/99/cmdline; true").startswith("cat: can't open '/proc/99/cmdline'")
    assert "overlay / overlay rw" in run(world, INSIDE + "cat /proc/mounts")
    assert run(world, INSIDE + "grep -c processor /proc/cpuinfo").strip().isdecimal()


def test_an_environment_is_for_its_own_user() -> None:
    world = World.boot(lab(1))
    run(world, MANIFEST.replace("command: [sleep,", "securityContext: {runAsUser: 1000}, command: [sleep,"))
    assert "HOSTNAME=nginx" in run(world, INSIDE + "cat /proc/3/environ")
    assert "Uid:\t1000\t1000\t1000\t1000" in run(world, INSIDE + "cat /proc/3/status")
    assert "Permission denied" in run(world, INSIDE + "cat /proc/2/environ; true")
