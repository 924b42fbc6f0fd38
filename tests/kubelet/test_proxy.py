"""HTTP through the API server: `pods/proxy`, `services/proxy` and `nodes/proxy`."""

from time import process_time

import orjson
import pytest

from simulator.api.requests import Request, Response
from simulator.apiserver.subresources.links import rewritten
from simulator.world import World
from tests.kubelet.support import new_world, pod, run, send

PODS = "/api/v1/namespaces/default/pods"
SERVICES = "/api/v1/namespaces/default/services"
NODES, SYSTEM = "/api/v1/nodes", "/api/v1/namespaces/kube-system/pods"
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@pytest.fixture(scope="module")
def world() -> World:
    world = new_world()
    web = pod("web", "nginx:1.27", ports=[{"name": "http", "containerPort": 80}])
    web["metadata"]["labels"] = {"app": "web"}
    ports = [{"name": "http", "port": 8080, "targetPort": 80}]
    for name, app in (("web", "web"), ("none", "none")):
        spec = {"selector": {"app": app}, "ports": ports}
        send(world, "POST", SERVICES, {"metadata": {"name": name}, "spec": spec})
    env = [{"name": f"SERVE_{name}", "value": name} for name in ("PORT_8080", "TLS_PORT_443", "TLS_PORT_8443")]
    ports = [{"name": name, "port": port, "targetPort": port} for name, port in (("plain", 8080), ("tls", 8443))]
    send(
        world,
        "POST",
        SERVICES,
        {"metadata": {"name": "porter"}, "spec": {"selector": {"app": "porter"}, "ports": ports}},
    )
    subsets = [{"addresses": [{"ip": "10.0.0.10"}], "ports": [{"port": 6443}]}]
    send(world, "POST", SERVICES, {"metadata": {"name": "hand"}, "spec": {"ports": [{"port": 6443}]}})
    send(world, "POST", SERVICES.replace("services", "endpoints"), {"metadata": {"name": "hand"}, "subsets": subsets})
    porter = pod("porter", AGNHOST, args=["porter"], env=env)
    porter["metadata"]["labels"] = {"app": "porter"}
    for one in (web, porter, pod("echo", AGNHOST, args=["netexec", "--http-port=80"])):
        run(world, one, 20)
    return world


def seen(answer: Response) -> str:
    body = answer.body
    return body.decode() if isinstance(body, bytes) else body if isinstance(body, str) else str(body["message"])


@pytest.mark.parametrize(
    "path",
    [
        f"{PODS}/web/proxy/",
        f"{PODS}/web:80/proxy/",
        f"{PODS}/http:web:80/proxy/index.html",
        f"{SERVICES}/web:http/proxy/",
        f"{SERVICES}/web:8080/proxy/",
    ],
)
def test_a_page(world: World, path: str) -> None:
    answer = world.request(Request("GET", path))
    assert answer.status == 200
    assert b"Welcome to nginx!" in answer.body  # a proxied answer is bytes


