"""Services, their endpoints, and their names."""

from simulator.machinery.objects import Object
from tests.conformance.cluster import DEFAULT, NGINX, PODS, SERVICES, Cluster, named, pod, service
from tests.conformance.ledger import honours

ENDPOINTS = f"{DEFAULT}/endpoints"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"


def web(cluster: Cluster, name: str = "web") -> Object:
    return cluster.run(pod(name, image=NGINX, labels={"name": "web"}, ports=[{"containerPort": 80}]))


def client(cluster: Cluster) -> None:
    cluster.run(pod("client", "sleep", "3600"))


def addresses(cluster: Cluster, name: str = "web") -> list[str]:
    if cluster.gone(f"{ENDPOINTS}/{name}"):
        return ["none yet"]
    subsets = cluster.get(f"{ENDPOINTS}/{name}").get("subsets") or ()
    return sorted(one["ip"] for subset in subsets for one in subset.get("addresses", ()))


def slices(cluster: Cluster, name: str = "web") -> list[Object]:
    return cluster.items(f"{SLICES}?labelSelector=kubernetes.io/service-name%3D{name}")


@honours(
    "API Server should provide secure master service", "Services should find a service from listing all namespaces"
)
def test_the_api_is_a_service(cluster: Cluster) -> None:
    everywhere = [(one["metadata"]["namespace"], one["metadata"]["name"]) for one in cluster.items("/api/v1/services")]
    assert ("default", "kubernetes") in everywhere
    assert cluster.get(f"{SERVICES}/kubernetes")["spec"]["ports"][0]["port"] == 443


@honours("API Server should have Endpoints and EndpointSlices pointing to API Server")
def test_endpoints_of_the_api(cluster: Cluster) -> None:
    assert addresses(cluster, "kubernetes") != []
    (found,) = slices(cluster, "kubernetes")
    assert [one["addresses"][0] for one in found["endpoints"]] == addresses(cluster, "kubernetes")


@honours(
    "EndpointsController should create Endpoints for Pods matching a Service",
    "EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service",
    "Services should serve a basic endpoint from pods",
)
def test_endpoints_follow_pods(cluster: Cluster) -> None:
    cluster.create(SERVICES, service("web"))
    cluster.until(lambda: addresses(cluster) == [])
    found = [web(cluster, name)["status"]["podIP"] for name in ("web-1", "web-2")]
    cluster.until(lambda: addresses(cluster) == sorted(found))
    (told,) = slices(cluster)
    assert sorted(one["addresses"][0] for one in told["endpoints"]) == sorted(found)
    assert told["ports"][0]["port"] == 80
    client(cluster)
    assert "nginx" in cluster.execute("client", "curl", "-s", "web")
    cluster.delete(f"{PODS}/web-2")
    cluster.until(lambda: addresses(cluster) == found[:1])
    cluster.delete(f"{PODS}/web-1")
    cluster.until(lambda: addresses(cluster) == [])


@honours(
    "EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods",
    "EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods",
)
def test_empty_endpoints(cluster: Cluster) -> None:
    cluster.create(SERVICES, service("web"))
    cluster.until(lambda: addresses(cluster) == [] and len(slices(cluster)) == 1)
    assert not slices(cluster)[0]["endpoints"]
    cluster.delete(f"{SERVICES}/web")
    cluster.until(lambda: cluster.gone(f"{ENDPOINTS}/web") and slices(cluster) == [])


@honours("Services should delete a collection of services")
def test_collection(cluster: Cluster) -> None:
    for name, label in (("a", "yes"), ("b", "yes"), ("c", "no")):
        made = service(name)
        made["metadata"]["labels"] = {"mine": label}
        cluster.create(SERVICES, made)
    assert len(cluster.names(f"{SERVICES}?labelSelector=mine")) == 3
    cluster.delete(f"{SERVICES}?labelSelector=mine%3Dyes")
    cluster.until(lambda: cluster.names(f"{SERVICES}?labelSelector=mine") == ["c"])


@honours("Services should complete a service status lifecycle")
def test_status(cluster: Cluster) -> None:
    url = f"{SERVICES}/web"
    cluster.create(SERVICES, service("web"))
    assert cluster.get(f"{url}/status")["status"] == {"loadBalancer": {}}
    cluster.patch(f"{url}/status", {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}}})
    conditions = [
        {
            "type": "Tried",
            "status": "True",
            "reason": "ByHand",
            "message": "x",
            "lastTransitionTime": "2026-11-02T09:00:00Z",
        }
    ]
    cluster.change(f"{url}/status", lambda found: found["status"].update(conditions=conditions))
    assert cluster.get(f"{url}/status")["status"]["conditions"] == conditions
    cluster.patch(url, {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.get(url)["metadata"]["labels"]["patched"] == "yes"


@honours("Services should be able to create a functioning NodePort service")
def test_node_port(cluster: Cluster) -> None:
    web(cluster)
    client(cluster)
    made = cluster.create(SERVICES, service("web", type="NodePort"))["spec"]
    cluster.advance(5)
    node = cluster.get("/api/v1/nodes/node-1")["status"]["addresses"]
    inside = next(one["address"] for one in node if one["type"] == "InternalIP")
    for where in ("web", made["clusterIP"], f"{inside}:{made['ports'][0]['nodePort']}"):
        assert "nginx" in cluster.execute("client", "curl", "-s", where)


@honours("Services should be able to change the type from ExternalName to ClusterIP")
def test_from_external_name(cluster: Cluster) -> None:
    cluster.create(
        SERVICES, named("v1", "Service", "web", spec={"type": "ExternalName", "externalName": "example.com"})
    )
    assert "clusterIP" not in cluster.get(f"{SERVICES}/web")["spec"]
    spec = {"type": "ClusterIP", "externalName": None, "ports": [{"port": 80}], "selector": {"name": "web"}}
    address = cluster.patch(f"{SERVICES}/web", {"spec": spec})["spec"]["clusterIP"]
    web(cluster)
    client(cluster)
    cluster.advance(5)
    for where in ("web", address):
        assert "nginx" in cluster.execute("client", "curl", "-s", where)


@honours("DNS should provide DNS for the cluster")
def test_names_of_the_cluster(cluster: Cluster) -> None:
    client(cluster)
    address = cluster.get(f"{SERVICES}/kubernetes")["spec"]["clusterIP"]
    for name in ("kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"):
        assert cluster.execute("client", "getent", "hosts", name).split()[0] == address


@honours("DNS should support configurable pod DNS nameservers")
def test_own_resolver(cluster: Cluster) -> None:
    settings = {"nameservers": ["1.1.1.1"], "searches": ["resolv.conf.local"]}
    cluster.run(pod("client", "sleep", "3600", dnsPolicy="None", dnsConfig=settings))
    said = cluster.execute("client", "cat", "/etc/resolv.conf").splitlines()
    assert {"nameserver 1.1.1.1", "search resolv.conf.local"} <= set(said)
