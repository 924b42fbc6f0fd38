"""What a server behind an APIService may say of its kinds, and what is made of nonsense."""

import json
from typing import Any

import pytest

from simulator.api.errors import ServiceUnavailable
from simulator.api.requests import Request, Response
from simulator.apiserver.nodes import NoNodes
from tests.apiserver.api import API

PATH = "/apis/wardle.example.com/v1alpha1"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
FLUNDER = {
    "name": "flunders",
    "singularName": "flunder",
    "namespaced": True,
    "kind": "Flunder",
    "verbs": ["get", "list"],
}
SCALE = {"name": "flunders/scale", "kind": "Scale", "group": "autoscaling", "version": "v1", "verbs": ["get"]}


class Answering(NoNodes):
    """Answers the aggregator's calls with one text."""

    def __init__(self, status: int, body: str) -> None:
        self.said = (status, body)
        self.asked: list[Request] = []

    def call(self, host: str, address: str, port: int, request: Request, **rest: Any) -> Response:
        if not self.said[0]:
            raise ServiceUnavailable("EOF")
        self.asked.append(request)
        return Response(self.said[0], self.said[1].encode(), {"content-type": "application/json"})


def serve(api: API, status: int, body: str) -> Answering:
    """An APIService whose Service has an endpoint, behind which somebody says this to everything."""
    nodes = api.world.cluster.server.nodes = Answering(status, body)
    client = api.world.cluster.client("test")
    ports = [{"port": 443, "protocol": "TCP"}]
    named = {"name": "sample", "namespace": "default"}
    client.create(
        "services",
        {"apiVersion": "v1", "kind": "Service", "metadata": named, "spec": {"clusterIP": "10.96.7.7", "ports": ports}},
    )
    labels = {"kubernetes.io/service-name": "sample"}
    ready = [{"addresses": ["10.244.1.9"], "conditions": {"ready": True}}]
    piece = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {**named, "labels": labels}}
    client.create(
        "endpointslices.discovery.k8s.io", {**piece, "addressType": "IPv4", "endpoints": ready, "ports": ports}
    )
    spec = {"group": "wardle.example.com", "version": "v1alpha1", "groupPriorityMinimum": 1, "versionPriority": 1}
    made = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1alpha1.wardle.example.com"},
    }
    service = {"name": "sample", "namespace": "default", "port": 443}
    api.create(
        "/apis/apiregistration.k8s.io/v1/apiservices",
        {**made, "spec": {**spec, "insecureSkipTLSVerify": True, "service": service}},
    )
    api.world.advance(1)
    return nodes


def discovered(api: API) -> Any:
    found = api.get("/apis", accept=AGGREGATED)["items"]
    return next(item for item in found if item["metadata"]["name"] == "wardle.example.com")["versions"][0]


def condition(api: API) -> tuple[str, str]:
    found = api.get("/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.wardle.example.com")["status"]["conditions"][
        0
    ]
    return found["reason"], found["message"]


def test_who_asks_is_told_and_their_secrets_are_not(api: API) -> None:
    nodes = serve(api, 200, json.dumps({"resources": [FLUNDER, SCALE]}))
    assert condition(api)[0] == "Passed"
    said = api.request("GET", f"{PATH}/namespaces/default/flunders?limit=5", authorization="", impersonate_user="")
    assert (said.status, nodes.asked[-1].url) == (200, f"{PATH}/namespaces/default/flunders?limit=5")
    assert nodes.asked[-1].headers["x-remote-user"] == "kubernetes-admin"
    assert nodes.asked[-1].headers["x-remote-group"] == "kubeadm:cluster-admins,system:authenticated"
    assert "authorization" not in nodes.asked[-1].headers
    assert discovered(api) == {
        "version": "v1alpha1",
        "freshness": "Current",
        "resources": [
            {
                "resource": "flunders",
                "responseKind": {"group": "wardle.example.com", "version": "v1alpha1", "kind": "Flunder"},
                "scope": "Namespaced",
                "singularResource": "flunder",
                "verbs": ["get", "list"],
                "subresources": [
                    {
                        "subresource": "scale",
                        "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
                        "verbs": ["get"],
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("body", "resources"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("[" * 5000, None, id="deep"),
        pytest.param('{"resources": 3}', None, id="no list"),
        pytest.param('{"resources": [3, {}, {"name": 3, "kind": "K"}, {"name": "n"}]}', 0, id="no resources"),
        pytest.param(
            json.dumps({"resources": [{"name": "a", "kind": "A", "verbs": 3, "shortNames": [1, {}]}]}),
            1,
            id="odd fields",
        ),
        pytest.param(
            json.dumps({"resources": [{"name": f"a{n}", "kind": "A"} for n in range(5000)]}), 200, id="too many"
        ),
    ],
)
def test_nonsense(api: API, body: str, resources: int | None) -> None:
    serve(api, 200, body)
    found = discovered(api)
    assert found["freshness"] == ("Stale" if resources is None else "Current")
    assert len(found.get("resources", ())) == (resources or 0)
    assert api.request("GET", "/apis/wardle.example.com").status == 200


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(404, "bad status from https://10.96.7.7:443/apis/wardle.example.com/v1alpha1: 404", id="a page"),
        pytest.param(0, 'Get "https://10.96.7.7:443/apis/wardle.example.com/v1alpha1": EOF', id="no answer"),
    ],
)
def test_a_server_that_does_not_answer(api: API, status: int, message: str) -> None:
    nodes = serve(api, status, "")
    url = "https://10.96.7.7:443/apis/wardle.example.com/v1alpha1"
    assert condition(api) == ("FailedDiscoveryCheck", f"failing or missing response from {url}: {message}")
    said = api.request("GET", f"{PATH}/flunders")
    assert (said.status, said.body) == (503, "service unavailable\n")
    nodes.said = (200, json.dumps({"resources": [FLUNDER]}))
    api.world.advance(31)
    assert condition(api)[0] == "Passed"
    nodes.said = (0, "")
    said = api.request("GET", f"{PATH}/flunders")
    assert (said.status, said.body) == (503, "EOF\n")
