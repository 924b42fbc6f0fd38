"""kube-proxy on a node and what becomes of the node's rules when it does not run."""

import pytest

from simulator.machinery import yaml
from simulator.world import World
from tests.kubelet.support import command, send
from tests.network.support import apply, call, pod_ip, web

DAEMONSET = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy"
MERGE = "application/merge-patch+json"


def service(name: str) -> str:
    head = f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n"
    return head + "spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n"


@pytest.fixture(scope="module")
def settled() -> World:
    world = World.boot()
    apply(world, service("old"))
    for number in (1, 2, 3):
        apply(world, yaml.dump(web(f"web-{number}", node=f"node-{number}", app="web")))
    world.advance(30)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def keep_off(world: World, node: str) -> None:
    """Have kube-proxy run on all nodes but one."""
    send(world, "PATCH", f"/api/v1/nodes/{node}", {"metadata": {"labels": {"proxy": "no"}}}, MERGE)
    term = {"matchExpressions": [{"key": "proxy", "operator": "DoesNotExist"}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    send(world, "PATCH", DAEMONSET, {"spec": {"template": {"spec": {"affinity": affinity}}}}, MERGE)
    world.advance(90)


def outcomes(world: World, where: str = "default/web-3") -> dict[str, str]:
    """What a Pod gets from the old Service, a new one, and a Pod by its address."""
    calls = {"old": "http://old/", "new": "http://new/", "pod": f"http://{pod_ip(world, 'default', 'web-1')}:8080/"}
    return {name: call(world, where, url) for name, url in calls.items()}


def test_every_node_follows_the_api(world: World) -> None:
    apply(world, service("new"), 3)
    assert outcomes(world) == {"old": "200", "new": "200", "pod": "200"}


def test_without_it_the_old_rules_stay_and_no_new_ones_come(world: World) -> None:
    keep_off(world, "node-3")
    apply(world, service("new"), 3)
    assert outcomes(world, "default/web-3") == {"old": "200", "new": "timeout", "pod": "200"}
    assert outcomes(world, "default/web-2") == {"old": "200", "new": "200", "pod": "200"}
    assert outcomes(world.restore(world.save())) == {"old": "200", "new": "timeout", "pod": "200"}
    send(world, "PATCH", "/api/v1/nodes/node-3", {"metadata": {"labels": {"proxy": None}}}, MERGE)
    world.advance(30)
    assert outcomes(world, "default/web-3") == {"old": "200", "new": "200", "pod": "200"}


def test_old_rules_lead_to_pods_that_are_gone(world: World) -> None:
    keep_off(world, "node-3")
    for name in ("web-1", "web-2"):
        send(world, "DELETE", f"/api/v1/namespaces/default/pods/{name}")
    world.advance(40)
    found = {call(world, "default/web-3", "http://old/") for _ in range(20)}
    assert "200" in found and len(found) > 1


def test_on_a_node_port_the_node_asked_decides(world: World) -> None:
    keep_off(world, "node-3")
    manifest = (
        service("new").replace("spec: {", "spec: {type: NodePort, ").replace("port: 80,", "port: 80, nodePort: 30080,")
    )
    apply(world, manifest, 3)
    assert call(world, "internet", "http://10.0.0.11:30080/") == "200"
    assert call(world, "internet", "http://10.0.0.13:30080/") == "refused"


def test_when_it_was_deleted_everywhere_only_new_services_are_dead(world: World) -> None:
    send(world, "DELETE", DAEMONSET)
    world.advance(60)
    apply(world, service("new"), 3)
    assert outcomes(world) == {"old": "200", "new": "timeout", "pod": "200"}


def on_node(world: World, node: str, line: str) -> str:
    shown, _ = command(world, "workstation", "ssh", node, line)
    return shown


def test_the_rules_of_a_node_can_be_read(world: World) -> None:
    """The names of the chains are those that a real kube-proxy computes."""
    shown = on_node(world, "node-1", "iptables -t nat -L KUBE-SERVICES -n")
    head, _, *rules = shown.splitlines()
    assert head == "Chain KUBE-SERVICES (2 references)"
    assert "KUBE-SVC-NPX46M4PTMTKRN6Y 6    --  0.0.0.0/0            10.96.0.1            " \
        "/* default/kubernetes:https cluster IP */ tcp dpt:443" in rules  # fmt: skip
    assert rules[-2].startswith(
        "KUBE-NODEPORTS 0    --  0.0.0.0/0            0.0.0.0/0            /* kubernetes service"
    )
    saved = on_node(world, "node-1", "iptables-save -t nat | grep default/old")
    assert len([line for line in saved.splitlines() if "-j DNAT" in line]) == 3
    chances = [line.split("--probability ")[1].split()[0] for line in saved.splitlines() if "--probability" in line]
    assert chances == ["0.33333333333", "0.50000000000"]
    assert (
        on_node(world, "node-1", "iptables -t nat -L KUBE-NOTHING") == "iptables: No chain/target/match by that name.\n"
    )
    assert "only shown" in on_node(world, "node-1", "iptables -A INPUT -j DROP")


def test_a_node_without_kube_proxy_lacks_the_new_service(world: World) -> None:
    keep_off(world, "node-3")
    apply(world, service("new").replace("app: web", "app: nobody"), 3)
    apply(world, service("newer"), 3)
    line = "iptables-save | grep -c default/newer"
    assert on_node(world, "node-3", line) == "0\n"
    assert int(on_node(world, "node-2", line)) > 3
    refused = on_node(world, "node-2", "iptables -L KUBE-SERVICES -n")
    assert "/* default/new has no endpoints */ tcp dpt:80 reject-with icmp-port-unreachable" in refused


def test_rules_do_not_outlive_a_power_cut(world: World) -> None:
    keep_off(world, "node-3")
    kubelet = world.cluster.kubelet
    assert kubelet is not None
    kubelet.outages.stop("node-3")
    world.advance(10)
    kubelet.outages.resume("node-3")
    world.advance(90)
    service_there = world.cluster.store.get("services", ("default", "old"))
    assert service_there is not None
    url = f"http://{service_there['spec']['clusterIP']}/"
    assert [call(world, f"node/{name}", url) for name in ("node-3", "node-2")] == ["timeout", "200"]
