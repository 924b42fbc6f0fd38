"""The Gateway API: which Pods answer, and what the conditions say of Gateways and routes."""

import pytest

from simulator.machinery import yaml
from simulator.machinery.objects import at
from simulator.network.certificates import make
from simulator.network.gateway.definitions import URL
from simulator.world import World
from tests.kubelet.support import Object, command
from tests.network.support import apply, call, said, web

SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 8080}}]}}
"""
GATEWAYS, ROUTES = "gateways.gateway.networking.k8s.io", "httproutes.gateway.networking.k8s.io"


@pytest.fixture(scope="module")
def settled() -> World:
    """A cluster in which somebody has installed the definitions, as the project publishes them."""
    world = World.boot()
    for name in ("shop", "blog"):
        apply(world, yaml.dump(web(name)) + "---" + SERVICE.format(name=name))
    apply(world, SERVICE.format(name="nobody"))
    shown, code = command(
        world, "workstation", "sh", "-c", f"curl -sLO {URL} && kubectl apply -f standard-install.yaml"
    )
    assert code == 0, shown
    world.advance(20)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def put(world: World, kind: str, name: str, namespace: str = "default", **spec: object) -> None:
    """Create or change an object of the group, as kubectl does."""
    obj = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": kind, "metadata": {"name": name, "namespace": namespace},
           "spec": spec}  # fmt: skip
    text = yaml.dump(obj)
    shown, code = command(world, "workstation", "sh", "-c", f"kubectl apply -f - <<'X'\n{text}X")
    assert code == 0, shown
    world.advance(3)


HTTP = {"name": "http", "port": 80, "protocol": "HTTP"}


def gate(world: World, *listeners: Object, **spec: object) -> None:
    put(world, "Gateway", "gate", gatewayClassName="lab", listeners=list(listeners) or [HTTP], **spec)


def route(world: World, *rules: Object, hosts: tuple[str, ...] = ("shop.example",), **spec: object) -> None:
    put(
        world,
        "HTTPRoute",
        "site",
        **{"parentRefs": [{"name": "gate"}], "hostnames": list(hosts), "rules": list(rules)} | spec,
    )


def to(name: str = "shop", *, weight: int = 1, **rule: object) -> Object:
    return {"backendRefs": [{"name": name, "port": 80, "weight": weight}], **rule}


def at_path(path: str, kind: str = "PathPrefix", **more: object) -> Object:
    return {"matches": [{"path": {"type": kind, "value": path}, **more}]}


def ask(world: World, url: str, method: str = "GET", **headers: str) -> str:
    """The app that answers, or the status."""
    host, _, rest = url.partition("/")
    status = call(world, "internet", f"http://203.0.113.10/{rest}", host=host, **headers)
    if status != "200":
        return status
    return str(yaml.load(said(world, "internet", f"http://203.0.113.10/{rest}", host=host, **headers))["app"])


def conditions(world: World, resource: str, name: str) -> dict[str, str]:
    """Type → status, and the reason where it is not True."""
    obj = world.cluster.store.get(resource, ("default", name))
    rows = at(obj, "status", "conditions", default=()) or at(obj, "status", "parents", 0, "conditions", default=())
    return {one["type"]: one["status"] if one["status"] == "True" else f"False {one['reason']}" for one in rows}


HEADER = {"headers": [{"name": "x-new", "value": "yes"}]}


@pytest.mark.parametrize(
    ("rules", "asked", "headers", "answer"),
    [
        pytest.param([to()], "shop.example/", {}, "shop", id="every path"),
        pytest.param([to()], "other.example/", {}, "404", id="another host"),
        pytest.param([to(**at_path("/blog"))], "shop.example/blogs", {}, "404", id="a prefix goes by elements"),
        pytest.param([to(), to("blog", **at_path("/", "Exact"))], "shop.example/", {}, "blog", id="exact before prefix"),
        pytest.param([to(**at_path("/")), to("nobody", **at_path("/healthz"))], "shop.example/healthz", {}, "503",
                     id="the longer prefix, where nobody is ready"),
        pytest.param([to(), to("blog", matches=[HEADER])], "shop.example/", {"x-new": "yes"}, "blog", id="a header"),
        pytest.param([to(), to("blog", matches=[HEADER])], "shop.example/", {"x-new": "no"}, "shop", id="another value"),
        pytest.param([to(), to("blog", matches=[{"queryParams": [{"name": "v", "value": "2"}]}])], "shop.example/?v=2",
                     {}, "blog", id="a query parameter"),
        pytest.param([to("blog", matches=[{"method": "POST"}])], "shop.example/", {}, "404", id="another method"),
        pytest.param([to("blog", **at_path("/b.*", "RegularExpression"),
                         filters=[{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath",
                                                                                 "replaceFullPath": "/"}}}])],
                     "shop.example/blog", {}, "blog", id="a regular expression; the path replaced"),
        pytest.param([to("blog", **at_path("/blog"),
                         filters=[{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplacePrefixMatch",
                                                                                 "replacePrefixMatch": "/"}}}])],
                     "shop.example/blog/", {}, "blog", id="the prefix replaced"),
        pytest.param([{"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}]}],
                     "shop.example/", {}, "301", id="a redirect"),
        pytest.param([to("gone")], "shop.example/", {}, "500", id="no such Service"),
    ],
)  # fmt: skip
def test_who_answers(world: World, rules: list[Object], asked: str, headers: dict[str, str], answer: str) -> None:
    gate(world)
    route(world, *rules)
    assert ask(world, asked, **headers) == answer


def test_what_the_status_says(world: World) -> None:
    gate(world)
    route(world, to())
    shown, _ = command(world, "workstation", "kubectl", "get", "gatewayclass,gateway,httproute")
    assert [line.split()[:-1] for line in shown.splitlines() if "/" in line] == [
        ["gatewayclass.gateway.networking.k8s.io/lab", "kubelab.io/gateway-controller", "True"],
        ["gateway.gateway.networking.k8s.io/gate", "lab", "203.0.113.10", "True"],
        ["httproute.gateway.networking.k8s.io/site", '["shop.example"]'],
    ]
    assert conditions(world, GATEWAYS, "gate") == {"Accepted": "True", "Programmed": "True"}
    assert conditions(world, ROUTES, "site") == {"Accepted": "True", "ResolvedRefs": "True"}
    gateway = world.cluster.store.get(GATEWAYS, ("default", "gate"))
    assert gateway is not None and gateway["status"]["listeners"][0]["attachedRoutes"] == 1
    assert call(world, "internet", "http://shop.example/") == "200"


@pytest.mark.parametrize(
    ("change", "said_of"),
    [
        pytest.param(
            {"parentRefs": [{"name": "gate", "sectionName": "https"}]}, "False NoMatchingParent", id="no listener"
        ),
        pytest.param({"hosts": ("far.test",)}, "False NoMatchingListenerHostname", id="no host in common"),
        pytest.param({}, "True", id="all is well"),
    ],
)
def test_whether_a_route_is_accepted(world: World, change: Object, said_of: str) -> None:
    gate(world, {**HTTP, "hostname": "*.example"})
    route(world, to(), **change)
    assert conditions(world, ROUTES, "site")["Accepted"] == said_of
    assert ask(world, "shop.example/") == ("shop" if said_of == "True" else "404")


def test_routes_of_another_namespace_need_leave(world: World) -> None:
    apply(world, "apiVersion: v1\nkind: Namespace\nmetadata: {name: guest}\n", 2)
    gate(world)
    parents = [{"name": "gate", "namespace": "default"}]
    backends = [{"name": "shop", "namespace": "default", "port": 80}]
    put(
        world,
        "HTTPRoute",
        "far",
        "guest",
        parentRefs=parents,
        hostnames=["shop.example"],
        rules=[{"backendRefs": backends}],
    )

    def far() -> list[str]:
        found = world.cluster.store.get(ROUTES, ("guest", "far"))
        return [one["reason"] for one in at(found, "status", "parents", 0, "conditions", default=())]

    assert far() == ["NotAllowedByListeners", "RefNotPermitted"]
    gate(world, {**HTTP, "allowedRoutes": {"namespaces": {"from": "All"}}})
    assert far() == ["Accepted", "RefNotPermitted"] and ask(world, "shop.example/") == "500"
    grant = "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: in}\nspec:\n"
    grant += "  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: guest}]\n  to: [{group: '', kind: Service}]\n"
    assert command(world, "workstation", "sh", "-c", f"kubectl apply -f - <<'X'\n{grant}X")[1] == 0
    world.advance(3)
    assert far() == ["Accepted", "ResolvedRefs"] and ask(world, "shop.example/") == "shop"


def test_weights_share_requests_out(world: World) -> None:
    gate(world)
    route(
        world, {"backendRefs": [{"name": "shop", "port": 80, "weight": 3}, {"name": "blog", "port": 80, "weight": 1}]}
    )
    found = [ask(world, "shop.example/") for _ in range(80)]
    assert 8 <= found.count("blog") <= 35 and found.count("shop") == 80 - found.count("blog")


def test_a_listener_that_cannot_be_served_says_why(world: World) -> None:
    gate(world, {**HTTP, "port": 8080})
    assert conditions(world, GATEWAYS, "gate") == {
        "Accepted": "False ListenersNotValid", "Programmed": "False Invalid",
    }  # fmt: skip
    gateway = world.cluster.store.get(GATEWAYS, ("default", "gate"))
    listener = at(gateway, "status", "listeners", 0)
    assert listener["conditions"][0]["reason"] == "PortUnavailable"


def test_tls_needs_its_secret(world: World) -> None:
    https = {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": "shop.example",
             "tls": {"certificateRefs": [{"name": "tls"}]}}  # fmt: skip
    gate(world, https)
    route(world, to())
    assert conditions(world, GATEWAYS, "gate")["Programmed"] == "False Invalid"
    pem, key = make(b"seed", "/CN=shop.example", ("shop.example",), world.clock.now)
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "tls"}, "type": "kubernetes.io/tls",
              "stringData": {"tls.crt": pem, "tls.key": key}}  # fmt: skip
    apply(world, yaml.dump(secret), 3)
    assert conditions(world, GATEWAYS, "gate")["Programmed"] == "True"
    shown, _ = command(world, "workstation", "curl", "-skv", "https://shop.example/")
    assert '"app":"shop"' in shown and "*  subject: CN=shop.example\n" in shown


def test_what_is_not_simulated_is_said(world: World) -> None:
    gate(world)
    mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "blog", "port": 80}}}
    route(world, to(filters=[mirror]))
    assert conditions(world, ROUTES, "site")["Accepted"] == "False UnsupportedValue"


def test_a_world_with_gateways_is_a_value(world: World) -> None:
    gate(world)
    route(world, to())
    twin = World.restore(world.save())
    for one in (world, twin):
        one.advance(30)
        assert ask(one, "shop.example/") == "shop"
    assert twin.digest() == world.digest()


def test_the_definitions_come_straight_from_their_address() -> None:
    world = World.boot()
    shown, code = command(world, "workstation", "kubectl", "apply", "-f", URL)
    assert code == 0 and "customresourcedefinition.apiextensions.k8s.io/httproutes.gateway" in shown
    shown, code = command(world, "workstation", "kubectl", "apply", "-f", URL.replace("v1.4.1", "v0.0.0"))
    assert (code, "server reported 404 Not Found, status code=404" in shown) == (1, True)
    shown, _ = command(world, "workstation", "kubectl", "apply", "-f", "https://nowhere.example/x.yaml")
    assert shown == "Unable to connect to the server: dial tcp: lookup nowhere.example: no such host\n"


def test_a_rule_may_limit_the_time(world: World) -> None:
    gate(world)
    route(world, to(timeouts={"request": "300ms"}))
    assert ask(world, "shop.example/work?ms=900") == "504"
    assert call(world, "internet", "http://203.0.113.10/work?ms=20", host="shop.example") == "200"


def test_addresses_of_ones_own_are_refused(world: World) -> None:
    gate(world, addresses=[{"value": "192.0.2.1"}])
    assert conditions(world, GATEWAYS, "gate")["Accepted"] == "False UnsupportedAddress"