def test_what_the_program_answers_is_passed_on(world: World) -> None:
    assert world.request(Request("GET", f"{PODS}/web/proxy/nothing")).status == 404


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{PODS}/porter:8080/proxy/", 200, "PORT_8080"),
        (f"{PODS}/:porter:8080/proxy/", 200, "PORT_8080"),
        (f"{PODS}/https:porter:/proxy/", 200, "TLS_PORT_443"),
        (f"{PODS}/https:porter:8443/proxy/a/../b", 200, "TLS_PORT_8443"),
        (f"{SERVICES}/porter:plain/proxy/", 200, "PORT_8080"),
        (f"{SERVICES}/http:porter:8080/proxy/", 200, "PORT_8080"),
        (f"{SERVICES}/https:porter:tls/proxy/", 200, "TLS_PORT_8443"),
        (f"{SERVICES}/https:porter:8443/proxy/", 200, "TLS_PORT_8443"),
        (f"{SERVICES}/https:porter:plain/proxy/", 503, "error trying to reach service: http: server gave HTTP response to "
         "HTTPS client"),
        (f"{NODES}/node-1/proxy/healthz", 200, "ok"),
        (f"{NODES}/https:node-1:10250/proxy/healthz", 200, "ok"),
        (f"{NODES}/http:node-1:10256/proxy/healthz", 200, '"lastUpdated"'),
        (f"{NODES}/node-1:10249/proxy/", 503, "error trying to reach service: dial tcp 10.0.0.11:10249: connect: connection refused"),
        (f"{SYSTEM}/https:kube-apiserver-cp-1:6443/proxy/livez", 200, "ok"),
        (f"{SYSTEM}/https:kube-apiserver-cp-1:6443/proxy/api/v1/nodes", 403,
         'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope'),
        (f"{SYSTEM}/kube-apiserver-cp-1:6443/proxy/", 400, "Client sent an HTTP request to an HTTPS server.\n"),
        (f"{SYSTEM}/https:kube-scheduler-cp-1:10259/proxy/livez", 503,
         "error trying to reach service: dial tcp 10.0.0.10:10259: connect: connection refused"),
        (f"{PODS}/web:81/proxy/", 503, "error trying to reach service: dial tcp {}:81: connect: connection refused"),
        (f"{PODS}/web:70000/proxy/", 503, "error trying to reach service: dial tcp: address 70000: invalid port"),
        (f"{PODS}/web:http/proxy/", 500, "This request caused apiserver to panic. Look in the logs for details.\n"),
        (f"{PODS}/gone/proxy/", 404, 'pods "gone" not found'),
        (f"{PODS}/a:b:c:d/proxy/", 400, 'invalid pod request "a:b:c:d"'),
        (f"{PODS}/ftp:web:80/proxy/", 400, 'invalid pod request "ftp:web:80"'),
        (f"{SERVICES}/http::80/proxy/", 400, 'invalid service request "http::80"'),
        (f"{NODES}/node-9/proxy/", 404, 'nodes "node-9" not found'),
        (f"{SERVICES}/gone/proxy/", 404, 'endpoints "gone" not found'),
        (f"{SERVICES}/gone:80/proxy/", 404, 'services "gone" not found'),
        (f"{SERVICES}/none:http/proxy/", 503, 'no endpoints available for service "none"'),
        (f"{SERVICES}/web/proxy/", 503, 'no endpoints available for service "web"'),
        (f"{SERVICES}/web:https/proxy/", 503, 'no endpoints available for service "web:https"'),
        (f"{SERVICES}/web:81/proxy/", 503, 'no service port 81 found for service "web"'),
        (f"{SERVICES}/https:hand:/proxy/", 503, 'no endpoints available for service "https:hand:"'),
        (f"{SERVICES}/https:kubernetes:https/proxy/", 503, 'no endpoints available for service "https:kubernetes:https"'),
    ],
)  # fmt: skip
def test_where_it_leads(world: World, path: str, status: int, said: str) -> None:
    address = send(world, "GET", f"{PODS}/web")["status"]["podIP"]
    answer = world.request(Request("GET", path))
    assert (answer.status, said.replace("{}", address) in seen(answer)) == (status, True), seen(answer)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "said"),
    [
        ("GET", "echo/proxy?a=b+c", {}, 301, f"{PODS}/echo/proxy/?a=b+c"),
        ("HEAD", "echo/proxy", {}, 301, f"{PODS}/echo/proxy/"),
        ("POST", "echo/proxy", {}, 200, ""),
        ("GET", "echo/proxy/redirect?code=302&location=/there/?a=b", {}, 302, f"{PODS}/echo/proxy/there/?a=b"),
        ("GET", "echo/proxy/redirect?code=307&location=http://example.com/", {}, 307, "http://example.com/"),
        ("GET", "echo/proxy/header?key=authorization", {"authorization": "Bearer x"}, 401, None),
        ("GET", "echo/proxy/header?key=impersonate-user", {"impersonate-user": "admin"}, 403, None),
        ("GET", "echo/proxy/header?key=x-forwarded-uri", {}, 200, f"{PODS}/echo/proxy/header"),
        ("GET", "echo/proxy/header?key=x-own", {"x-own": "1"}, 200, "1"),
        ("GET", "echo/proxy/echo?msg=1", {"connection": "Upgrade", "upgrade": "websocket"}, 500,
         "invalid upgrade response: status code 200"),
        ("GET", "web/proxy/nothing", {"connection": "Upgrade", "upgrade": "websocket"}, 404, None),
    ],
)  # fmt: skip
def test_how_it_goes(
    world: World, method: str, path: str, headers: dict[str, str], status: int, said: str | None
) -> None:
    answer = world.request(Request.to(method, f"{PODS}/{path}", headers=headers))
    told = answer.headers.get("location") or seen(answer)
    assert (answer.status, said is None or said in told) == (status, True), told


