"""How `kubectl get` shows Services, Endpoints, EndpointSlices, Ingresses and NetworkPolicies."""

import pytest

from simulator.machinery.objects import Object
from tests.resources.showing import named, shown


def service(
    kind: str, *, ports: list[Object] | None = None, points: list[Object] | None = None, **spec: object
) -> Object:
    address: Object = {"clusterIP": "10.96.4.7", "clusterIPs": ["10.96.4.7"]} if kind != "ExternalName" else {}
    return named(
        "web",
        spec={"type": kind, "ports": ports or [], **address, **spec},
        status={"loadBalancer": {"ingress": points or []}},
    )


HTTP: Object = {"port": 80, "protocol": "TCP"}
DNS: Object = {"port": 53, "protocol": "UDP", "nodePort": 30053}


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (service("ClusterIP", ports=[HTTP]), "ClusterIP 10.96.4.7 <none> 80/TCP"),
        (service("ClusterIP", clusterIP="None", clusterIPs=["None"]), "ClusterIP None <none> <none>"),
        (
            service("ClusterIP", ports=[HTTP], externalIPs=["1.2.3.4", "5.6.7.8"]),
            "ClusterIP 10.96.4.7 1.2.3.4,5.6.7.8 80/TCP",
        ),
        (service("NodePort", ports=[HTTP, DNS]), "NodePort 10.96.4.7 <none> 80/TCP,53:30053/UDP"),
        (service("LoadBalancer", ports=[HTTP]), "LoadBalancer 10.96.4.7 <pending> 80/TCP"),
        (
            service("LoadBalancer", ports=[HTTP], points=[{"ip": "203.0.113.9"}]),
            "LoadBalancer 10.96.4.7 203.0.113.9 80/TCP",
        ),
        (
            service("LoadBalancer", ports=[HTTP], points=[{"hostname": "lb.example.com"}], externalIPs=["1.2.3.4"]),
            "LoadBalancer 10.96.4.7 lb.example.com,1.2.3.4 80/TCP",
        ),
        (service("ExternalName", externalName="db.example.com"), "ExternalName <none> db.example.com <none>"),
    ],
)
def test_services(obj: Object, expected: str) -> None:
    header, line = shown("services", obj).strip().splitlines()
    assert header.split() == ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"]
    assert " ".join(line.split()) == f"web {expected} 5m"


def test_the_selector_of_a_service() -> None:
    assert (
        shown("services", service("ClusterIP", selector={"app": "web", "a": "b"}), service("ClusterIP"), wide=True)
        == """
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR
web    ClusterIP   10.96.4.7    <none>        <none>    5m    a=b,app=web
web    ClusterIP   10.96.4.7    <none>        <none>    5m    <none>
"""
    )


def addresses(count: int) -> list[Object]:
    return [{"ip": f"10.244.1.{last}"} for last in range(1, count + 1)]


@pytest.mark.parametrize(
    ("subsets", "expected"),
    [
        ([], "<none>"),
        ([{"addresses": addresses(2), "ports": [{"port": 80}]}], "10.244.1.1:80,10.244.1.2:80"),
        (
            [{"addresses": addresses(2), "ports": [{"port": 80}, {"port": 443}]}],
            "10.244.1.1:80,10.244.1.2:80,10.244.1.1:443 + 1 more...",
        ),
        ([{"addresses": addresses(1)}], "10.244.1.1"),
        ([{"addresses": [{"ip": "fd00::1"}], "ports": [{"port": 80}]}], "[fd00::1]:80"),
        ([{"notReadyAddresses": addresses(1), "ports": [{"port": 80}]}], ""),
    ],
)
def test_endpoints(subsets: list[Object], expected: str) -> None:
    header, line = shown("endpoints", named("web", subsets=subsets)).strip().splitlines()
    assert header.split() == ["NAME", "ENDPOINTS", "AGE"]
    assert " ".join(line.split()) == " ".join(f"web {expected} 5m".split())


def test_endpoint_slices() -> None:
    endpoints = [{"addresses": [f"10.244.1.{last}"]} for last in range(1, 6)]
    assert (
        shown(
            "endpointslices.discovery.k8s.io",
            named("web-abc", addressType="IPv4", ports=[{"port": 80}, {"name": "any"}, {}], endpoints=endpoints),
            named("empty", addressType="IPv4"),
        )
        == """
NAME      ADDRESSTYPE   PORTS      ENDPOINTS                                      AGE
web-abc   IPv4          80,any,*   10.244.1.1,10.244.1.2,10.244.1.3 + 2 more...   5m
empty     IPv4          <unset>    <unset>                                        5m
"""
    )


def ingress(*hosts: str | None, **spec: object) -> Object:
    rules = [{"host": host} if host else {} for host in hosts]
    return named("web", spec={"rules": rules, **spec})


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (ingress(), "<none> * 80"),
        (ingress("a.example.com", ingressClassName="nginx"), "nginx a.example.com 80"),
        (ingress("a.io", "b.io", tls=[{}]), "<none> a.io,b.io 80, 443"),
        (ingress("a.io", "b.io", "c.io"), "<none> a.io,b.io,c.io 80"),
        (ingress("a.io", "b.io", "c.io", "d.io", "e.io"), "<none> a.io,b.io,c.io + 2 more... 80"),
        (
            ingress("a.io") | {"status": {"loadBalancer": {"ingress": [{"ip": "2.2.2.2"}, {"ip": "1.1.1.1"}]}}},
            "<none> a.io 1.1.1.1,2.2.2.2 80",
        ),
    ],
)
def test_ingresses(obj: Object, expected: str) -> None:
    header, line = shown("ingresses.networking.k8s.io", obj).strip().splitlines()
    assert header.split() == ["NAME", "CLASS", "HOSTS", "ADDRESS", "PORTS", "AGE"]
    assert " ".join(line.split()) == f"web {expected} 5m"


def test_ingress_classes() -> None:
    parameters = {"apiGroup": "k8s.example.com", "kind": "Parameters", "name": "lb"}
    assert (
        shown(
            "ingressclasses.networking.k8s.io",
            named("nginx", spec={"controller": "k8s.io/ingress-nginx"}),
            named("alb", spec={"controller": "eks.amazonaws.com/alb", "parameters": parameters}),
        )
        == """
NAME    CONTROLLER              PARAMETERS                      AGE
nginx   k8s.io/ingress-nginx    <none>                          5m
alb     eks.amazonaws.com/alb   Parameters.k8s.example.com/lb   5m
"""
    )


def test_network_policies_service_cidrs_and_addresses() -> None:
    assert (
        shown(
            "networkpolicies.networking.k8s.io",
            named("deny", spec={"podSelector": {}}),
            named("db", spec={"podSelector": {"matchLabels": {"app": "db"}}}),
        )
        == """
NAME   POD-SELECTOR   AGE
deny   <none>         5m
db     app=db         5m
"""
    )
    assert (
        shown("servicecidrs.networking.k8s.io", named("kubernetes", spec={"cidrs": ["10.96.0.0/16", "fd00::/108"]}))
        == """
NAME         CIDRS                     AGE
kubernetes   10.96.0.0/16,fd00::/108   5m
"""
    )
    parent = {"resource": "services", "namespace": "default", "name": "kubernetes"}
    assert (
        shown("ipaddresses.networking.k8s.io", named("10.96.0.1", spec={"parentRef": parent}))
        == """
NAME        PARENTREF
10.96.0.1   services/default/kubernetes
"""
    )
