"""Names: what CoreDNS answers from Services, Pods and its Corefile, and what a Corefile that is wrong does."""

import pytest

from simulator.bootstrap import COREFILE
from simulator.machinery import yaml
from simulator.network.corefile import load
from simulator.network.plugins import CorefileError
from simulator.world import World
from tests.kubelet.support import Object, command, send
from tests.network.support import apply, call, machine, pod_ip, web

CONFIG = "/api/v1/namespaces/kube-system/configmaps/coredns"
SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: a}, ports: [{name: http, port: 80, targetPort: 8080}, {name: more, port: 81, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: peers}
spec: {clusterIP: None, selector: {team: peers}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: far}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{port: 80}]}
"""


@pytest.fixture(scope="module")
def settled() -> World:
    world = World.boot()
    apply(world, SERVICES)
    for pod in (web("a", team="peers"), web("b", team="peers")):
        apply(world, yaml.dump(pod))
    named = web("c", team="peers")
    named["spec"] |= {"hostname": "first", "subdomain": "peers"}
    apply(world, yaml.dump(named))
    apply(world, yaml.dump({**web("shell"), "spec": {"containers": [{"name": "c", "image": "kubelab/shell:1.0"}]}}), 30)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def run(world: World, line: str, seconds: float = 40) -> str:
    """What a command in the shell's container writes, with what differs from world to world as symbols."""
    shown, _ = command(world, machine(world, "default/shell"), *line.split(), seconds=seconds)
    symbols = {}
    for name in ("a", "b", "c"):
        ip = pod_ip(world, "default", name)
        symbols |= {ip: f"<{name}>", ip.replace(".", "-"): f"<dashed-{name}>"}
    service = world.cluster.store.get("services", ("default", "web"))
    assert service is not None
    symbols[service["spec"]["clusterIP"]] = "<web>"
    for value in sorted(symbols, key=len, reverse=True):
        shown = shown.replace(value, symbols[value])
    return shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("dig +short web.default.svc.cluster.local", "<web>", id="a Service"),
        pytest.param("dig +short web.default.svc.cluster.local AAAA", "", id="no IPv6"),
        pytest.param("dig +short +search web", "<web>", id="the search list on demand"),
        pytest.param("dig +short web", "", id="dig takes a name as it stands"),
        pytest.param("dig +short peers.default.svc.cluster.local", "<a>\n<b>\n<c>", id="headless: every ready Pod"),
        pytest.param("dig +short first.peers.default.svc.cluster.local", "<c>", id="a Pod's hostname and subdomain"),
        pytest.param("dig +short <dashed-a>.peers.default.svc.cluster.local", "<a>", id="an endpoint without hostname"),
        pytest.param("dig +short <dashed-a>.default.pod.cluster.local", "<a>", id="a Pod by its address"),
        pytest.param(
            "dig +short SRV web.default.svc.cluster.local",
            "0 50 80 web.default.svc.cluster.local.\n0 50 81 web.default.svc.cluster.local.",
            id="SRV of all ports",
        ),
        pytest.param(
            "dig +short SRV _http._tcp.web.default.svc.cluster.local",
            "0 100 80 web.default.svc.cluster.local.",
            id="SRV of a named port",
        ),
        pytest.param("dig +short SRV _http._udp.web.default.svc.cluster.local", "", id="SRV of another protocol"),
        pytest.param(
            "dig +short SRV _http._tcp.peers.default.svc.cluster.local",
            "0 33 8080 <dashed-a>.peers.default.svc.cluster.local.\n0 33 8080 "
            "<dashed-b>.peers.default.svc.cluster.local.\n0 33 8080 first.peers.default.svc.cluster.local.",
            id="SRV of a headless Service: the Pods' port",
        ),
        pytest.param("dig +short -x <web>", "web.default.svc.cluster.local.", id="PTR of a Service"),
        pytest.param("dig +short -x <c>", "first.peers.default.svc.cluster.local.", id="PTR of a Pod with a name"),
        pytest.param("dig +short far.default.svc.cluster.local", "example.com.\n93.184.215.14", id="ExternalName"),
        pytest.param("dig +short nobody.default.svc.cluster.local", "", id="headless without Pods"),
        pytest.param("dig +short @1.1.1.1 example.com", "93.184.215.14", id="a public name server"),
        pytest.param("dig +short @10.96.0.10 example.com", "93.184.215.14", id="CoreDNS passes on"),
        pytest.param(
            "host web.default",
            "web.default.svc.cluster.local has address <web>",
            id="host goes through the search list",
        ),
        pytest.param("host nowhere", "Host nowhere not found: 3(NXDOMAIN)", id="host, no such name"),
    ],
)
def test_a_question_and_its_answer(world: World, line: str, said: str) -> None:
    for name in ("a", "c"):
        line = line.replace(f"<dashed-{name}>", pod_ip(world, "default", name).replace(".", "-"))
        line = line.replace(f"<{name}>", pod_ip(world, "default", name))
    service = world.cluster.store.get("services", ("default", "web"))
    assert service is not None
    shown = run(world, line.replace("<web>", service["spec"]["clusterIP"]))
    assert sorted(shown.strip().splitlines()) == sorted(said.splitlines())


