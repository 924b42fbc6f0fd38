"""Ingress: which Pods answer for a host and a path, what the pages say when none does, and what TLS shows."""

import pytest

from simulator.machinery import yaml
from simulator.network.certificates import make
from simulator.world import World
from tests.kubelet.support import Object, command, events, send
from tests.network.support import apply, call, said, web

SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80, targetPort: 8080}}]}}
"""
DEPLOYMENT = "/apis/apps/v1/namespaces/ingress-lab/deployments/ingress-lab-controller"


@pytest.fixture(scope="module")
def settled() -> World:
    world = World.boot()
    for name in ("shop", "blog"):
        apply(world, yaml.dump(web(name)) + "---" + SERVICE.format(name=name))
    apply(world, SERVICE.format(name="nobody"), 30)
    return world


@pytest.fixture
def world(settled: World) -> World:
    return settled.fork()


def backend(name: str = "shop", port: int | str = 80) -> Object:
    return {"service": {"name": name, "port": {"name" if isinstance(port, str) else "number": port}}}


def path(where: str, kind: str = "Prefix", name: str = "shop", port: int | str = 80) -> Object:
    return {"path": where, "pathType": kind, "backend": backend(name, port)}


def ingress(*paths: Object, host: str = "shop.example", notes: dict[str, str] | None = None, **spec: object) -> str:
    annotations = {f"nginx.ingress.kubernetes.io/{name}": value for name, value in (notes or {}).items()}
    rule: Object = {"http": {"paths": list(paths)}, **({"host": host} if host else {})}
    whole: Object = {"ingressClassName": "lab", **({"rules": [rule]} if paths else {}), **spec}
    metadata = {"name": "site", "annotations": annotations}
    return yaml.dump({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": whole})


def ask(world: World, url: str, **headers: str) -> str:
    """The app that answers a request to the controller's address for a host, or the status."""
    host, _, rest = url.partition("/")
    headers |= {"host": host}
    status = call(world, "internet", f"http://203.0.113.10/{rest}", **headers)
    return (
        str(yaml.load(said(world, "internet", f"http://203.0.113.10/{rest}", **headers))["app"])
        if status == "200"
        else status
    )


@pytest.mark.parametrize(
    ("manifest", "asked", "expected"),
    [
        pytest.param(ingress(path("/")), "shop.example/", "shop", id="host and root"),
        pytest.param(ingress(path("/")), "SHOP.example:80/", "shop", id="case and port of the host do not count"),
        pytest.param(ingress(path("/")), "other.example/", "404", id="another host"),
        pytest.param(ingress(path("/", name="shop"), path("/healthz", name="nobody")), "shop.example/healthz", "503",
                     id="nobody is ready"),
        pytest.param(ingress(path("/", port=8080)), "shop.example/", "503", id="the container's port, not the Service's"),
        pytest.param(ingress(path("/", port="http")), "shop.example/", "shop", id="a port by name"),
        pytest.param(ingress(path("/", name="gone")), "shop.example/", "503", id="no such Service"),
        pytest.param(ingress(path("/"), path("/healthz", name="blog")), "shop.example/", "shop", id="two paths, one"),
        pytest.param(ingress(path("/ready", "Exact"), path("/", name="nobody")), "shop.example/ready/", "503",
                     id="Exact is exact"),
        pytest.param(ingress(path("/app")), "shop.example/application", "404",
                     id="Prefix goes by elements"),
        pytest.param(ingress(path("/"), host="*.example"), "a.example/", "shop", id="a wildcard"),
        pytest.param(ingress(path("/"), host="*.example"), "a.b.example/", "404", id="a wildcard is one label"),
        pytest.param(ingress(path("/"), host="*.example"), "example/", "404", id="a wildcard is not nothing"),
        pytest.param(ingress(path("/"), host=""), "whatever/", "shop", id="no host: every host"),
        pytest.param(ingress(defaultBackend=backend("blog")), "whatever/", "blog", id="a default backend"),
        pytest.param(ingress(path("/"), ingressClassName="nginx"), "shop.example/", "404", id="a class of nobody"),
        pytest.param(
            ingress(path("/blog(/|$)(.*)", "ImplementationSpecific", "blog"), notes={"rewrite-target": "/$2"}),
            "shop.example/blog/", "blog", id="rewrite-target"),
        pytest.param(ingress(path("/"), notes={"permanent-redirect": "https://new.example"}), "shop.example/", "301",
                     id="permanent-redirect"),
        pytest.param(ingress(path("/"), notes={"allowlist-source-range": "10.0.0.0/8"}), "shop.example/", "shop",
                     id="the balancer's nodes are within the range"),
        pytest.param(ingress(path("/"), notes={"allowlist-source-range": "192.0.2.0/24"}), "shop.example/", "403",
                     id="nobody is within the range"),
        pytest.param(ingress(path("/"), notes={"backend-protocol": "HTTPS"}), "shop.example/", "502",
                     id="a backend that speaks no TLS"),
        pytest.param(ingress(path("/"), notes={"force-ssl-redirect": "true"}), "shop.example/", "308",
                     id="force-ssl-redirect"),
    ],
)  # fmt: skip
def test_who_answers(world: World, manifest: str, asked: str, expected: str) -> None:
    apply(world, manifest, 3)
    assert ask(world, asked) == expected


