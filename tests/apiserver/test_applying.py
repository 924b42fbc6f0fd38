"""What an apply and a patch cannot make, in upstream's words."""

from typing import Any

import pytest

from simulator.machinery.objects import Object
from tests.apiserver.api import API, deployment

SERVICES = "/api/v1/namespaces/default/services"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
APPLY = "?fieldManager=me"


def service(*ports: Object) -> Object:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"ports": list(ports)}}


def test_a_port_without_protocol_is_of_tcp(api: API) -> None:
    applied = api.patch("apply", f"{SERVICES}/s{APPLY}", service({"port": 80}))
    owned = applied["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"]["f:ports"]
    assert list(owned) == ['k:{"port":80,"protocol":"TCP"}']
    again = api.patch("apply", f"{SERVICES}/s{APPLY}", service({"port": 80, "protocol": "TCP", "name": "http"}))
    assert [(port["port"], port["name"]) for port in again["spec"]["ports"]] == [(80, "http")]


@pytest.mark.parametrize(
    ("ports", "message"),
    [
        pytest.param(
            [{"port": 80, "name": "a"}, {"port": 80, "name": "b"}],
            '.spec.ports: duplicate entries for key [port=80,protocol="TCP"]',
            id="twice the same port",
        ),
        pytest.param(
            [{"name": "a"}],
            '.spec.ports: element 0: associative list with keys has an element that omits key field "port" '
            "(and doesn't have default value)",
            id="no port",
        ),
        pytest.param(
            [{"port": 80, "colour": "red"}],
            ".spec.ports[0].colour: field not declared in schema",
            id="unknown field",
        ),
    ],
)
def test_an_apply_that_does_not_fit_the_schema(api: API, ports: Any, message: str) -> None:
    status = api.patch("apply", f"{SERVICES}/s{APPLY}", service(*ports))
    assert status["message"] == f"failed to create typed patch object (default/s; /v1, Kind=Service): {message}"
    assert (status["code"], "reason" in status) == (500, False)


@pytest.mark.parametrize(
    ("kind", "patch", "message"),
    [
        pytest.param(
            "strategic",
            {"spec": {"replicas": "three"}},
            '"map[spec:map[replicas:three]]": unrecognized type: int32',
            id="strategic",
        ),
        pytest.param(
            "strategic",
            {"spec": {"template": 5}},
            '"map[spec:map[template:5]]": cannot restore struct from: int64',
            id="strategic, no struct",
        ),
        pytest.param(
            "merge",
            {"spec": {"replicas": "three"}},
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
            id="merge",
        ),
    ],
)
def test_a_patch_of_the_wrong_type(api: API, kind: str, patch: Any, message: str) -> None:
    api.create(DEPLOYMENTS, deployment("web"))
    status = api.patch(kind, f"{DEPLOYMENTS}/web", patch)
    assert status["message"].startswith(' "" is invalid: patch: Invalid value: ')
    assert status["message"].endswith(message)
    assert (status["code"], status["reason"]) == (422, "Invalid")


def test_a_patch_of_too_many_operations(api: API) -> None:
    api.create(DEPLOYMENTS, deployment("web"))
    status = api.patch("json", f"{DEPLOYMENTS}/web", [{"op": "test", "path": "/kind", "value": "Deployment"}] * 10_001)
    assert (status["code"], status["reason"]) == (413, "RequestEntityTooLarge")


@pytest.mark.parametrize("body", [b"a: 1\na: 2\n", b"metadata: 5", b"- a"])
def test_what_is_no_object(api: API, body: bytes) -> None:
    status = api.patch("apply", f"{SERVICES}/s{APPLY}", body)
    assert (status["code"], status["message"].split(":")[0]) == (400, "error decoding YAML")
