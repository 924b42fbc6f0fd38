"""NetworkPolicies: who gets through, as a table of who calls whom."""

import pytest

from simulator.machinery import yaml
from simulator.network import policies
from simulator.spec import lab
from simulator.world import World
from tests.kubelet.support import command
from tests.network.support import apply, call, machine, pod_ip, web

NAMESPACES = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: guest, labels: {team: guest}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 8080}}], type: {kind}}}
"""


def furnished(*, network_policies: bool = True) -> World:
    world = World.boot(lab(network_policies=network_policies))
    apply(world, NAMESPACES, 2)
    for pod in (
        web("web", "shop", node="node-1"),
        web("api", "shop", node="node-2", tier="back"),
        web("db", "shop", node="node-3", tier="back"),
        web("shell", "guest", node="node-1", app="api"),
    ):
        apply(world, yaml.dump(pod))
    for name in ("web", "api", "db"):
        apply(world, SERVICE.format(name=name, kind="NodePort" if name == "web" else "ClusterIP"))
    world.advance(30)
    return world


@pytest.fixture(scope="module")
def settled() -> World:
    return furnished()


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def policy(name: str, spec: str, namespace: str = "shop") -> str:
    head = (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
    )
    return f"{head}spec: {spec}\n---\n"


DENY_ALL = policy("deny", "{podSelector: {}, policyTypes: [Ingress]}")
DB = "podSelector: {matchLabels: {app: db}}"
API_IN_SHOP = "podSelector: {matchLabels: {app: api}}, namespaceSelector: {matchLabels: {team: shop}}"
OPEN = {"web": "200", "api": "200", "guest": "200"}
SHUT = {"web": "timeout", "api": "timeout", "guest": "timeout"}


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param("", OPEN, id="no policy: everything is open"),
        pytest.param(DENY_ALL, SHUT, id="a policy without rules closes"),
        pytest.param(policy("other", "{podSelector: {matchLabels: {app: web}}}"), OPEN, id="about another Pod"),
        pytest.param(policy("far", "{podSelector: {}}", "guest"), OPEN, id="of another namespace"),
        pytest.param(policy("all", f"{{{DB}, ingress: [{{}}]}}"), OPEN, id="an empty rule lets everybody in"),
        pytest.param(policy("egress", f"{{{DB}, policyTypes: [Egress]}}"), OPEN, id="a policy about egress only"),
        pytest.param(
            policy("one", f"{{{DB}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: api}}}}}}]}}]}}"),
            SHUT | {"api": "200"},
            id="a podSelector means Pods of the same namespace",
        ),
        pytest.param(
            policy("ns", f"{{{DB}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{team: guest}}}}}}]}}]}}"),
            SHUT | {"guest": "200"},
            id="a namespaceSelector means all of its Pods",
        ),
        pytest.param(
            policy("and", f"{{{DB}, ingress: [{{from: [{{{API_IN_SHOP}}}]}}]}}"),
            SHUT | {"api": "200"},
            id="both in one item: and",
        ),
        pytest.param(
            policy("or", f"{{{DB}, ingress: [{{from: [{{{API_IN_SHOP.replace(', names', '}, {names')}}}]}}]}}"),
            {"web": "200", "api": "200", "guest": "timeout"},
            id="two items: or",
        ),
        pytest.param(
            policy("expr", f"{{{DB}, ingress: [{{from: [{{podSelector: {{matchExpressions: "
                   "[{key: app, operator: NotIn, values: [web]}]}, namespaceSelector: {}}]}]}"),
            {"web": "timeout", "api": "200", "guest": "200"},
            id="expressions over all namespaces",
        ),
        pytest.param(
            DENY_ALL + policy("add", f"{{{DB}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: web}}}}}}]}}]}}"),
            SHUT | {"web": "200"},
            id="two policies: their union",
        ),
        pytest.param(
            policy("port", f"{{{DB}, ingress: [{{ports: [{{port: 8080}}]}}]}}"), OPEN, id="the Pod's port, not the Service's"
        ),
        pytest.param(policy("eighty", f"{{{DB}, ingress: [{{ports: [{{port: 80}}]}}]}}"), SHUT, id="the Service's port"),
        pytest.param(policy("name", f"{{{DB}, ingress: [{{ports: [{{port: http}}]}}]}}"), OPEN, id="a port by name"),
        pytest.param(policy("noname", f"{{{DB}, ingress: [{{ports: [{{port: https}}]}}]}}"), SHUT, id="no such name"),
        pytest.param(policy("udp", f"{{{DB}, ingress: [{{ports: [{{port: 8080, protocol: UDP}}]}}]}}"), SHUT, id="UDP"),
        pytest.param(
            policy("range", f"{{{DB}, ingress: [{{ports: [{{port: 8000, endPort: 8100}}]}}]}}"), OPEN, id="within endPort"
        ),
        pytest.param(
            policy("short", f"{{{DB}, ingress: [{{ports: [{{port: 8000, endPort: 8079}}]}}]}}"), SHUT, id="past endPort"
        ),
        pytest.param(
            policy("cidr", f"{{{DB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.244.0.0/16}}}}]}}]}}"), OPEN, id="ipBlock"
        ),
        pytest.param(
            policy("except", f"{{{DB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.244.0.0/16, "
                   "except: [10.244.1.0/24]}}]}]}"),
            {"web": "timeout", "api": "200", "guest": "timeout"},
            id="ipBlock with a hole for node-1",
        ),
        pytest.param(
            policy("from-egress", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}"),
            OPEN | {"web": "timeout"},
            id="egress of the caller",
        ),
        pytest.param(
            policy("to", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: "
                   "[{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: http}]}]}"),
            OPEN,
            id="egress to a port by the target's name",
        ),
    ],
)  # fmt: skip
def test_who_reaches_db(world: World, manifest: str, expected: dict[str, str]) -> None:
    """Each caller calls the Pod behind the Service by the Service's address, so that no name is needed."""
    if manifest:
        apply(world, manifest)
    db = world.cluster.store.get("services", ("shop", "db"))
    assert db is not None
    callers = {"web": "shop/web", "api": "shop/api", "guest": "guest/shell"}
    url = f"http://{db['spec']['clusterIP']}/"
    assert {name: call(world, where, url) for name, where in callers.items()} == expected