def test_an_address_comes_and_the_name_leads_there(world: World) -> None:
    apply(world, ingress(path("/"), notes={"limit-rps": "5"}), 3)
    shown, _ = command(world, "workstation", "kubectl", "get", "ingress", "site")
    assert shown.splitlines()[1].split()[:4] == ["site", "lab", "shop.example", "203.0.113.10"]
    assert call(world, "internet", "http://shop.example/") == "200"
    assert call(world, "workstation", "http://shop.example/") == "200"
    assert call(world, "internet", "http://other.example/") == "nxdomain"
    told = events(world, "site")
    assert "Sync: Scheduled for sync" in told
    assert "NotSimulated: the lab's controller does not simulate the annotation limit-rps: it has no effect" in told


def test_an_ingress_of_nobody_never_gets_an_address(world: World) -> None:
    apply(world, ingress(path("/"), ingressClassName="nginx"), 120)
    found = world.cluster.store.get("ingresses.networking.k8s.io", ("default", "site"))
    assert found is not None and not found["status"].get("loadBalancer")
    apply(world, ingress(path("/")), 3)
    assert call(world, "internet", "http://shop.example/") == "200"


def test_the_pages_are_the_servers(world: World) -> None:
    apply(world, ingress(path("/", name="nobody")), 3)
    shown, _ = command(world, "workstation", "curl", "-si", "http://shop.example/")
    assert shown.startswith("HTTP/1.1 503 Service Temporarily Unavailable\r\n")
    assert "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>" in shown
    log, _ = command(world, "workstation", "kubectl", "logs", "-n", "ingress-lab", "deploy/ingress-lab-controller")
    assert 'Service "default/nobody" does not have any active Endpoint.' in log
    assert '"GET / HTTP/1.1" 503 ' in log and "[default-nobody-80] [] - - - -" in log


def test_a_pod_that_refuses_or_is_silent_is_502_and_504(world: World) -> None:
    apply(world, ingress(path("/")), 3)
    port = {"spec": {"ports": [{"name": "http", "port": 80, "targetPort": 9999, "protocol": "TCP"}]}}
    send(world, "PATCH", "/api/v1/namespaces/default/services/shop", port, "application/merge-patch+json")
    world.advance(3)
    assert ask(world, "shop.example/") == "502"
    closed = "{podSelector: {matchLabels: {app: shop}}, policyTypes: [Ingress]}"
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed}\n"
    apply(world, f"{head}spec: {closed}\n")
    shown, _ = command(
        world,
        "workstation",
        "curl",
        "-s",
        "-w",
        "%{http_code} %{time_total}",
        "-o",
        "/dev/null",
        "http://shop.example/",
    )
    assert shown.startswith("504 5.")


def test_without_its_pod_nobody_answers(world: World) -> None:
    apply(world, ingress(path("/")), 3)
    send(world, "PATCH", DEPLOYMENT, {"spec": {"replicas": 0}}, "application/merge-patch+json")
    world.advance(40)
    assert call(world, "internet", "http://203.0.113.10/", host="shop.example") == "refused"
    apply(world, "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: late}\nspec: {ingressClassName: lab, "
          "defaultBackend: {service: {name: blog, port: {number: 80}}}}\n", 30)  # fmt: skip
    late = world.cluster.store.get("ingresses.networking.k8s.io", ("default", "late"))
    assert late is not None and not late["status"].get("loadBalancer")
    send(world, "PATCH", DEPLOYMENT, {"spec": {"replicas": 1}}, "application/merge-patch+json")
    world.advance(60)
    assert call(world, "internet", "http://shop.example/") == "200"
    late = world.cluster.store.get("ingresses.networking.k8s.io", ("default", "late"))
    assert late is not None and late["status"]["loadBalancer"]["ingress"] == [{"ip": "203.0.113.10"}]