def test_who_asks_stays_with_the_server(world: World) -> None:
    """Neither a token nor a certificate nor who is impersonated reaches what is proxied to."""
    twin = world.fork()
    account = {"metadata": {"name": "boss"}}
    send(twin, "POST", SERVICES.replace("services", "serviceaccounts"), account)
    binding = {
        "metadata": {"name": "boss"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "boss", "namespace": "default"}],
    }
    send(twin, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)
    path = SERVICES.replace("services", "serviceaccounts/boss/token")
    token = send(twin, "POST", path, {"spec": {}})["status"]["token"]
    headers = {"authorization": f"Bearer {token}", "impersonate-user": "system:serviceaccount:default:boss"}
    for name in headers:
        url = f"{PODS}/echo/proxy/header?key={name}"
        answer = twin.request(Request.to("GET", url, headers=headers))
        assert (answer.status, seen(answer)) == (200, "")


def test_asked_through_itself_again_and_again(world: World) -> None:
    twin = world.fork()
    role = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    send(twin, "POST", role, {
        "metadata": {"name": "all"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "system:anonymous"}],
    })  # fmt: skip
    step = f"{SYSTEM}/https:kube-apiserver-cp-1:6443/proxy"
    assert seen(twin.request(Request("GET", step * 3 + "/livez"))) == "ok"
    answer = twin.request(Request("GET", step * 40 + "/livez"))
    assert (answer.status, "asked through itself too often" in seen(answer)) == (503, True)


def test_pods_of_a_service_take_turns(world: World) -> None:
    twin = world.fork()
    for name in ("one", "two"):
        found = pod(name, AGNHOST, args=["netexec", "--http-port=80"])
        found["metadata"]["labels"] = {"app": "none"}
        run(twin, found, 20)
    said = {seen(twin.request(Request("GET", f"{SERVICES}/none:http/proxy/hostname"))) for _ in range(12)}
    assert said == {"one", "two"}


def test_measures_of_kube_proxy_where_its_configuration_shows_them(world: World) -> None:
    twin = world.fork()
    url = SYSTEM.replace("pods", "configmaps/kube-proxy")
    text = send(twin, "GET", url)["data"]["config.conf"]
    data = {"config.conf": f'{text}metricsBindAddress: "0.0.0.0:10251"\n'}
    patch = Request("PATCH", url, (), {"content-type": "application/merge-patch+json"}, orjson.dumps({"data": data}))
    assert twin.request(patch).status == 200
    pods = send(twin, "GET", SYSTEM)["items"]
    name = next(
        one["metadata"]["name"]
        for one in pods
        if one["spec"].get("nodeName") == "node-1" and "kube-proxy" in one["metadata"]["name"]
    )
    send(twin, "DELETE", f"{SYSTEM}/{name}")
    twin.advance(60)
    assert seen(twin.request(Request("GET", f"{NODES}/node-1:10251/proxy/proxyMode"))) == "iptables"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<p>a</p><a href=/x class=b>x</a>', '<p>a</p><a href="/p/x" class="b">x</a>'),
        ('<A HREF="/x?a=1&amp;b">&lt;</A >', '<a href="/p/x?a=1&amp;b">&lt;</A >'),
        ('<img src="/i.png"/><img src="i.png" alt>', '<img src="/p/i.png"/><img src="i.png" alt="">'),
        ('<!-- <a href="/x"> --><!doctype html><br/>', '<!-- <a href="/x"> --><!doctype html><br/>'),
        ('<script src="/a.js">if (a<b) "<a href=\'/x\'>"</script>', '<script src="/p/a.js">if (a<b) "<a href=\'/x\'>"</script>'),
        ('<a href="/x', '<a href="/x'),
        ("a < b <script>", "a < b <script>"),
    ],
)  # fmt: skip
def test_links_of_a_page(page: str, expected: str) -> None:
    def led(link: str) -> str:
        return f"/p{link}" if link.startswith("/") else link

    assert rewritten(page.encode(), led).decode() == expected


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"<script></script>" * 15_000, id="scripts"),
        pytest.param(b"<a href=x>" * 26_000, id="links"),
        pytest.param(b"<a " + b"x=1 " * 65_000 + b">", id="attributes"),
        pytest.param(b"<script></script>" * 60_000, id="too large"),
    ],
)
def test_a_page_made_to_take_long_does_not(page: bytes) -> None:
    began = process_time()
    rewritten(page, str.upper)
    assert process_time() - began < 5
