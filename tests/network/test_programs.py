"""Names and connections as the programs in a container show them."""

from dataclasses import replace

import pytest

from simulator.spec import WorldSpec, lab
from simulator.world import World
from tests.kubelet.support import Object, address, command, execute, new_world, pod, run, send

SERVICES = "/api/v1/namespaces/default/services"


def service(name: str, kind: str = "ClusterIP", **spec: object) -> Object:
    whole = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 80}], "type": kind, **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": whole}


@pytest.fixture(scope="module")
def settled() -> World:
    world = new_world()
    run(world, pod("web", "nginx:1.29"))
    run(world, pod("c", "kubelab/shell:1.0"))
    send(world, "POST", SERVICES, service("web"))
    send(world, "POST", SERVICES, service("headless", clusterIP="None"))
    send(world, "POST", SERVICES, service("empty", selector={"app": "nobody"}))
    send(world, "POST", SERVICES, {**service("far"), "spec": {"type": "ExternalName", "externalName": "example.com"}})
    world.advance(20)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param("curl -s -o /dev/null -w %{http_code} http://web/", 0, "200", id="a Service by name"),
        pytest.param("curl -s -o /dev/null -w %{http_code} web.default.svc.cluster.local", 0, "200", id="by full name"),
        pytest.param("curl -sS nowhere", 6, "curl: (6) Could not resolve host: nowhere", id="no such name"),
        pytest.param(
            "curl -sS web:81 -m 2", 28, "curl: (28) Connection timed out after 2002 milliseconds", id="no port"
        ),
        pytest.param("curl -sS --connect-timeout 1 10.0.0.99", 28, "Connection timed out after 1002", id="no machine"),
        pytest.param(
            "curl -sS empty", 7, "curl: (7) Failed to connect to empty port 80 after 0 ms: ", id="no endpoint"
        ),
        pytest.param("curl -sS localhost:9", 7, "Failed to connect to localhost port 9", id="nobody listens"),
        pytest.param("curl -sSf web/no", 22, "curl: (22) The requested URL returned error: 404", id="-f"),
        pytest.param("curl -sI web", 0, "HTTP/1.1 200 OK\r\nServer: nginx/1.29.3\r\n", id="-I"),
        pytest.param("curl -s --resolve shop:80:{web} shop/no -w %{http_code}", 0, "404", id="--resolve"),
        pytest.param("curl -s -o /dev/null -w %{http_code} far", 0, "200", id="ExternalName"),
        pytest.param("curl --wrong", 2, "curl: option --wrong: is unknown", id="unknown option"),
        pytest.param("wget -qO- web/no", 1, "wget: server returned error: HTTP/1.1 404 Not Found", id="wget 404"),
        pytest.param("wget -qO- nowhere", 1, "wget: bad address 'nowhere'", id="wget no name"),
        pytest.param("wget -T 1 -qO- 10.0.0.99", 1, "wget: download timed out", id="wget -T"),
        pytest.param("nc -zv web 80", 0, " open\n", id="nc open"),
        pytest.param("nc -zv -w 1 web 81", 1, "nc: timed out", id="nc timed out"),
        pytest.param(
            "nslookup web.default.svc.cluster.local", 0, "Name:\tweb.default.svc.cluster.local\n", id="nslookup"
        ),
        pytest.param("nslookup web.default", 1, "** server can't find web.default: NXDOMAIN", id="nslookup a dot"),
        pytest.param("dig +short headless.default.svc.cluster.local", 0, "{web}\n", id="headless"),
        pytest.param("ping -c 1 -W 1 web", 1, "100% packet loss", id="a Service does not answer ping"),
        pytest.param(
            "ping -c 2 {web}", 0, "2 packets transmitted, 2 packets received, 0% packet loss", id="a Pod does"
        ),
        pytest.param("curl -s -o /dev/null -D - web", 0, "HTTP/1.1 200 OK\r\nServer: nginx/1.29.3\r\n", id="-D"),
        pytest.param("curl -s -T /etc/hosts -o /dev/null -w %{method}:%{http_code}:%{size_upload} web/x", 0, "PUT:40", id="-T"),
        pytest.param("curl -sS -T /none web/x", 26, "curl: (26) Failed to open/read local data", id="-T no file"),
        pytest.param("curl -s --data-raw @x -o /dev/null -w %{size_upload}-%{none} web", 0, "2-", id="--data-raw"),
        pytest.param("curl -s --data-raw x -o /dev/null -w %{none} web", 0, "curl: unknown --write-out variable: 'none'", id="-w"),
        pytest.param("curl -s -F a=b -o /dev/null -w %{method} web", 0, "POST", id="-F"),
        pytest.param("curl -x http://p:3128 web", 2, "curl: option -x: is not simulated: there are no proxies", id="-x"),
        pytest.param("curl -c jar web", 2, "is not simulated: no cookies are kept; send them with -b", id="-c"),
        pytest.param("dig +trace web", 1, "dig: +trace is not simulated", id="dig +trace"),
        pytest.param("dig +nonsense web", 1, "Invalid option: +nonsense", id="dig +nonsense"),
        pytest.param("traceroute -n -q 1 -m 2 {web}", 0, "2 hops max, 46 byte packets\n 1  10.244.", id="traceroute"),
        pytest.param("traceroute -m x {web}", 1, "traceroute: invalid number 'x'", id="traceroute no number"),
        pytest.param("ss -s", 0, "TCP:   0 (estab 0, closed 0, orphaned 0, timewait 0)", id="ss -s"),
        pytest.param("ip -j addr", 1, "ip: -j is not simulated", id="ip -j"),
        pytest.param("hostname -i", 0, "10.244.", id="hostname -i"),
        pytest.param("getent hosts web", 0, "web.default.svc.cluster.local web", id="getent"),
    ],
)  # fmt: skip
def test_a_program_says(world: World, words: str, code: int, text: str) -> None:
    filled = words.replace("{web}", address(world, "web"))
    shown, ended = execute(world, "c", *filled.split(), seconds=20)
    assert ended == code
    assert text.replace("{web}", address(world, "web")) in shown


