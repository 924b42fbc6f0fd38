"""Requests made from our own OpenAPI documents: whatever these allow, the server answers, and answers as they say."""

import json
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.api.requests import Request
from simulator.world import World

GROUPS = ("api/v1", "apis/apps/v1", "apis/autoscaling/v2", "apis/batch/v1", "apis/certificates.k8s.io/v1",
          "apis/discovery.k8s.io/v1", "apis/networking.k8s.io/v1", "apis/policy/v1",
          "apis/rbac.authorization.k8s.io/v1", "apis/storage.k8s.io/v1")  # fmt: skip
NAMES = {"namespace": st.sampled_from(("default", "kube-system", "nowhere")), "name": st.sampled_from(("a", "coredns"))}
METHODS = ("get", "post", "put", "patch", "delete")
CONNECTING = ("proxy", "exec", "attach", "portforward", "log")


@cache
def operations(group: str) -> list[Any]:
    """What the document of a group says can be asked."""
    document = json.loads(World.boot().request(Request("GET", f"/openapi/v3/{group}")).body)
    schema = schemathesis.openapi.from_dict(document)
    found = [operation.ok() for operation in schema.get_all_operations()]
    plain = [one for one in found if one.method in METHODS and not set(CONNECTING) & set(one.path.split("/"))]
    return sorted(plain, key=lambda one: (one.path, one.method))


def path_of(case: Any, draw: Any) -> str:
    """The path of a case, among the few names that there are."""
    path: str = case.path
    for name, values in NAMES.items():
        path = path.replace(f"{{{name}}}", draw(values))
    return path


@pytest.mark.parametrize("group", GROUPS)
def test_what_the_documents_allow(group: str, origin: World) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(operations(group)))
        case = data.draw(operation.as_strategy())
        query = tuple((name, text(value)) for name, value in (case.query or {}).items())
        body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
        headers = {"content-type": kind_of(operation.method, case.media_type), "accept": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        world = origin.fork()
        asked = Request(operation.method.upper(), path_of(case, data.draw), query, headers, content)
        response = world.request(asked)
        passed_on = isinstance(response.body, dict) and "reason" not in response.body  # as upstream, which has no word
        assert response.status < 500 or passed_on, (asked, response.body)
        described = operation.definition.raw["responses"]
        if response.status < 300:
            assert str(response.status) in described, (asked, response.status)
        if isinstance(response.body, dict) and response.status >= 400:
            assert (response.body["kind"], response.body["code"]) == ("Status", response.status)
        world.advance(1)

    tried()


def text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def kind_of(method: str, media_type: str | None) -> str:
    if method == "patch":
        return media_type or "application/merge-patch+json"
    return "application/json"
