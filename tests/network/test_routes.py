"""What the network plugin writes on a node: it stays while the plugin's Pod is away, and not when the node boots."""

import pytest

from simulator.machinery import yaml
from simulator.world import World
from tests.kubelet.support import command, send
from tests.network.support import apply, call, pod_ip, web

DAEMONSET = "/apis/apps/v1/namespaces/kube-system/daemonsets/kindnet"
MERGE = "application/merge-patch+json"
ELSEWHERE = {"requiredDuringSchedulingIgnoredDuringExecution": {
    "nodeSelectorTerms": [
        {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["node-3"]}]}
    ]
}}  # fmt: skip


@pytest.fixture(scope="module")
def settled() -> World:
    world = World.boot()
    for number in (1, 2, 3):
        apply(world, yaml.dump(web(f"web-{number}", node=f"node-{number}")))
    world.advance(30)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def plugin_runs_on(world: World, affinity: object) -> None:
    template = {"spec": {"affinity": affinity and {"nodeAffinity": affinity}}}
    send(world, "PATCH", DAEMONSET, {"spec": {"template": template}}, MERGE)
    world.advance(60)


def reboot(world: World, node: str) -> None:
    command(world, "workstation", "ssh", node, "reboot")
    world.advance(60)


def outcomes(world: World) -> dict[str, str]:
    """What Pods and nodes get from each other, node-3 being one end of it."""
    one, three = (f"http://{pod_ip(world, 'default', f'web-{number}')}:8080/" for number in (1, 3))
    return {
        "from its Pod to another's": call(world, "default/web-3", one),
        "from another's Pod to its": call(world, "default/web-1", three),
        "from its Pod to itself": call(world, "default/web-3", three),
        "from its Pod out": call(world, "default/web-3", "http://203.0.113.80/"),
        "between others": call(world, "default/web-2", one),
        "from a node's own address": call(world, "cp-1", three),
    }


def test_routes_stay_while_the_plugin_is_away(world: World) -> None:
    before = outcomes(world)
    plugin_runs_on(world, ELSEWHERE)
    assert outcomes(world) == before
    assert {before[each] for each in before if each != "from its Pod out"} == {"200"}


def test_a_node_that_boots_without_the_plugin_is_alone(world: World) -> None:
    plugin_runs_on(world, ELSEWHERE)
    reboot(world, "node-3")
    alone = outcomes(world)
    assert alone == {
        "from its Pod to another's": "timeout",
        "from another's Pod to its": "timeout",
        "from its Pod to itself": "200",
        "from its Pod out": "timeout",
        "between others": "200",
        "from a node's own address": "200",
    }
    assert outcomes(world.fork()) == outcomes(World.restore(world.save())) == alone
    routes, _ = command(world, "workstation", "ssh", "node-3", "ip route")
    assert [line.split()[0] for line in routes.splitlines()] == ["default", "10.0.0.0/24", "10.244.3.0/24"]
    plugin_runs_on(world, None)
    assert outcomes(world)["from its Pod to another's"] == outcomes(world)["from another's Pod to its"] == "200"


def test_a_node_that_boots_with_the_plugin_has_its_routes(world: World) -> None:
    before = outcomes(world)
    reboot(world, "node-3")
    assert outcomes(world) == before