def tls_secret(world: World, *names: str) -> str:
    """Store a certificate for some names; its PEM."""
    pem, key = make(b"a seed", f"/CN={names[0]}", names, world.clock.now)
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "tls"}, "type": "kubernetes.io/tls",
              "stringData": {"tls.crt": pem, "tls.key": key}}  # fmt: skip
    apply(world, yaml.dump(secret))
    return pem


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        pytest.param("-sk https://shop.example/healthz", 0, "ok", id="-k"),
        pytest.param("-sS --cacert tls.crt https://shop.example/healthz", 0, "ok", id="--cacert"),
        pytest.param(
            "-sS https://shop.example/", 60, "curl: (60) SSL certificate problem: self-signed certificate", id="untrusted"),
        pytest.param(
            "-sS --cacert tls.crt --resolve blog.example:443:203.0.113.10 https://blog.example/", 60,
            "curl: (60) SSL certificate problem: self-signed certificate", id="a host without: the fake certificate"),
        pytest.param("-sk --resolve blog.example:443:203.0.113.10 https://blog.example/", 0, "404 Not Found", id="--resolve"),
        pytest.param("-sv -k https://shop.example/", 0, "*  subject: CN=shop.example\n", id="what -v shows"),
        pytest.param("-si http://shop.example/a?b=c", 0, "Location: https://shop.example/a?b=c\r\n", id="http is sent to https"),
        pytest.param("-sS https://shop.example:80/", 35, "curl: (35) TLS connect error", id="TLS to a plain port"),
    ],
)  # fmt: skip
def test_tls(world: World, words: str, code: int, text: str) -> None:
    pem = tls_secret(world, "shop.example", "www.shop.example")
    apply(world, ingress(path("/"), tls=[{"hosts": ["shop.example"], "secretName": "tls"}]), 3)
    script = f"cat > tls.crt <<'X'\n{pem}X\ncurl {words}"
    shown, ended = command(world, "workstation", "sh", "-c", script)
    assert (ended, text in shown) == (code, True), shown


def test_a_certificate_for_another_name(world: World) -> None:
    pem = tls_secret(world, "blog.example")
    apply(world, ingress(path("/"), tls=[{"hosts": ["shop.example"], "secretName": "tls"}]), 3)
    shown, ended = command(
        world, "workstation", "sh", "-c", f"cat > t <<'X'\n{pem}X\ncurl -sS --cacert t https://shop.example"
    )
    assert ended == 60
    assert "curl: (60) SSL: no alternative certificate subject name matches target host name 'shop.example'" in shown


def test_a_canary_gets_its_share(world: World) -> None:
    apply(world, ingress(path("/")))
    canary = ingress(
        path("/", name="blog"), notes={"canary": "true", "canary-weight": "30", "canary-by-header": "x-new"}
    )
    apply(world, canary.replace("name: site", "name: canary"), 3)
    found = [ask(world, "shop.example/") for _ in range(100)]
    assert 15 <= found.count("blog") <= 45 and found.count("shop") == 100 - found.count("blog")
    assert {ask(world, "shop.example/", **{"x-new": "always"}) for _ in range(5)} == {"blog"}
    assert {ask(world, "shop.example/", **{"x-new": "never"}) for _ in range(5)} == {"shop"}


def test_the_pods_learn_who_asked(world: World) -> None:
    echo = web("echo", image="registry.k8s.io/e2e-test-images/agnhost:2.56")
    echo["spec"]["containers"][0]["args"] = ["netexec", "--http-port=8080"]
    apply(world, yaml.dump(echo) + "---" + SERVICE.format(name="echo"))
    apply(world, ingress(path("/", name="echo")), 15)
    heads = {name: said(world, "internet", f"http://shop.example/header?key={name}")
             for name in ("Host", "X-Forwarded-Proto", "X-Forwarded-Port")}  # fmt: skip
    assert heads == {"Host": "", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "80"} | {"Host": heads["Host"]}
    assert said(world, "internet", "http://shop.example/header?key=X-Forwarded-For").startswith("10.0.0.")