def test_dig_tells_all(world: World) -> None:
    shown = run(world, "dig web.default.svc.cluster.local")
    assert "status: NOERROR, id: " in shown
    assert ";; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n;; WARNING: recursion" in shown
    assert ";; QUESTION SECTION:\n;web.default.svc.cluster.local.\tIN\tA\n\n" in shown
    assert ";; ANSWER SECTION:\nweb.default.svc.cluster.local. 30 IN\tA\t<web>\n\n" in shown
    assert ";; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)\n" in shown
    shown = run(world, "dig nowhere.default.svc.cluster.local")
    assert "status: NXDOMAIN" in shown
    assert ";; AUTHORITY SECTION:\ncluster.local.\t\t30\tIN\tSOA\tns.dns.cluster.local. hostmaster" in shown
    shown = run(world, "dig example.com")
    assert ";; flags: qr rd ra; QUERY: 1, ANSWER: 1" in shown
    assert "\nexample.com.\t\t300\tIN\tA\t93.184.215.14\n" in shown
    shown = run(world, "dig @10.0.0.99 example.com")
    assert shown.startswith(";; communications error to 10.0.0.99#53: timed out\n")
    assert shown.endswith(";; connection timed out; no servers could be reached\n")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        pytest.param(
            {}, "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n"
            "options ndots:5\n", id="ClusterFirst"),
        pytest.param({"dnsPolicy": "Default"}, "nameserver 10.0.0.2\n", id="Default: the node's"),
        pytest.param({"hostNetwork": True}, "nameserver 10.0.0.2\n", id="on the host network ClusterFirst is Default"),
        pytest.param(
            {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"},
            "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n"
            "options ndots:5\n", id="ClusterFirstWithHostNet"),
        pytest.param(
            {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["lab.example"],
             "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}]}},
            "search lab.example\nnameserver 1.1.1.1\noptions ndots:2 edns0\n", id="None"),
        pytest.param(
            {"dnsConfig": {"options": [{"name": "ndots", "value": "1"}]}},
            "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n"
            "options ndots:1\n", id="an option that is there already"),
    ],
)  # fmt: skip
def test_resolv_conf(world: World, spec: Object, said: str) -> None:
    pod = web("policy")
    pod["spec"] |= spec
    apply(world, yaml.dump(pod), 10)
    assert command(world, machine(world, "default/policy"), "cat", "/etc/resolv.conf")[0] == said


def test_ndots_decides_what_is_asked_first(world: World) -> None:
    """With `log` in the Corefile one sees that a name of the outside costs three questions in vain."""
    corefile(world, COREFILE.replace("    errors\n", "    errors\n    log\n"))
    world.advance(150)
    call(world, "default/shell", "http://example.com/")
    asked = [line.split('"')[1].split()[2] for line in coredns_log(world).splitlines() if " IN " in line]
    below = ["default.svc.cluster.local.", "svc.cluster.local.", "cluster.local."]
    assert asked == [*(f"example.com.{zone}" for zone in below), "example.com."]
    assert '"A IN example.com. udp 29 false 512" NOERROR qr,rd,ra' in coredns_log(world)


def corefile(world: World, text: str) -> None:
    send(world, "PATCH", CONFIG, {"data": {"Corefile": text}}, "application/merge-patch+json")


def coredns_pods(world: World) -> list[Object]:
    return [
        pod for pod in world.cluster.store.list("pods", "kube-system") if pod["metadata"]["name"].startswith("coredns")
    ]


def coredns_log(world: World) -> str:
    """What all CoreDNS containers have written, the earlier attempts included."""
    machines = world.machines
    names = [name for name in machines.rows.rows if "/coredns/" in name]
    return "\n".join(str(line[2]) for name in names for line in machines.log(name)[0])


STUB = """example.lab:53 {
    errors
    cache 30
    forward . 10.150.0.1
}
"""


