"""Services: which Pods answer from where, whom they see as caller, and how it fails when nobody may."""

from collections import Counter

import pytest

from simulator.machinery import yaml
from simulator.runtime.network import HttpRequest
from simulator.world import World
from tests.kubelet.support import Object, command, send
from tests.network.support import SECOND, apply, call, machine, pod_ip, said, web

NODES = {"node-1": "10.0.0.11", "node-2": "10.0.0.12", "node-3": "10.0.0.13"}


@pytest.fixture(scope="module")
def settled() -> World:
    """Two Pods of `shop`, on node-1 and node-2, and a shell on each node."""
    world = World.boot()
    for number in (1, 2):
        apply(world, yaml.dump(web(f"shop-{number}", node=f"node-{number}", app="shop")))
    for number in (1, 2, 3):
        shell = web(f"shell-{number}", node=f"node-{number}")
        shell["spec"]["containers"][0]["image"] = "kubelab/shell:1.0"
        apply(world, yaml.dump(shell))
    world.advance(30)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def service(kind: str = "ClusterIP", node_port: int = 0, **spec: object) -> str:
    port: Object = {"port": 80, "targetPort": "http", **({"nodePort": node_port} if node_port else {})}
    whole = {"type": kind, "selector": {"app": "shop"}, "ports": [port], **spec}
    return yaml.dump({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop"}, "spec": whole})


def address(world: World, kind: str = "cluster") -> str:
    found = world.cluster.store.get("services", ("default", "shop"))
    assert found is not None
    if kind == "balancer":
        return str(found["status"]["loadBalancer"]["ingress"][0]["ip"])
    return str(found["spec"]["clusterIP"])


def seen(world: World, where: str, url: str, times: int = 12) -> set[tuple[str, str]]:
    """The Pods that answer, each with the caller it sees."""
    found = set()
    for _ in range(times):
        answer = yaml.load(said(world, where, url))
        found.add((answer["pod"], answer["clientIP"]))
    return found


LOCAL = {"externalTrafficPolicy": "Local"}
BOTH = {"shop-1", "shop-2"}


@pytest.mark.parametrize(
    ("manifest", "where", "url", "pods", "caller"),
    [
        pytest.param(service(), "default/shell-3", "http://{cluster}", BOTH, "{shell-3}", id="ClusterIP"),
        pytest.param(service(), "node/node-3", "http://{cluster}", BOTH, "10.0.0.13", id="from a node"),
        pytest.param(service("NodePort", 30080), "internet", "http://10.0.0.13:30080", BOTH, "10.0.0.13",
                     id="a node port: the node stands in for the caller"),
        pytest.param(service("NodePort", 30080), "default/shell-3", "http://10.0.0.11:30080", BOTH, "10.0.0.11",
                     id="a node port from a Pod"),
        pytest.param(service("NodePort", 30080, **LOCAL), "internet", "http://10.0.0.12:30080", {"shop-2"},
                     "198.51.100.7", id="Local: the Pods of this node, and the caller's own address"),
        pytest.param(service("NodePort", 30080, **LOCAL), "default/shell-3", "http://10.0.0.13:30080", BOTH,
                     "{shell-3}", id="Local spares callers from within"),
        pytest.param(service("LoadBalancer"), "internet", "http://{balancer}", BOTH, "10.0.0.1",
                     id="a balancer: some node stands in for the caller"),
        pytest.param(service("LoadBalancer", **LOCAL), "internet", "http://{balancer}", BOTH, "198.51.100.7",
                     id="a balancer, Local: the caller's own address"),
        pytest.param(service("LoadBalancer", **LOCAL), "default/shell-3", "http://{balancer}", BOTH, "{shell-3}",
                     id="a balancer from within: the node's own rules, no detour"),
        pytest.param(service(internalTrafficPolicy="Local"), "default/shell-2", "http://{cluster}", {"shop-2"},
                     "{shell-2}", id="internalTrafficPolicy Local"),
        pytest.param(service(externalIPs=["10.0.0.13"]), "internet", "http://10.0.0.13", BOTH, "10.0.0.13",
                     id="an external address that is a node's"),
        pytest.param(service(externalIPs=["192.0.2.50"]), "default/shell-3", "http://192.0.2.50", BOTH, "10.0.0.13",
                     id="an external address from within"),
        pytest.param(service(trafficDistribution="PreferSameZone"), "default/shell-1", "http://{cluster}", {"shop-1"},
                     "{shell-1}", id="near by zone"),
        pytest.param(service(trafficDistribution="PreferClose"), "default/shell-3", "http://{cluster}", BOTH,
                     "{shell-3}", id="nobody in this zone: all"),
        pytest.param(service(trafficDistribution="PreferSameNode"), "default/shell-2", "http://{cluster}", {"shop-2"},
                     "{shell-2}", id="near by node"),
    ],
)  # fmt: skip
def test_who_answers_and_whom_they_see(
    world: World, manifest: str, where: str, url: str, pods: set[str], caller: str
) -> None:
    apply(world, manifest, 18)
    for kind in ("cluster", "balancer"):
        url = url.replace(f"{{{kind}}}", address(world, kind)) if f"{{{kind}}}" in url else url
    for number in (1, 2, 3):
        caller = caller.replace(f"{{shell-{number}}}", pod_ip(world, "default", f"shell-{number}"))
    found = seen(world, where, url)
    assert {pod for pod, _ in found} == pods
    assert all(ip == caller or (caller == "10.0.0.1" and ip.startswith("10.0.0.1")) for _, ip in found), found


@pytest.mark.parametrize(
    ("manifest", "where", "url", "outcome"),
    [
        pytest.param(service(selector={"app": "nobody"}), "default/shell-1", "http://{cluster}", "refused",
                     id="no endpoint: refused at once"),
        pytest.param(service("NodePort", 30080, selector={"app": "nobody"}), "internet", "http://10.0.0.11:30080",
                     "refused", id="no endpoint behind a node port"),
        pytest.param(service("NodePort", 30080, **LOCAL), "internet", "http://10.0.0.13:30080", "timeout",
                     id="Local: none on this node, dropped"),
        pytest.param(service(internalTrafficPolicy="Local"), "default/shell-3", "http://{cluster}", "timeout",
                     id="internal Local: none on this node"),
        pytest.param(service(), "default/shell-1", "http://{cluster}:81", "timeout", id="a port that it has not"),
        pytest.param(service(), "internet", "http://{cluster}", "timeout", id="a ClusterIP from outside"),
        pytest.param(service(), "workstation", "http://{cluster}", "timeout", id="a ClusterIP from beside the nodes"),
        pytest.param(service(), "internet", "http://10.0.0.11:30080", "refused", id="a node where nobody listens"),
        pytest.param(service("LoadBalancer", loadBalancerSourceRanges=["192.0.2.0/24"]), "internet",
                     "http://{balancer}", "timeout", id="loadBalancerSourceRanges"),
        pytest.param(service("LoadBalancer"), "internet", "http://{balancer}:81", "timeout", id="a balancer's other port"),
        pytest.param(service(), "default/shell-1", "http://10.244.1.250", "unreachable", id="an address of nobody"),
        pytest.param(service(), "internet", "http://10.0.0.99", "timeout", id="no such machine"),
    ],
)  # fmt: skip
def test_how_it_fails(world: World, manifest: str, where: str, url: str, outcome: str) -> None:
    apply(world, manifest, 18)
    for kind in ("cluster", "balancer"):
        url = url.replace(f"{{{kind}}}", address(world, kind)) if f"{{{kind}}}" in url else url
    assert call(world, where, url) == outcome


def test_connections_spread_at_random(world: World) -> None:
    apply(world, service(), 3)
    url = f"http://{address(world)}"
    pods = Counter(yaml.load(said(world, "default/shell-1", url))["pod"] for _ in range(100))
    assert set(pods) == BOTH and 30 <= pods["shop-1"] <= 70


def test_a_connection_that_is_kept_stays_with_its_pod(world: World) -> None:
    """A hundred requests of one client over one connection reach one Pod; new connections reach both."""
    apply(world, service(), 3)
    script = "curl -s 'http://shop/?n=[1-100]' | sort | uniq -c | sort -rn"
    shown, _ = command(world, machine(world, "default/shell-1"), "sh", "-c", script)
    (line,) = shown.splitlines()
    assert line.split()[0] == "100"
    script = 'for i in $(seq 30); do curl -s http://shop/; done | grep -o \'"pod":"[^"]*\' | sort -u | wc -l'
    assert command(world, machine(world, "default/shell-1"), "sh", "-c", script)[0].strip() == "2"


def test_affinity_ends_after_its_time(world: World) -> None:
    sticky = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}}}
    apply(world, service(**sticky), 3)
    url = f"http://{address(world)}"
    assert len(seen(world, "default/shell-1", url)) == 1
    kept = set()
    for _ in range(12):
        world.advance(61)
        kept |= seen(world, "default/shell-1", url, 1)
    assert len(kept) == 2


