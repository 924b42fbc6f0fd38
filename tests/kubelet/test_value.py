"""A world can be forked or saved in the middle of anything the kubelet does."""

import pytest

from simulator.world import World
from tests.kubelet.support import Object, execute, new_world, pod, run

PROBE = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 3}
CASES = [
    pytest.param(pod("p", "nginx:1.29"), 1.0, id="mid-pull"),
    pytest.param(pod("p", "nginx:nope"), 9.0, id="mid-pull-back-off"),
    pytest.param(pod("p", "busybox:1.37", "false"), 12.0, id="mid-crash-back-off"),
    pytest.param(pod("p", "nginx:1.29", livenessProbe=PROBE, readinessProbe=PROBE), 11.0, id="probed"),
    pytest.param(pod("p", "busybox:1.37", "sh", "-c", "while true; do date; sleep 1; done"), 7.3, id="mid-loop"),
]


@pytest.mark.parametrize(("obj", "seconds"), CASES)
def test_forks_and_copies_go_the_same_way(obj: Object, seconds: float) -> None:
    world = new_world()
    run(world, obj, seconds)
    before = world.digest()
    twin, copy = world.fork(), World.restore(world.save())
    twin.advance(60)
    assert world.digest() == before
    for step in range(60):
        world.advance(1)
        copy.advance(0.4 if step % 2 else 1.6)
    assert world.digest() == twin.digest() == copy.digest()


def test_a_fork_in_the_middle_of_an_exec_ends_it_too() -> None:
    world = new_world()
    run(world, pod("p", "busybox:1.37", "sleep", "600"), 8)
    assert world.cluster.kubelet is not None
    machine = next(row["machine"] for (_, name), row in world.cluster.kubelet.containers.rows.items() if name == "c")
    world.machines.open_session("x", machine, ["sh", "-c", "echo a; sleep 3; echo b; exit 4"])
    world.advance(1)
    twin = world.fork()
    for one in (world, twin):
        one.advance(5)
        chunks, _ = one.machines.session_output("x")
        assert b"".join(data for _, data in chunks) == b"a\nb\n"


def test_a_fork_answers_by_its_own_files() -> None:
    world = new_world()
    run(world, pod("web", "nginx:1.29"), 10)
    assert execute(world, "web", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "localhost") == ("200", 0)
    twin = world.fork()
    execute(twin, "web", "rm", "/usr/share/nginx/html/index.html")
    for one, code in ((world, "200"), (twin, "403")):
        assert execute(one, "web", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "localhost") == (code, 0)
