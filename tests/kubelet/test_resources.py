"""What containers use, and what becomes of those that use too much."""

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
    logs,
    new_world,
    pod,
    run,
    send,
    stored,
)  # fmt: skip


@pytest.fixture
def world() -> World:
    return new_world()


def limited(memory: str = "", cpu: str = "") -> Object:
    limits = {name: amount for name, amount in (("memory", memory), ("cpu", cpu)) if amount}
    return {"limits": limits, "requests": limits}


def ask(world: World, name: str, path: str) -> str:
    output, _ = command(world, "workstation", "curl", "-s", f"http://{address(world, name)}:8080{path}")
    return output


STRESS = ["--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"]


@pytest.mark.parametrize(
    "obj",
    [
        pytest.param(pod("p", "polinux/stress", "stress", args=STRESS, resources=limited("100Mi")), id="stress"),
        pytest.param(
            pod("p", "vish/stress", args=["-mem-total", "150Mi", "-mem-alloc-size", "10Mi", "-mem-alloc-sleep", "1s"],
                resources=limited("100Mi")),
            id="a bit at a time",
        ),
        pytest.param(
            pod("p", "kubelab/web:1.0", env=[{"name": "LEAK_MI_PER_MIN", "value": "600"}], resources=limited("100Mi")),
            id="a leak",
        ),
        pytest.param(pod("p", "kubelab/web:1.0", resources=limited("8Mi")), id="more than it needs to begin"),
    ],
)  # fmt: skip
def test_over_its_memory_limit_a_container_is_killed(world: World, obj: Object) -> None:
    run(world, obj, 25)
    ended = container(world, "p")["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)
    assert container(world, "p")["restartCount"] >= 1


def test_below_its_limit_it_lives(world: World) -> None:
    run(world, pod("p", "polinux/stress", "stress", args=STRESS, resources=limited("200Mi")), 60)
    assert container(world, "p")["restartCount"] == 0
    assert logs(world, "p") == "stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd\n"


def test_a_leak_ends_when_it_reaches_the_limit(world: World) -> None:
    leak = [{"name": "LEAK_MI_PER_MIN", "value": "30"}]
    run(world, pod("p", "kubelab/web:1.0", env=leak, resources=limited("72Mi")), 110)
    assert container(world, "p")["restartCount"] == 0
    world.advance(30)
    assert container(world, "p")["restartCount"] == 1, "60 MiB at 30 MiB a minute beyond the 12 it begins with"


def test_eating_over_http(world: World) -> None:
    run(world, pod("p", "kubelab/web:1.0", resources=limited("64Mi")), 10)
    assert ask(world, "p", "/eat?mi=40") == "holding 40 MiB\n"
    assert execute(world, "p", "cat", "/sys/fs/cgroup/memory.current")[0] == f"{(40 + 12 + 1) << 20}\n"
    assert (
        execute(world, "p", "cat", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/cpu.max")[0] == "67108864\nmax 100000\n"
    )
    ask(world, "p", "/eat?mi=40")
    world.advance(10)
    assert container(world, "p")["lastState"]["terminated"]["reason"] == "OOMKilled"


@pytest.mark.parametrize(
    ("cpu", "least", "most"),
    [pytest.param("", 0.1, 0.2, id="free"), pytest.param("200m", 0.5, 0.9, id="throttled")],
)
def test_a_cpu_limit_makes_requests_take_longer(world: World, cpu: str, least: float, most: float) -> None:
    run(world, pod("p", "kubelab/web:1.0", resources=limited("", cpu)), 10)
    url = f"http://{address(world, 'p')}:8080/work?ms=100"
    took, _ = command(world, "workstation", "curl", "-s", "-o", "/dev/null", "-w", "%{time_total}", url)
    assert least <= float(took) < most
    stat = execute(world, "p", "cat", "/sys/fs/cgroup/cpu.stat")[0]
    assert ("throttled_usec" in stat) == bool(cpu)


def test_a_spinner_is_throttled_not_killed(world: World) -> None:
    run(world, pod("p", "polinux/stress", "stress", args=["--cpu", "1"], resources=limited("", "200m")), 70)
    assert container(world, "p")["restartCount"] == 0
    stat = dict(line.split() for line in execute(world, "p", "cat", "/sys/fs/cgroup/cpu.stat")[0].splitlines())
    assert 11_000_000 < int(stat["usage_usec"]) < 15_000_000, "a fifth of a minute"
    assert 40_000_000 < int(stat["throttled_usec"]) < 57_000_000
    assert int(stat["nr_throttled"]) > 500


def test_a_swamped_server_misses_its_probe(world: World) -> None:
    """Requests are served one after another: with 100m a second of work takes ten."""
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1, "timeoutSeconds": 1}
    run(world, pod("p", "kubelab/web:1.0", resources=limited("", "100m"), livenessProbe=probe), 10)
    ask(world, "p", "/work?ms=1000")
    assert any("context deadline exceeded" in line for line in events(world, "p"))


def test_memory_pressure_evicts_who_asked_for_least(world: World) -> None:
    spec = {"nodeName": "node-1"}
    run(world, pod("steady", "kubelab/web:1.0", spec=spec, resources={"requests": {"memory": "64Mi"}}))
    run(world, pod("greedy", "kubelab/web:1.0", spec=spec), 10)
    ask(world, "greedy", "/eat?mi=7700")
    world.advance(5)
    found = stored(world, "greedy")
    assert found is not None
    message = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 32Mi. "
        "Container c was using 7712Mi, request is 0, has larger consumption of memory. "
    )
    assert (found["status"]["phase"], found["status"]["reason"], found["status"]["message"]) == (
        "Failed",
        "Evicted",
        message,
    )
    assert f"Evicted: {message}" in events(world, "greedy")
    assert condition(world, "greedy", "DisruptionTarget") == ("True", "TerminationByKubelet")
    assert stored(world, "steady")["status"]["phase"] == "Running"
    assert pressure(world, "node-1") == ("True", "KubeletHasInsufficientMemory")
    assert events(world, "node-1")[-2:] == [
        "NodeHasInsufficientMemory: Node node-1 status is now: NodeHasInsufficientMemory",
        "EvictionThresholdMet: Attempting to reclaim memory",
    ]
    taints = send(world, "GET", "/api/v1/nodes/node-1")["spec"]["taints"]
    assert [taint["key"] for taint in taints] == ["node.kubernetes.io/memory-pressure"]
    world.advance(330)
    assert pressure(world, "node-1") == ("False", "KubeletHasSufficientMemory")
    assert "taints" not in send(world, "GET", "/api/v1/nodes/node-1")["spec"]


