"""What is dialled in between machines, and what the tools show of it and of a healthy network."""

import re

import pytest

from lessons.checks.actions import ACTIONS
from lessons.checks.view import View
from simulator.machinery import yaml
from simulator.world import World
from tests.kubelet.support import command
from tests.network.support import apply, call, machine, pod_ip, web

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n"


@pytest.fixture(scope="module")
def settled() -> World:
    world = World.boot()
    apply(world, SERVICE)
    apply(world, yaml.dump(web("web", node="node-2")))
    shell = web("shell", node="node-1")
    shell["spec"]["containers"][0]["image"] = "kubelab/shell:1.0"
    apply(world, yaml.dump(shell), 30)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def act(world: World, **action: object) -> None:
    for name, about in action.items():
        ACTIONS[name](View(world), about)


def run(world: World, line: str, where: str = "default/shell", seconds: float = 200) -> tuple[str, int | None]:
    """What a command writes, with symbols for addresses and times."""
    line = line.replace("<web>", pod_ip(world, "default", "web"))
    shown, code = command(world, machine(world, where), "sh", "-c", line, seconds=seconds)
    for name in ("web", "shell"):
        shown = shown.replace(pod_ip(world, "default", name), f"<{name}>")
    return re.sub(r"\d+\.\d{3} ms", "<ms>", shown), code


def test_a_slow_link_takes_its_time(world: World) -> None:
    act(world, link={"between": ["node-1", "node-2"], "latency": 300})
    shown, _ = run(world, "curl -s -o /dev/null -w '%{time_total}' http://<web>:8080/")
    assert 0.3 < float(shown) < 0.31
    assert run(world, "curl -s -m 0.2 http://<web>:8080/")[1] == 28
    act(world, link={"between": ["node-1", "node-2"]})
    assert float(run(world, "curl -s -o /dev/null -w '%{time_total}' http://<web>:8080/")[0]) < 0.01


def test_loss_costs_retries(world: World) -> None:
    act(world, link={"of": "node-2", "loss": 30})
    shown, code = run(world, "ping -c 40 <web>")
    lost = re.search(r"(\d+)% packet loss", shown)
    assert lost is not None and 25 < int(lost[1]) < 80 and code == 0
    times = [float(run(world, "curl -s -o /dev/null -w '%{time_total}' http://<web>:8080/")[0]) for _ in range(12)]
    assert max(times) >= 0.2


def test_a_link_that_is_cut(world: World) -> None:
    act(world, link={"of": "node-2", "cut": True})
    assert call(world, "default/shell", "http://web/") == "timeout"
    assert call(world, "internet", "http://10.0.0.12:10256/") == "timeout"
    act(world, link={"of": "node-2"})
    assert call(world, "default/shell", "http://web/") == "200"


def test_the_way_out_can_be_cut(world: World) -> None:
    act(world, link={"between": ["node-1", "internet"], "cut": True})
    assert call(world, "default/shell", "http://example.com/") in ("timeout", "no resolver", "servfail")
    assert call(world, "default/shell", "http://web/") == "200"


@pytest.mark.parametrize(("how", "outcome"), [("servfail", "servfail"), ("timeout", "no resolver")])
def test_dns_breaks(world: World, how: str, outcome: str) -> None:
    act(world, break_dns=how)
    assert call(world, "default/shell", "http://web/") == outcome
    act(world, break_dns="ok")
    assert call(world, "default/shell", "http://web/") == "200"


@pytest.mark.parametrize(
    ("line", "where", "text"),
    [
        pytest.param("ping -c 1 <web>", "default/shell", "64 bytes from <web>: seq=0 ttl=62 time=<ms>", id="ping"),
        pytest.param("ping -c 1 -W 1 10.244.2.200", "default/shell", "1 packets transmitted, 0 packets received, 100%",
                     id="ping nobody"),
        pytest.param("traceroute <web>", "default/shell",
                     " 1  10.244.1.1 (10.244.1.1)  <ms>  <ms>  <ms>\n 2  10.0.0.12 (10.0.0.12)  <ms>  <ms>  <ms>\n"
                     " 3  <web> (<web>)  <ms>  <ms>  <ms>\n", id="traceroute over the other node"),
        pytest.param("traceroute example.com", "default/shell", " 3  *  *  *\n", id="traceroute to the internet"),
        pytest.param("ip route", "default/shell",
                     "default via 10.244.1.1 dev eth0 \n10.244.1.0/24 dev eth0 proto kernel scope link src <shell> \n",
                     id="ip route in a Pod"),
        pytest.param("ip -br addr", "default/shell", "eth0@if7         UP             <shell>/24 ", id="ip -br addr"),
        pytest.param("ip addr", "default/shell", "    inet <shell>/24 brd 10.244.1.255 scope global eth0\n", id="ip addr"),
        pytest.param("nc -zv <web> 8080", "default/shell", "<web> (<web>:8080) open\n", id="nc"),
        pytest.param("nc -zv -w 2 <web> 81", "default/shell", "nc: <web> (<web>:81): Connection refused\n", id="nc refused"),
        pytest.param("tcpdump -i eth0", "default/shell", "tcpdump: packets are not simulated", id="tcpdump says so"),
    ],
)  # fmt: skip
def test_a_tool_shows(world: World, line: str, where: str, text: str) -> None:
    assert text in run(world, line, where)[0]


def test_sockets_that_listen(world: World) -> None:
    shown, _ = run(world, "netstat -tlnp", "default/web")
    assert re.search(r"tcp        0      0 0\.0\.0\.0:8080 +0\.0\.0\.0:\* +LISTEN +1/web", shown)
    assert run(world, "ss -tln", "default/web")[0].splitlines()[1].split()[:4] == ["LISTEN", "0", "511", "0.0.0.0:8080"]
    assert run(world, "ss -uln", "default/web")[0].splitlines()[1:] == []


def test_nc_waits_for_somebody_and_answers(world: World) -> None:
    """A web server in a line, as it is often shown: each round serves one connection."""
    server = web("line")
    loop = "while true; do printf 'HTTP/1.1 200 OK\\r\\n\\r\\nhello\\n' | nc -l -p 8080; done"
    server["spec"]["containers"][0] |= {"image": "busybox:1.37", "command": ["sh", "-c", loop]}
    apply(world, yaml.dump(server), 10)
    url = f"http://{pod_ip(world, 'default', 'line')}:8080/a"
    for _ in range(3):
        assert run(world, f"curl -s {url}")[0] == "hello\n"
    shown, _ = command(world, "workstation", "kubectl", "logs", "line")
    assert shown.replace("\r", "").startswith("GET /a HTTP/1.1\nHost: ")
    assert shown.count("GET /a HTTP/1.1") == 3


def test_nc_says_when_its_port_is_taken(world: World) -> None:
    assert run(world, "nc -l -p 0")[1] == 1
    shown, code = run(world, "nc -l -p 8080", "default/web")
    assert (shown, code) == ("nc: Address already in use\n", 1)
