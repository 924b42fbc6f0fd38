"""openssl at the workstation: a certificate made, stored, served and shown."""

import re

import pytest

from simulator.machinery import yaml
from simulator.world import World
from tests.kubelet.support import command
from tests.network.support import apply, web

MADE = (
    "openssl req -x509 -nodes -newkey rsa:2048 -days 90 -keyout tls.key -out tls.crt "
    "-subj /CN=shop.example/O=Shop -addext subjectAltName=DNS:shop.example,DNS:www.shop.example"
)
SITE = """
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec:
  ingressClassName: lab
  tls: [{hosts: [shop.example], secretName: tls}]
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
"""


@pytest.fixture(scope="module")
def world() -> World:
    world = World.boot()
    apply(world, yaml.dump(web("shop")) + "---" + SITE)
    shown, code = run(world, f"{MADE} && kubectl create secret tls tls --cert=tls.crt --key=tls.key")
    assert code == 0, shown
    world.advance(20)
    return world


def run(world: World, line: str) -> tuple[str, int | None]:
    return command(world, "workstation", "sh", "-c", line)


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        pytest.param("openssl x509 -in tls.crt -noout -subject -issuer", 0,
                     "subject=CN=shop.example, O=Shop\nissuer=CN=shop.example, O=Shop\n", id="subject"),
        pytest.param("openssl x509 -in tls.crt -noout -ext subjectAltName", 0,
                     "    DNS:shop.example, DNS:www.shop.example\n", id="names"),
        pytest.param("openssl x509 -in tls.crt -noout -enddate", 0, "notAfter=Jan 31 09:01:30 2027 GMT\n", id="end"),
        pytest.param("openssl x509 -in tls.crt -noout -checkend 86400", 0, "Certificate will not expire\n", id="lasts"),
        pytest.param("openssl x509 -in tls.crt -noout -checkend 99999999", 1, "Certificate will expire\n", id="ends"),
        pytest.param("openssl x509 -in nowhere -noout", 1, "Could not open file or uri for loading certificate", id="no file"),
        pytest.param("openssl s_client -connect shop.example:443", 0, " 0 s:CN = shop.example, O = Shop\n", id="s_client"),
        pytest.param("openssl s_client -connect 203.0.113.10:443 -servername other.example", 0,
                     "Kubernetes Ingress Controller Fake Certificate", id="another name"),
        pytest.param("openssl s_client -connect shop.example:80", 1, "no peer certificate available", id="no TLS"),
        pytest.param("openssl pkcs12 -export", 1, "openssl pkcs12 is not simulated", id="what is not simulated"),
        pytest.param("curl -s --cacert tls.crt https://shop.example/healthz", 0, "ok", id="trusted"),
    ],
)  # fmt: skip
def test_it_shows(world: World, line: str, code: int, text: str) -> None:
    shown, ended = run(world.fork(), line)
    assert (ended, text in shown) == (code, True), shown


def test_the_seed_decides_the_bytes(world: World) -> None:
    twins = [run(world.fork(), f"{MADE} && cat tls.crt tls.key && openssl rand -hex 8")[0] for _ in range(2)]
    assert twins[0] == twins[1]
    assert re.search(r"\n[0-9a-f]{16}\n", twins[0])
