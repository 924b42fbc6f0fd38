"""Forms in which answers come, what is refused for its media type, warnings of what is on its way out, kubelets' pages."""

from typing import Any

import pytest

from simulator.spec import lab
from simulator.world import World
from tests.apiserver.api import API

MAPS = "/api/v1/namespaces/default/configmaps"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
AS = "application/json;as={};g=meta.k8s.io;v=v1"


@pytest.mark.parametrize(
    ("path", "accept", "status", "kind"),
    [
        ("", AS.format("PartialObjectMetadataList"), 200, "PartialObjectMetadataList"),
        ("/m", AS.format("PartialObjectMetadata"), 200, "PartialObjectMetadata"),
        ("", AS.format("Table"), 200, "Table"),
        ("/m", AS.format("PartialObjectMetadataList"), 406, "Status"),
        ("", AS.format("PartialObjectMetadata"), 406, "Status"),
        ("", AS.format("Sonnet"), 406, "Status"),
        ("", AS.format("Sonnet") + ",application/json", 200, "ConfigMapList"),
        ("", "application/cbor", 406, "Status"),
        ("", "application/cbor,application/json", 200, "ConfigMapList"),
    ],
)
def test_forms(api: API, path: str, accept: str, status: int, kind: str) -> None:
    api.create(MAPS, {"metadata": {"name": "m"}})
    answer = api.request("GET", f"{MAPS}{path}", accept=accept)
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["kind"]) == (status, kind)


@pytest.mark.parametrize(("method", "kind"), [("POST", "application/cbor"), ("PATCH", "application/apply-patch+cbor")])
def test_cbor_is_refused_in_the_way_from_which_clients_recover(api: API, method: str, kind: str) -> None:
    url = MAPS if method == "POST" else f"{MAPS}/m?fieldManager=me"
    api.create(MAPS, {"metadata": {"name": "m"}})
    answer = api.request(method, url, b"\xd9\xd9\xf7\xa0", content_type=kind)
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["reason"]) == (415, "UnsupportedMediaType")


def test_versions_on_their_way_out(api: API) -> None:
    told = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'
    assert api.request("GET", "/api/v1/endpoints").headers["warning"] == told
    schema = {"openAPIV3Schema": {"type": "object"}}
    versions = [
        {"name": "v1", "served": True, "storage": True, "schema": schema},
        {"name": "v1beta1", "served": True, "storage": False, "schema": schema, "deprecated": True},
        {"name": "v1alpha1", "served": True, "storage": False, "schema": schema, "deprecated": True},
    ]
    versions[2]["deprecationWarning"] = "do not use this"
    names = {"plural": "crons", "singular": "cron", "kind": "Cron"}
    spec = {"group": "example.com", "scope": "Cluster", "names": names, "versions": versions}
    api.create(DEFINITIONS, {"metadata": {"name": "crons.example.com"}, "spec": spec})
    api.world.advance(1)
    said = [api.request("GET", f"/apis/example.com/{one['name']}/crons").headers.get("warning") for one in versions]
    assert said == [None, '299 - "example.com/v1beta1 Cron is deprecated"', '299 - "do not use this"']


def test_priority_and_fairness_is_said_not_to_be_simulated(api: API) -> None:
    level = {"metadata": {"name": "low"}, "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}}}
    answer = api.request("POST", "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", level)
    assert (answer.status, answer.headers["warning"]) == (
        201,
        '299 - "priority and fairness is stored but not simulated: no request waits for another"',
    )


@pytest.fixture(scope="module")
def nodes() -> API:
    return API(World.boot(lab()))


def page(api: API, path: str) -> Any:
    answer = api.request("GET", f"/api/v1/nodes/node-1/proxy/{path}")
    return answer.status, answer.body.decode() if isinstance(answer.body, bytes) else answer.body


def test_pages_of_a_kubelet(nodes: API) -> None:
    assert page(nodes, "healthz") == (200, "ok")
    assert page(nodes, "nowhere") == (404, "404 page not found\n")
    assert '"kind":"PodList"' in page(nodes, "pods")[1] and '"kube-proxy-' in page(nodes, "pods")[1]
    assert '"staticPodPath":"/etc/kubernetes/manifests"' in page(nodes, "configz")[1]
    assert '<a href="pods/">pods/</a>' in page(nodes, "logs/")[1]
    assert 'kubelet_node_name{node="node-1"} 1' in page(nodes, "metrics")[1]
    assert '"nodeName":"node-1"' in page(nodes, "stats/summary")[1]
    missing = nodes.get("/api/v1/nodes/nope/proxy/healthz")
    assert missing["message"] == 'nodes "nope" not found'