def pressure(world: World, node: str) -> tuple[str, str]:
    conditions = send(world, "GET", f"/api/v1/nodes/{node}")["status"]["conditions"]
    entry = next(one for one in conditions if one["type"] == "MemoryPressure")
    return entry["status"], entry["reason"]


def test_more_than_the_node_has_is_killed_at_once(world: World) -> None:
    run(world, pod("greedy", "kubelab/web:1.0", spec={"nodeName": "node-1"}), 10)
    ask(world, "greedy", "/eat?mi=9000")
    world.advance(3)
    assert container(world, "greedy")["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert any(
        line.startswith("SystemOOM: System OOM encountered, victim process: web") for line in events(world, "node-1")
    )


def test_a_pod_may_be_active_only_so_long(world: World) -> None:
    run(world, pod("p", "kubelab/web:1.0", spec={"activeDeadlineSeconds": 20, "terminationGracePeriodSeconds": 1}), 30)
    found = stored(world, "p")
    assert found is not None and found["status"]["phase"] == "Failed"
    text = "Pod was active on the node longer than the specified deadline"
    assert (found["status"]["reason"], found["status"]["message"]) == ("DeadlineExceeded", text)
    assert f"DeadlineExceeded: {text}" in events(world, "p")


@pytest.mark.parametrize(
    ("policy", "message"),
    [pytest.param("File", None, id="file"), pytest.param("FallbackToLogsOnError", "boo\n", id="log")],
)
def test_the_message_of_an_end(world: World, policy: str, message: str | None) -> None:
    shell = pod("p", "busybox:1.37", "sh", "-c", "echo boo; exit 3", terminationMessagePolicy=policy)
    run(world, {**shell, "spec": {**shell["spec"], "restartPolicy": "Never"}}, 10)
    assert container(world, "p")["state"]["terminated"].get("message") == message


