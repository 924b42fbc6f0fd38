"""Names, Services of every type, session affinity, hand-written endpoints, and the API server as a proxy."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import AGNHOST, NGINX, PODS, SERVICES, Cluster, named, pod, service
from tests.conformance.ledger import honours
from tests.conformance.test_services import ENDPOINTS, SLICES, addresses, client, slices, web

HEADLESS: Object = {"clusterIP": "None"}
NETWORKING = "/apis/networking.k8s.io/v1"


def netexec(cluster: Cluster, pod_name: str, label: str = "") -> Object:
    """A Pod that tells its name on 8080 (TCP) and 8081 (UDP)."""
    return cluster.run(pod(pod_name, image=AGNHOST, args=["netexec"], labels={"name": label or pod_name}))


def resolves(cluster: Cluster, *names: str) -> list[str]:
    """The addresses that each name has, seen from the client Pod; all of them must have the same."""
    found = {name: sorted(line.split()[0] for line in cluster.execute("client", "getent", "ahostsv4", name).splitlines())
             for name in names}  # fmt: skip
    first = found[names[0]]
    assert all(one == first for one in found.values()), found
    return first


def dig(cluster: Cluster, *words: str) -> list[str]:
    return sorted(cluster.execute("client", "dig", "+short", *words).split("\n")[:-1])


# Names.


@honours("DNS should provide /etc/hosts entries for the cluster")
def test_hosts_file(cluster: Cluster) -> None:
    cluster.create(SERVICES, service("own", **HEADLESS))
    found = cluster.run(pod("client", "sleep", "3600", hostname="me", subdomain="own", labels={"name": "own"}))
    for name in ("me", "me.own.default.svc.cluster.local"):
        assert cluster.execute("client", "getent", "hosts", name).split()[0] == found["status"]["podIP"]


@honours("DNS should provide DNS for services")
def test_names_of_services(cluster: Cluster) -> None:
    client(cluster)
    found = web(cluster)["status"]["podIP"]
    ports = [{"name": "http", "port": 80, "protocol": "TCP"}]
    address = cluster.create(SERVICES, service("web", ports))["spec"]["clusterIP"]
    cluster.create(SERVICES, service("headless", ports, selector={"name": "web"}, **HEADLESS))
    cluster.advance(3)
    endings = ("", ".default", ".default.svc", ".default.svc.cluster.local")
    assert resolves(cluster, *(f"web{ending}" for ending in endings)) == [address]
    assert resolves(cluster, *(f"headless{ending}" for ending in endings)) == [found]
    assert dig(cluster, "SRV", "_http._tcp.web.default.svc.cluster.local") == [
        "0 100 80 web.default.svc.cluster.local."
    ]
    (target,) = dig(cluster, "SRV", "_http._tcp.headless.default.svc.cluster.local")
    assert target.split()[:3] == ["0", "100", "80"] and dig(cluster, target.split()[3]) == [found]
    assert dig(cluster, "-x", address) == ["web.default.svc.cluster.local."]


@honours("DNS should resolve DNS of partial qualified names for services")
def test_partial_names(cluster: Cluster) -> None:
    client(cluster)
    found = web(cluster)["status"]["podIP"]
    ports = [{"name": "http", "port": 80, "protocol": "TCP"}]
    address = cluster.create(SERVICES, service("web", ports))["spec"]["clusterIP"]
    cluster.create(SERVICES, service("headless", ports, selector={"name": "web"}, **HEADLESS))
    cluster.advance(3)
    for ending in ("", ".default", ".default.svc"):
        assert dig(cluster, "+search", f"web{ending}") == [address]
        assert dig(cluster, "+search", f"headless{ending}") == [found]
    for ending in (".default.svc", ".default"):
        expected = ["0 100 80 web.default.svc.cluster.local."]
        assert dig(cluster, "+search", "SRV", f"_http._tcp.web{ending}") == expected


@honours("DNS should provide DNS for pods for Hostname", "DNS should provide DNS for pods for Subdomain")
def test_names_of_pods(cluster: Cluster) -> None:
    client(cluster)
    cluster.create(SERVICES, service("group", **HEADLESS))
    found = cluster.run(
        pod("one", image=NGINX, hostname="first", subdomain="group", labels={"name": "group"})
    )["status"]["podIP"]  # fmt: skip
    cluster.advance(3)
    assert resolves(cluster, "first.group", "first.group.default.svc.cluster.local") == [found]
    assert resolves(cluster, "group", "group.default.svc.cluster.local") == [found]
    assert cluster.execute("one", "hostname", "-f").strip() == "first.group.default.svc.cluster.local"


@honours("DNS should provide DNS for ExternalName services")
def test_external_names(cluster: Cluster) -> None:
    client(cluster)
    cluster.create(
        SERVICES, named("v1", "Service", "far", spec={"type": "ExternalName", "externalName": "example.com"})
    )
    assert "example.com." in dig(cluster, "CNAME", "far.default.svc.cluster.local")
    cluster.patch(f"{SERVICES}/far", {"spec": {"externalName": "kubernetes.io"}})
    assert "kubernetes.io." in dig(cluster, "CNAME", "far.default.svc.cluster.local")
    spec = {"type": "ClusterIP", "externalName": None, "ports": [{"port": 80}]}
    address = cluster.patch(f"{SERVICES}/far", {"spec": spec})["spec"]["clusterIP"]
    assert dig(cluster, "far.default.svc.cluster.local") == [address]


# Services of every type, and from one to another.


@honours("Services should be able to change the type from ClusterIP to ExternalName")
def test_cluster_ip_becomes_external_name(cluster: Cluster) -> None:
    client(cluster)
    cluster.create(SERVICES, service("web"))
    changed = {"type": "ExternalName", "externalName": "example.com", "clusterIP": None, "clusterIPs": None}
    spec = cluster.patch(f"{SERVICES}/web", {"spec": changed})["spec"]
    assert "clusterIP" not in spec
    assert "Example Domain" in cluster.execute("client", "curl", "-s", "-H", "Host: example.com", "web")


@honours("Services should be able to change the type from ExternalName to NodePort")
def test_external_name_becomes_node_port(cluster: Cluster) -> None:
    client(cluster)
    web(cluster)
    cluster.create(
        SERVICES, named("v1", "Service", "web", spec={"type": "ExternalName", "externalName": "example.com"})
    )
    changed = {"type": "NodePort", "externalName": None, "ports": [{"port": 80}], "selector": {"name": "web"}}
    spec = cluster.patch(f"{SERVICES}/web", {"spec": changed})["spec"]
    cluster.advance(3)
    for where in ("web", spec["clusterIP"], f"10.0.0.11:{spec['ports'][0]['nodePort']}"):
        assert "nginx" in cluster.execute("client", "curl", "-s", where)


@honours("Services should be able to change the type from NodePort to ExternalName")
def test_node_port_becomes_external_name(cluster: Cluster) -> None:
    client(cluster)
    web(cluster)
    port = cluster.create(SERVICES, service("web", type="NodePort"))["spec"]["ports"][0]["nodePort"]
    cluster.advance(3)
    assert "nginx" in cluster.execute("client", "curl", "-s", f"10.0.0.11:{port}")
    changed = {"type": "ExternalName", "externalName": "example.com", "clusterIP": None, "clusterIPs": None,
               "ports": [{"port": 80, "nodePort": None}]}  # fmt: skip
    spec = cluster.patch(f"{SERVICES}/web", {"spec": changed})["spec"]
    assert "clusterIP" not in spec
    assert cluster.attempt("client", "curl", "-s", f"10.0.0.11:{port}")[1] == 7
    assert "example.com." in dig(cluster, "CNAME", "web.default.svc.cluster.local")


# Session affinity.


def answering(cluster: Cluster, where: str, times: int = 15) -> set[str]:
    """The Pods that answer a number of new connections from the client Pod."""
    script = f"for i in $(seq {times}); do curl -s {where}/hostname; echo; done"
    return set(cluster.execute("client", "sh", "-c", script).split())


def affine(cluster: Cluster, **spec: Any) -> str:
    """Three Pods behind a Service; where to ask it."""
    client(cluster)
    for name in ("a", "b", "c"):
        netexec(cluster, name, "web")
    made = cluster.create(SERVICES, service("web", [{"port": 80, "targetPort": 8080}], **spec))["spec"]
    cluster.advance(3)
    port = made["ports"][0].get("nodePort")
    return f"10.0.0.12:{port}" if port else str(made["clusterIP"])


STICKY = {"sessionAffinity": "ClientIP"}


@honours("Services should have session affinity work for service with type clusterIP")
def test_affinity_of_a_cluster_ip(cluster: Cluster) -> None:
    assert len(answering(cluster, affine(cluster, **STICKY))) == 1


@honours("Services should have session affinity work for NodePort service")
def test_affinity_of_a_node_port(cluster: Cluster) -> None:
    assert len(answering(cluster, affine(cluster, type="NodePort", **STICKY))) == 1


@honours("Services should be able to switch session affinity for service with type clusterIP")
def test_switched_affinity_of_a_cluster_ip(cluster: Cluster) -> None:
    switch(cluster, affine(cluster))


@honours("Services should be able to switch session affinity for NodePort service")
def test_switched_affinity_of_a_node_port(cluster: Cluster) -> None:
    switch(cluster, affine(cluster, type="NodePort"))


def switch(cluster: Cluster, where: str) -> None:
    assert len(answering(cluster, where)) > 1
    cluster.patch(f"{SERVICES}/web", {"spec": STICKY})
    assert len(answering(cluster, where)) == 1
    cluster.patch(f"{SERVICES}/web", {"spec": {"sessionAffinity": "None", "sessionAffinityConfig": None}})
    assert len(answering(cluster, where)) > 1


# Several ports.


@honours("Services should serve multiport endpoints from pods")
def test_endpoints_of_several_ports(cluster: Cluster) -> None:
    ports = [{"name": "one", "port": 80, "targetPort": "one"}, {"name": "two", "port": 81, "targetPort": "two"}]
    cluster.create(SERVICES, service("web", ports))
    cluster.until(lambda: addresses(cluster) == [])
    found = {
        name: cluster.run(
            pod(name, image=NGINX, labels={"name": "web"}, ports=[{"name": name, "containerPort": number}])
        )["status"]["podIP"]
        for name, number in (("one", 100), ("two", 101))
    }
    cluster.until(lambda: addresses(cluster) == sorted(found.values()))
    told = {
        subset["ports"][0]["name"]: subset["addresses"][0]["ip"]
        for subset in cluster.get(f"{ENDPOINTS}/web")["subsets"]
    }
    assert told == found
    cluster.delete(f"{PODS}/one")
    cluster.until(lambda: addresses(cluster) == [found["two"]])
    cluster.delete(f"{PODS}/two")
    cluster.until(lambda: addresses(cluster) == [])


@honours("Services should serve endpoints on same port and different protocols")
def test_one_port_of_two_protocols(cluster: Cluster) -> None:
    client(cluster)
    cluster.run(pod("web", image=AGNHOST, args=["netexec", "--http-port=80", "--udp-port=80"]))
    both = [{"name": name, "port": 80, "protocol": name.upper()} for name in ("tcp", "udp")]
    address = cluster.create(SERVICES, service("web", both))["spec"]["clusterIP"]
    cluster.advance(3)

    def ask() -> tuple[bool, bool]:
        by_tcp = cluster.attempt("client", "curl", "-sm", "2", f"{address}/hostname")[0]
        by_udp = cluster.attempt("client", "sh", "-c", f"echo hostname | nc -u -w 1 {address} 80")[0]
        return by_tcp == "web", by_udp == "web"

    assert ask() == (True, True)
    for index, expected in ((0, (True, False)), (1, (False, True))):
        cluster.change(f"{SERVICES}/web", lambda found, index=index: found["spec"].update(ports=[both[index]]))
        cluster.advance(3)
        assert ask() == expected


# Endpoints written by hand.


def hand_written(name: str, *ends: tuple[str, int], port_name: str = "") -> Object:
    return {
        **named("discovery.k8s.io/v1", "EndpointSlice", name, {"kubernetes.io/service-name": "web"}),
        "addressType": "IPv4",
        "endpoints": [{"addresses": [ip]} for ip, _ in ends],
        "ports": [{"name": port_name, "port": port, "protocol": "TCP"} for _, port in ends[:1]],
    }


@honours("EndpointSlice should support a Service with multiple endpoint IPs specified in multiple EndpointSlices")
def test_slices_of_several_addresses(cluster: Cluster) -> None:
    client(cluster)
    first = netexec(cluster, "a")["status"]["podIP"]
    second = cluster.run(pod("b", image=AGNHOST, args=["netexec", "--http-port=9090"]))["status"]["podIP"]
    address = cluster.create(SERVICES, named("v1", "Service", "web", spec={"ports": [{"port": 80}]}))["spec"][
        "clusterIP"
    ]
    cluster.create(SLICES, hand_written("one", (first, 8080)))
    cluster.create(SLICES, hand_written("two", (second, 9090)))
    cluster.advance(2)
    assert answering(cluster, address, 30) == {"a", "b"}


@honours("EndpointSlice should support a Service with multiple ports specified in multiple EndpointSlices")
def test_slices_of_several_ports(cluster: Cluster) -> None:
    client(cluster)
    one = {"name": "c", "image": AGNHOST, "args": ["netexec"]}
    two = {"name": "d", "image": AGNHOST, "args": ["netexec", "--http-port=9090", "--udp-port=9091"]}
    ip = cluster.run(pod("both", containers=[one, two]))["status"]["podIP"]
    ports = [{"name": "a", "port": 80}, {"name": "b", "port": 81}]
    address = cluster.create(SERVICES, named("v1", "Service", "web", spec={"ports": ports}))["spec"]["clusterIP"]
    cluster.create(SLICES, hand_written("one", (ip, 8080), port_name="a"))
    cluster.create(SLICES, hand_written("two", (ip, 9090), port_name="b"))
    cluster.advance(2)
    for port in (80, 81):
        assert answering(cluster, f"{address}:{port}", 3) == {"both"}


@honours("Endpoints should test the lifecycle of an Endpoint")
def test_life_of_endpoints(cluster: Cluster) -> None:
    subsets = [{"addresses": [{"ip": "192.0.2.1"}], "ports": [{"port": 80, "protocol": "TCP"}]}]
    cluster.create(ENDPOINTS, named("v1", "Endpoints", "mine", {"test": "life"}, subsets=subsets))
    watched = cluster.watch(f"{ENDPOINTS}?labelSelector=test%3Dlife")
    cluster.change(f"{ENDPOINTS}/mine", lambda found: found["metadata"]["labels"].update(more="yes"))
    changed = [{"addresses": [{"ip": "192.0.2.2"}], "ports": [{"port": 81, "protocol": "TCP"}]}]
    assert cluster.patch(f"{ENDPOINTS}/mine", {"subsets": changed})["subsets"] == changed
    cluster.delete(f"{ENDPOINTS}?labelSelector=test%3Dlife")
    assert cluster.gone(f"{ENDPOINTS}/mine")
    assert [kind for kind, _ in watched.events()] == ["MODIFIED", "MODIFIED", "DELETED"]


@honours("EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete")
def test_mirroring(cluster: Cluster) -> None:
    group = cluster.get("/apis/discovery.k8s.io")
    assert "discovery.k8s.io/v1" in [one["groupVersion"] for one in group["versions"]]
    cluster.create(SERVICES, named("v1", "Service", "web", spec={"ports": [{"port": 80, "name": "http"}]}))
    subset = {"addresses": [{"ip": "192.0.2.7"}], "ports": [{"name": "http", "port": 80, "protocol": "TCP"}]}
    cluster.create(ENDPOINTS, named("v1", "Endpoints", "web", subsets=[subset]))
    cluster.until(lambda: [one["endpoints"][0]["addresses"] for one in slices(cluster)] == [["192.0.2.7"]])
    other = {**subset, "addresses": [{"ip": "192.0.2.8"}]}
    cluster.patch(f"{ENDPOINTS}/web", {"subsets": [other]})
    cluster.until(lambda: [one["endpoints"][0]["addresses"] for one in slices(cluster)] == [["192.0.2.8"]])
    cluster.delete(f"{ENDPOINTS}/web")
    cluster.until(lambda: slices(cluster) == [])


@honours("Service endpoints latency should not be very high")
def test_endpoints_come_soon(cluster: Cluster) -> None:
    cluster.run(pod("client", image="registry.k8s.io/pause:3.10.1", labels={"name": "many"}))
    took = []
    for number in range(20):
        cluster.create(SERVICES, service(f"s{number}", selector={"name": "many"}))
        begun = cluster.world.clock.now
        cluster.until(lambda number=number: not cluster.gone(f"{ENDPOINTS}/s{number}"), step=0.05)
        took.append(cluster.world.clock.now - begun)
    assert sorted(took)[-1] < 20_000_000


@honours("ServiceCIDR and IPAddress API should support ServiceCIDR API operations")
def test_service_cidrs(cluster: Cluster) -> None:
    names = [one["name"] for one in cluster.get(NETWORKING)["resources"]]
    assert {"servicecidrs", "servicecidrs/status", "ipaddresses"} <= set(names)
    url = f"{NETWORKING}/servicecidrs"
    cluster.create(
        url, named("networking.k8s.io/v1", "ServiceCIDR", "more", {"test": "yes"}, spec={"cidrs": ["10.200.0.0/24"]})
    )
    assert cluster.names(f"{url}?labelSelector=test%3Dyes") == ["more"]
    assert cluster.patch(f"{url}/more", {"metadata": {"annotations": {"patched": "yes"}}})["spec"]["cidrs"] == [
        "10.200.0.0/24"
    ]
    condition = {"type": "Ready", "status": "False", "reason": "Test", "message": "by hand",
                 "lastTransitionTime": "2026-11-02T09:00:00Z"}  # fmt: skip
    cluster.patch(f"{url}/more/status", {"status": {"conditions": [condition]}})
    assert cluster.get(f"{url}/more/status")["status"]["conditions"][0]["reason"] == "Test"
    cluster.delete(f"{url}/more")
    cluster.until(lambda: cluster.gone(f"{url}/more"))


# The API server as a proxy.

VERBS = ("DELETE", "OPTIONS", "PATCH", "POST", "PUT")


def prepared(cluster: Cluster) -> Cluster:
    cluster.run(pod("web", image=AGNHOST, args=["porter"], env=[{"name": "SERVE_PORT_80", "value": "answered"}]))
    cluster.create(SERVICES, service("web"))
    cluster.advance(3)
    return cluster


def answers(cluster: Cluster, url: str) -> dict[str, str]:
    found = {}
    for verb in VERBS if url.endswith("proxy") else ("GET", *VERBS):
        response = cluster.request(verb, url)
        assert response.status == 200, (verb, url, response.body)
        found[verb] = response.body.decode() if isinstance(response.body, bytes) else str(response.body)
    return found


@honours("Proxy version v1 A set of valid responses are returned for both pod and service Proxy")
def test_proxy(cluster: Cluster) -> None:
    prepared(cluster)
    for where in (f"{PODS}/web/proxy", f"{SERVICES}/web/proxy"):
        assert set(answers(cluster, where).values()) == {"answered"}
        for verb in ("GET", "HEAD"):
            moved = cluster.request(verb, f"{where}?method={verb}")
            assert (moved.status, moved.headers["location"]) == (301, f"{where}/?method={verb}")


@honours("Proxy version v1 A set of valid responses are returned for both pod and service ProxyWithPath")
def test_proxy_with_path(cluster: Cluster) -> None:
    prepared(cluster)
    for where in (f"{PODS}/web/proxy/some/path", f"{SERVICES}/web/proxy/some/path"):
        assert set(answers(cluster, where).values()) == {"answered"}


@honours("Proxy version v1 should proxy through a service and a pod")
def test_proxy_by_port(cluster: Cluster) -> None:
    env = [{"name": f"SERVE_PORT_{number}", "value": f"from {number}"} for number in (80, 1080, 160, 162)]
    ports = [{"name": "dest1", "containerPort": 160}, {"name": "dest2", "containerPort": 162}]
    cluster.run(pod("web", image=AGNHOST, args=["porter"], env=env, ports=ports))
    told = [
        {"name": "portname1", "port": 80, "targetPort": "dest1"},
        {"name": "portname2", "port": 81, "targetPort": 162},
    ]
    cluster.create(SERVICES, service("web", told))
    cluster.advance(3)
    for where, expected in (
        (f"{SERVICES}/web:portname1/proxy/", "from 160"),
        (f"{SERVICES}/http:web:portname2/proxy/", "from 162"),
        (f"{SERVICES}/web:80/proxy/", "from 160"),
        (f"{PODS}/web/proxy/", "from 160"),
        (f"{PODS}/web:1080/proxy/", "from 1080"),
        (f"{PODS}/http:web:162/proxy/", "from 162"),
    ):
        response = cluster.request("GET", where)
        assert (response.status, response.body) == (200, expected.encode()), where