def test_stub_zones_hosts_and_rewrites(world: World) -> None:
    hosts = """    hosts {
       192.0.2.10 mainframe.corp
       fallthrough
    }
    rewrite name shop.example web.default.svc.cluster.local
    kubernetes"""
    corefile(world, COREFILE.replace("    kubernetes", hosts) + STUB)
    world.advance(150)
    assert run(world, "dig +short mainframe.corp") == "192.0.2.10\n"
    assert run(world, "dig +short shop.example") == "<web>\n"
    assert run(world, "dig +short example.com") == "93.184.215.14\n"
    shown = run(world, "nslookup db.example.lab.")
    assert "** server can't find db.example.lab: SERVFAIL" in shown
    assert "[ERROR] plugin/errors: 2 db.example.lab. A: read udp " in coredns_log(world)
    assert "->10.150.0.1:53: i/o timeout" in coredns_log(world)


def test_a_broken_corefile_crashes_only_what_starts_anew(world: World) -> None:
    corefile(world, COREFILE.replace("    forward .", "    forwrd ."))
    world.advance(150)
    assert call(world, "default/shell", "http://web/") == "200"
    words = "/etc/coredns/Corefile:13 - Error during parsing: Unknown directive 'forwrd'"
    assert f"[ERROR] plugin/reload: Corefile changed but reload failed: {words}" in coredns_log(world)
    for pod in coredns_pods(world):
        send(world, "DELETE", f"/api/v1/namespaces/kube-system/pods/{pod['metadata']['name']}")
    world.advance(60)
    states = [pod["status"]["containerStatuses"][0]["state"] for pod in coredns_pods(world)]
    assert {state["waiting"]["reason"] for state in states} == {"CrashLoopBackOff"}
    assert words in coredns_log(world).splitlines()
    assert call(world, "default/shell", "http://web/") == "no resolver"
    corefile(world, COREFILE)
    world.advance(400)
    assert call(world, "default/shell", "http://web/") == "200"


def test_a_server_that_asks_itself_gives_up(world: World) -> None:
    corefile(world, COREFILE.replace("/etc/resolv.conf", "127.0.0.1"))
    for pod in coredns_pods(world):
        send(world, "DELETE", f"/api/v1/namespaces/kube-system/pods/{pod['metadata']['name']}")
    world.advance(20)
    assert "[FATAL] plugin/loop: Loop (127.0.0.1:" in coredns_log(world)
    assert '-> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.' in coredns_log(world)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(COREFILE, "", id="kubeadm's own"),
        pytest.param("(snip) {\n log\n}\n.:53 {\n import snip\n errors\n}\n", "", id="a snippet"),
        pytest.param(".:53 {\n foo\n}\n", "{path}:2 - Error during parsing: Unknown directive 'foo'", id="unknown"),
        pytest.param(
            ".:53 {\n kubernetes cluster.local {\n  pods insecure\n forward . 1.1.1.1\n cache 30\n}\n",
            "plugin/kubernetes: {path}:4 - Error during parsing: unknown property 'forward'",
            id="a brace is missing",
        ),
        pytest.param(
            ".:53 {\n kubernetes cluster.local {\n  pods insecure\n",
            "{path}:3 - Error during parsing: Unexpected EOF",
            id="all braces are missing",
        ),
        pytest.param(
            ".:53 {\n errors\n",
            "{path}:2 - Syntax error: Unexpected token 'errors', expecting '}'",
            id="the last brace",
        ),
        pytest.param(".:53 {\n errors\n}\n}\n", "", id="one brace too many is the name of another server"),
        pytest.param(
            ".:53 {\n forward .\n}\n",
            "plugin/forward: {path}:2 - Error during parsing: Wrong argument count or unexpected line ending after '.'",
            id="forward to nobody",
        ),
        pytest.param(
            ".:53 {\n forward . dns.example\n}\n",
            'plugin/forward: not an IP address or file: "dns.example"',
            id="forward to a name",
        ),
        pytest.param(
            ".:53 {\n kubernetes {\n  pods sure\n }\n}\n",
            "plugin/kubernetes: wrong value for pods: sure,  must be one of: disabled, verified, insecure",
            id="a wrong mode",
        ),
        pytest.param(
            ".:53 {\n hosts {\n  nobody here\n }\n}\n",
            "plugin/hosts: {path}:3 - Error during parsing: unknown property 'nobody'",
            id="hosts without address",
        ),
    ],
)
def test_a_corefile_is_read_or_refused(text: str, said: str) -> None:
    try:
        load(text, {})
        words = ""
    except CorefileError as error:
        words = str(error)
    assert words == said.replace("{path}", "/etc/coredns/Corefile")