def test_usage_survives_a_save(world: World) -> None:
    run(
        world,
        pod(
            "p", "kubelab/web:1.0", env=[{"name": "LEAK_MI_PER_MIN", "value": "60"}], resources=limited("64Mi", "200m")
        ),
        10,
    )
    ask(world, "p", "/work?ms=3000")
    twin = World.restore(world.save())
    for one in (world, twin):
        one.advance(120)
    assert twin.digest() == world.digest()


def crowded(world: World, **requests: str) -> None:
    """Containers that compute on four CPUs each, all on one node, with these requests."""
    for name, request in requests.items():
        resources = {"requests": {"cpu": request}} if request else {}
        run(
            world,
            pod(name, "polinux/stress", "stress", "--cpu", "4", spec={"nodeName": "node-1"}, resources=resources),
            5,
        )


def top(world: World, *words: str) -> dict[str, int]:
    """Thousandths of a CPU by name, as `kubectl top` shows them."""
    shown = command(world, "workstation", "kubectl", "top", *words, "--no-headers")[0].splitlines()
    return {line.split()[0]: int(line.split()[1].removesuffix("m")) for line in shown}


def test_on_a_full_node_containers_share_the_cpu_by_what_they_request(world: World) -> None:
    cores = int(send(world, "GET", "/api/v1/nodes/node-1")["status"]["capacity"]["cpu"]) * 1000
    crowded(world, a="200m")
    world.advance(60)
    alone = top(world, "pod")["a"]
    crowded(world, b="100m", idle="")
    copy = World.restore(world.save())
    for each in (world, copy):
        each.advance(90)
        used = top(each, "pod")
        assert alone > used["a"] > used["b"] > used["idle"] > 0
        assert used["a"] == pytest.approx(2 * used["b"], rel=0.03)
        assert sum(used.values()) == pytest.approx(cores, rel=0.02)
        assert top(each, "node", "node-1")["node-1"] >= 0.98 * cores
    send(world, "DELETE", "/api/v1/namespaces/default/pods/a?gracePeriodSeconds=0")
    send(world, "DELETE", "/api/v1/namespaces/default/pods/idle?gracePeriodSeconds=0")
    world.advance(90)
    assert top(world, "pod")["b"] == pytest.approx(alone, rel=0.02)


def test_who_wants_less_than_its_share_gets_it_all(world: World) -> None:
    small = pod(
        "small", "polinux/stress", "stress", "--cpu", "1", spec={"nodeName": "node-1"}, resources=limited(cpu="500m")
    )
    run(world, small, 5)
    crowded(world, a="100m", b="100m")
    world.advance(90)
    used = top(world, "pod")
    assert used["small"] == pytest.approx(500, abs=10)
    assert used["a"] == pytest.approx(used["b"], rel=0.02)


def test_answers_take_longer_on_a_full_node(world: World) -> None:
    run(world, pod("web", "registry.k8s.io/hpa-example", spec={"nodeName": "node-1"}), 15)
    words = ("curl", "-s", "-o", "/dev/null", "-w", "%{time_total}", f"http://{address(world, 'web')}/")
    before = float(command(world, "workstation", *words)[0])
    crowded(world, a="1", b="")
    world.advance(10)
    assert float(command(world, "workstation", *words)[0]) > 5 * before