def test_pods_that_end_serve_as_long_as_nobody_else_does(world: World) -> None:
    apply(world, service(), 3)
    apply(world, "apiVersion: v1\nkind: Pod\nmetadata: {name: shop-2, labels: {app: other}}\n", 2)
    slow = web("slow", node="node-3", app="slow")
    slow["spec"] |= {"terminationGracePeriodSeconds": 60}
    slow["spec"]["containers"][0] |= {"lifecycle": {"preStop": {"sleep": {"seconds": 20}}}}
    apply(world, yaml.dump(slow), 10)
    apply(world, service(selector={"app": "slow"}), 3)
    send(world, "DELETE", "/api/v1/namespaces/default/pods/slow")
    world.advance(5)
    assert call(world, "default/shell-1", f"http://{address(world)}") == "200"
    world.advance(25)
    assert call(world, "default/shell-1", f"http://{address(world)}") == "refused"


def test_a_pod_calls_itself_through_its_service(world: World) -> None:
    apply(world, service(selector={"app": "shop", "only": "one"}), 3)
    apply(world, "apiVersion: v1\nkind: Pod\nmetadata: {name: shop-1, labels: {only: one}}\n", 3)
    assert seen(world, "default/shop-1", f"http://{address(world)}", 3) == {("shop-1", "10.0.0.11")}