def test_a_change_of_labels_or_of_a_policy_counts_at_once(world: World) -> None:
    db = f"http://{pod_ip(world, 'shop', 'db')}:8080/"
    apply(world, policy("one", f"{{{DB}, ingress: [{{from: [{{podSelector: {{matchLabels: {{in: 'yes'}}}}}}]}}]}}"))
    assert call(world, "shop/web", db) == "timeout"
    relabelled = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {in: 'yes'}}\n"
    apply(world, relabelled)
    assert call(world, "shop/web", db) == "200"
    apply(world, policy("one", f"{{{DB}, ingress: []}}"))
    assert call(world, "shop/web", db) == "timeout"
    apply(world, "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop, labels: {app: other}}\n")
    assert call(world, "shop/web", db) == "200"


def test_a_name_is_not_found_when_egress_forgets_dns(world: World) -> None:
    """The door to db is open, but the phone book is locked."""
    to_db = "to: [{podSelector: {matchLabels: {app: db}}}]"
    apply(world, policy("api", f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{{{to_db}}}]}}"))
    assert call(world, "shop/api", f"http://{pod_ip(world, 'shop', 'db')}:8080/") == "200"
    assert call(world, "shop/api", "http://db/") == "no resolver"
    shown, code = command(world, machine(world, "shop/api"), "wget", "-qO-", "db")
    assert (shown, code) == ("wget: bad address 'db'\n", 1)
    dns = "to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]"
    apply(world, policy("dns", f"{{podSelector: {{}}, policyTypes: [Egress], egress: [{{{dns}}}]}}"))
    assert call(world, "shop/api", "http://db/") == "200"
    assert call(world, "shop/api", "http://web/") == "timeout"
    assert call(world, "shop/api", "http://example.com/") == "timeout"


def test_egress_can_be_closed_towards_the_api_server(world: World) -> None:
    api = {"url": "https://kubernetes.default/version", "seconds": 3}
    assert call(world, "shop/api", **api) == "200"
    apply(world, policy("none", "{podSelector: {}, policyTypes: [Egress]}"))
    address = "https://10.96.0.1/version"
    assert call(world, "shop/api", address) == "timeout"
    assert call(world, "guest/shell", address) == "200"


def test_nodes_probe_and_call_their_own_pods_whatever_a_policy_says(world: World) -> None:
    apply(world, DENY_ALL)
    db = f"http://{pod_ip(world, 'shop', 'db')}:8080/"
    assert call(world, "node/node-3", db) == "200"
    assert call(world, "node/node-1", db) == "timeout"
    probed = web("probed", "shop")
    probed["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": "/ready", "port": "http"}}
    apply(world, yaml.dump(probed), 15)
    found = world.cluster.store.get("pods", ("shop", "probed"))
    assert found is not None and found["status"]["containerStatuses"][0]["ready"]


def test_from_outside_only_a_block_of_addresses_lets_in(world: World) -> None:
    service = world.cluster.store.get("services", ("shop", "web"))
    assert service is not None
    url = f"http://10.0.0.12:{service['spec']['ports'][0]['nodePort']}/"
    local = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {externalTrafficPolicy: Local}\n"
    )
    assert call(world, "internet", url) == "200"
    apply(world, local)
    own = url.replace("10.0.0.12", "10.0.0.11")
    apply(world, DENY_ALL)
    assert call(world, "internet", own) == "timeout"
    apply(world, policy("open", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24}}]}]}"))
    assert call(world, "internet", own) == "200"
    assert call(world, "workstation", own) == "timeout"


def test_the_object_alone_protects_nothing() -> None:
    world = furnished(network_policies=False)
    apply(world, DENY_ALL)
    assert call(world, "guest/shell", "http://db.shop/") == "200"


def test_the_trace_names_the_policy_that_decided(world: World) -> None:
    apply(world, DENY_ALL)
    call(world, "guest/shell", "http://db.shop/")
    _, last = world.cluster.network.trace.calls()[-1]
    assert (last["from"], last["outcome"]) == ("Pod/guest/shell", "timed out")
    assert last["hops"][0][:2] == ("name", "db.shop")
    assert last["hops"][1][:3] == ("service", "shop/db", "node-1")
    assert last["hops"][2] == ("refused", "Ingress", "shop/db", "deny")


def test_a_change_costs_no_more_than_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty policies, only the one that changes is read again."""
    for number in range(20):
        apply(world, policy(f"p{number}", "{podSelector: {}, ingress: [{}]}", "guest"))
    assert call(world, "shop/api", "http://db/") == "200"
    reads: list[str] = []
    reading = policies.read
    monkeypatch.setattr(policies, "read", lambda policy: reads.append(policy["metadata"]["name"]) or reading(policy))
    apply(world, DENY_ALL)
    assert call(world, "shop/api", f"http://{pod_ip(world, 'shop', 'db')}:8080/") == "timeout"
    assert reads == ["deny"]