def test_verbose_curl_shows_both_heads(world: World) -> None:
    shown, _ = execute(world, "c", "curl", "-sv", "-o", "/dev/null", "-H", "X-Test: 1", "http://web/a?b=c")
    assert "> GET /a?b=c HTTP/1.1\n> Host: web\n> User-Agent: curl/8.14.1\n> Accept: */*\n> X-Test: 1\n> \n" in shown
    assert "< HTTP/1.1 404 Not Found\n< Server: nginx/1.29.3\n" in shown


def test_requests_spread_over_pods_and_stick_with_session_affinity(world: World) -> None:
    for name in ("a", "b", "d"):
        run(world, {**pod(name, "registry.k8s.io/e2e-test-images/agnhost:2.56", args=["serve-hostname"]),
                    "metadata": {"name": name, "labels": {"app": "names"}}})  # fmt: skip
    spec = {"selector": {"app": "names"}, "ports": [{"port": 80, "targetPort": 9376}]}
    send(world, "POST", SERVICES, service("spread", **spec))
    send(world, "POST", SERVICES, service("sticky", sessionAffinity="ClientIP", **spec))
    world.advance(15)
    script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s {}; echo; done | sort | uniq -c | wc -l"
    assert execute(world, "c", "sh", "-c", script.format("spread"))[0].strip() == "3"
    assert execute(world, "c", "sh", "-c", script.format("sticky"))[0].strip() == "1"


def test_a_load_balancer_gets_its_address_after_a_while(world: World) -> None:
    send(world, "POST", SERVICES, service("lb", "LoadBalancer"))
    world.advance(5)
    assert "ingress" not in send(world, "GET", f"{SERVICES}/lb")["status"]["loadBalancer"]
    world.advance(15)
    ip = send(world, "GET", f"{SERVICES}/lb")["status"]["loadBalancer"]["ingress"][0]["ip"]
    assert ip.startswith("203.0.113.")
    assert command(world, "workstation", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", ip) == ("200", 0)
    send(world, "DELETE", f"{SERVICES}/lb")
    world.advance(5)
    assert world.cluster.store.get("services", ("default", "lb")) is None


def test_a_node_port_answers_on_every_node(world: World) -> None:
    port = send(world, "POST", SERVICES, service("np", "NodePort"))["spec"]["ports"][0]["nodePort"]
    world.advance(3)
    for node in ("10.0.0.11", "10.0.0.12", "10.0.0.13"):
        words = ("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"{node}:{port}")
        assert command(world, "workstation", *words) == ("200", 0)


def test_without_coredns_names_time_out_and_addresses_work(world: World) -> None:
    path = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
    send(world, "PATCH", path, {"spec": {"replicas": 0}}, "application/merge-patch+json")
    world.advance(45)
    shown, code = execute(world, "c", "nslookup", "web", seconds=20)
    assert (shown.strip(), code) == (";; connection timed out; no servers could be reached", 1)
    assert execute(world, "c", "curl", "-sS", "web", seconds=30)[1] == 6
    assert execute(world, "c", "curl", "-s", "-o", "/dev/null", address(world, "web"))[1] == 0


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param("curl -sS web", 6, "curl: (6) Could not resolve host: web", id="curl"),
        pytest.param("wget -qO- web", 1, "wget: bad address 'web'", id="wget"),
        pytest.param("nc -zv web 80", 1, "nc: bad address 'web'", id="nc"),
        pytest.param("ping -c 1 web", 1, "ping: bad address 'web'", id="ping"),
        pytest.param("nslookup web", 1, "** server can't find web.default.svc.cluster.local: SERVFAIL", id="nslookup"),
        pytest.param("host web", 1, "Host web not found: 2(SERVFAIL)", id="host"),
        pytest.param("dig web", 0, "status: SERVFAIL", id="dig"),
    ],
)
def test_a_name_server_that_fails(world: World, words: str, code: int, text: str) -> None:
    world.cluster.network.names.break_dns("servfail")
    shown, ended = execute(world, "c", *words.split(), seconds=20)
    assert (ended, text in shown) == (code, True), shown


def test_load_balancers_run_out_of_addresses(world: World) -> None:
    for number in range(125):
        send(world, "POST", SERVICES, service(f"lb{number}", "LoadBalancer", allocateLoadBalancerNodePorts=False))
    world.advance(40)
    balanced = [one for one in world.cluster.store.list("services", "default") if one["status"].get("loadBalancer")]
    assert len(balanced) == 119
    last, _ = command(world, "workstation", "sh", "-c", "kubectl get events | grep -c SyncLoadBalancerFailed")
    assert int(last) >= 1


def test_two_clusters_give_different_addresses() -> None:
    spec = lab(1)
    world = World.boot(WorldSpec((spec.clusters[0], replace(spec.clusters[0], name="prod"))))
    for context, image in (("lab", "nginx:1.29"), ("prod", "httpd:2.4")):
        script = f"kubectl --context={context} create deployment web --image={image}; "
        script += f"kubectl --context={context} expose deployment web --port=80 --type=LoadBalancer; sleep 25; "
        script += (
            f"curl -sI $(kubectl --context={context} get svc web -o jsonpath={{.status.loadBalancer.ingress[0].ip}})"
        )
        shown, _ = command(world, "workstation", "sh", "-c", script, seconds=60)
        assert f"Server: {'nginx' if context == 'lab' else 'Apache'}" in shown