def test_a_pod_on_the_host_network_listens_on_its_node(world: World) -> None:
    host = web("host", node="node-3", app="shop")
    host["spec"] |= {"hostNetwork": True}
    host["spec"]["containers"][0]["ports"][0]["hostPort"] = 8080
    apply(world, yaml.dump(host), 5)
    assert call(world, "internet", "http://10.0.0.13:8080/") == "200"
    assert call(world, "internet", "http://10.0.0.12:8080/") == "refused"
    apply(world, service(), 3)
    assert {pod for pod, _ in seen(world, "default/shell-1", f"http://{address(world)}", 20)} == {*BOTH, "node-3"}


def test_a_host_port_leads_to_its_pod(world: World) -> None:
    ported = web("ported", node="node-2")
    ported["spec"]["containers"][0]["ports"] = [{"containerPort": 8080, "hostPort": 9000}]
    apply(world, yaml.dump(ported), 5)
    assert seen(world, "internet", "http://10.0.0.12:9000/", 1) == {("ported", "198.51.100.7")}
    assert call(world, "internet", "http://10.0.0.13:9000/") == "refused"
    send(world, "DELETE", "/api/v1/namespaces/default/pods/ported")
    world.advance(5)
    assert call(world, "internet", "http://10.0.0.12:9000/") == "refused"


def test_what_was_asked_for_is_in_the_trace(world: World) -> None:
    apply(world, service("NodePort", 30080), 3)
    begin = world.cluster.network.trace.calls()[-1:]
    since = begin[0][0] if begin else 0
    world.network.request("internet", HttpRequest("GET", "http://10.0.0.13:30080/healthz", timeout=3 * SECOND))
    ((_, one),) = world.cluster.network.trace.calls(since)
    assert (one["from"], one["to"], one["asked"], one["outcome"]) == (
        "internet",
        "10.0.0.13:30080",
        "GET /healthz",
        "200",
    )
    kinds = [hop[0] for hop in one["hops"]]
    assert kinds == ["service", "masqueraded", "arrived"]
    assert one["hops"][0][1:3] == ("default/shop", "node-3") and one["hops"][2][1].startswith("Pod/default/shop-")


def test_the_trace_is_bounded_and_free_of_probes(world: World) -> None:
    trace = world.cluster.network.trace
    before = trace.calls()
    world.advance(60)
    assert trace.calls() == before
    for _ in range(300):
        call(world, "default/shell-1", f"http://{pod_ip(world, 'default', 'shop-1')}:8080/")
    assert len(trace.calls()) <= 257


def test_a_hundred_and_fifty_endpoints_take_two_slices(world: World) -> None:
    names = {"kubernetes.io/service-name": "shop"}
    rows = [[{"addresses": [f"10.244.9.{number}"]} for number in range(first, first + 75)] for first in (1, 80)]
    apply(world, service(selector=None), 1)
    for number, endpoints in enumerate(rows):
        one = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
               "metadata": {"name": f"s{number}", "labels": names}, "endpoints": endpoints, "ports": [{"port": 80}]}  # fmt: skip
        apply(world, yaml.dump(one))
    assert len(world.cluster.network.rules.backends(("default", "shop"), "").ready) == 150
    send(world, "DELETE", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/s0")
    assert len(world.cluster.network.rules.backends(("default", "shop"), "").ready) == 75


def test_a_program_sees_the_port_at_which_a_request_arrives(world: World) -> None:
    admin = web("admin", node="node-1", app="admin")
    admin["spec"]["containers"][0]["env"] = [{"name": "ADMIN_PORT", "value": "9145"}]
    apply(world, yaml.dump(admin))
    spec = {"selector": {"app": "admin"}, "ports": [{"port": 9090, "targetPort": 9145}]}
    apply(world, yaml.dump({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "admin"}, "spec": spec}))
    world.advance(15)
    assert "process_uptime_seconds" in said(world, "default/shell-3", "http://admin:9090/metrics")


def test_the_health_port_tells_balancers_where_pods_are(world: World) -> None:
    apply(world, service("LoadBalancer", **LOCAL), 18)
    found = world.cluster.store.get("services", ("default", "shop"))
    assert found is not None
    port = found["spec"]["healthCheckNodePort"]
    assert [call(world, "internet", f"http://{ip}:{port}/healthz") for ip in NODES.values()] == ["200", "200", "503"]
    told = yaml.load(said(world, "internet", f"http://10.0.0.11:{port}/healthz"))
    about = {"namespace": "default", "name": "shop"}
    assert told == {"service": about, "localEndpoints": 1, "serviceProxyHealthy": True}


def test_endpoints_are_shared_out_among_zones(world: World) -> None:
    def told() -> str:
        return command(world, "workstation", "kubectl", "describe", "service", "shop")[0]

    def here() -> set[str]:
        return {pod for pod, _ in seen(world, "default/shell-3", f"http://{address(world)}")}

    manifest = yaml.load(service())
    manifest["metadata"]["annotations"] = {"service.kubernetes.io/topology-mode": "Auto"}
    apply(world, yaml.dump(manifest), 5)
    assert "Warning  TopologyAwareHintsDisabled" in told()
    assert "Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4" in told()
    assert here() == BOTH
    apply(world, yaml.dump(web("shop-3", node="node-3", app="shop")), 15)
    assert "Topology Aware Hints has been enabled, addressType: IPv4" in told()
    assert here() == {"shop-3"}
    command(world, "workstation", "kubectl", "annotate", "service", "shop", "service.kubernetes.io/topology-mode-")
    world.advance(5)
    assert "Topology Aware Hints has been disabled, addressType: IPv4" in told()
    assert here() == {*BOTH, "shop-3"}


def test_a_zone_that_grows_gets_more_endpoints(world: World) -> None:
    manifest = yaml.load(service())
    manifest["metadata"]["annotations"] = {"service.kubernetes.io/topology-mode": "auto"}
    apply(world, yaml.dump(manifest), 5)
    apply(world, yaml.dump(web("shop-3", node="node-3", app="shop")), 15)
    for node in ("node-1", "node-2"):
        moved = "topology.kubernetes.io/zone=one"
        command(world, "workstation", "kubectl", "label", "node", node, "--overwrite", moved)
    world.advance(5)
    listed = ("get", "endpointslices", "-l", "kubernetes.io/service-name=shop", "-o")
    shown, _ = command(
        world, "workstation", "kubectl", *listed, "jsonpath={.items[*].endpoints[*].hints.forZones[*].name}"
    )
    assert sorted(shown.split()) == ["c", "one", "one"]
