"""Whatever a client sends, the API server answers in the API's own terms: it never raises and never fails inside."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.api.requests import Request, Response
from simulator.machinery.objects import Object
from simulator.world import World
from tests.apiserver.api import API, KINDS, config_map, deployment, pod

MAPS = "/api/v1/namespaces/default/configmaps"
SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "s"},
    "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
}
QUOTA: Object = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "q"},
    "spec": {"hard": {"pods": "2"}, "scopes": ["BestEffort"]},
}
JOB: Object = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "j"},
    "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}},
}
OBJECTS = {
    MAPS: config_map("a", data={"k": "v"}),
    "/api/v1/namespaces/default/pods": pod("p", tolerations=[{"key": "a", "operator": "Exists"}]),
    "/api/v1/namespaces/default/services": SERVICE,
    "/api/v1/namespaces/default/resourcequotas": QUOTA,
    "/apis/apps/v1/namespaces/default/deployments": deployment("d"),
    "/apis/batch/v1/namespaces/default/jobs": JOB,
}
SEGMENTS = (
    *("api", "apis", "v1", "v2", "apps", "batch", "namespaces", "default", "pods", "nodes", "deployments", "services"),
    *("status", "scale", "log", "exec", "proxy", "binding", "eviction", "token", "finalize", "watch", "kubernetes"),
    *(
        "openapi",
        "v3",
        "healthz",
        "version",
        "kube-root-ca.crt",
        "configmaps",
        "serviceaccounts",
        "events",
        "a",
        "..",
        "%2f",
    ),
    *("authorization.k8s.io", "selfsubjectaccessreviews", "apiextensions.k8s.io", "customresourcedefinitions"),
)
PARAMETERS = (
    *("watch", "labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch"),
    *("timeoutSeconds", "dryRun", "fieldManager", "fieldValidation", "force", "propagationPolicy", "container"),
    *(
        "gracePeriodSeconds",
        "sendInitialEvents",
        "allowWatchBookmarks",
        "includeObject",
        "pretty",
        "tailLines",
        "command",
    ),
)
TYPES = (
    *KINDS.values(),
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "text/html",
    "",
)
ACCEPTED = ("*/*", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/vnd.kubernetes.protobuf", "a", "")
KEYS = (
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "spec",
    "status",
    "items",
    "op",
    "path",
    "value",
    "$patch",
)

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=6)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
bodies = st.one_of(st.binary(max_size=20), values.map(lambda value: json.dumps(value).encode()), st.just(b""))
paths = st.lists(st.sampled_from(SEGMENTS) | st.text(max_size=4), max_size=8).map(lambda parts: "/" + "/".join(parts))
queries = st.lists(
    st.tuples(
        st.sampled_from(PARAMETERS),
        st.sampled_from(("", "0", "1", "-1", "true", "All", "a=b", "x in (")) | st.text(max_size=5),
    ),
    max_size=3,
).map(tuple)
methods = st.sampled_from(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def answer(world: World, request: Request) -> Response:
    response = world.request(request)
    if response.stream is not None and response.stream["type"] == "watch":
        world.poll(response.stream)
    body: Any = response.body
    passed_on = isinstance(body, dict) and "reason" not in body  # where upstream, too, has no better answer
    assert response.status < 500 or passed_on, body
    return response


def headers(content_type: str, accept: str = "*/*") -> dict[str, str]:
    return {"content-type": content_type, "accept": accept}


@often
@given(methods, paths, queries, bodies, st.sampled_from(TYPES), st.sampled_from(ACCEPTED))
def test_any_request(origin: World, method: str, path: str, query: Any, body: bytes, type: str, accept: str) -> None:
    answer(origin.fork(), Request(method, path, query, headers(type, accept), body))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Object]:
    """An object of a known kind with a few of its values replaced, removed or joined by others."""
    path = draw(st.sampled_from(sorted(OBJECTS)))
    obj = copy.deepcopy(OBJECTS[path])
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = obj
        while True:
            keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(holder[key], (dict, list)) and draw(st.booleans()):
                holder = holder[key]
                continue
            holder[key] = draw(values)
            break
    return path, obj


@often
@given(mutated(), st.sampled_from(("POST", "PUT", *KINDS)))
def test_any_object(origin: World, changed: tuple[str, Object], how: str) -> None:
    path, obj = changed
    world = origin.fork()
    original = OBJECTS[path]
    API(world).create(path, original)
    url = path if how == "POST" else f"{path}/{original['metadata']['name']}"
    body = [{"op": "replace", "path": "/spec", "value": obj.get("spec")}] if how == "json" else obj
    kind = KINDS.get(how, "application/json")
    query = (("fieldManager", "me"), ("force", "true")) if how == "apply" else ()
    method = "PATCH" if how in KINDS else how
    answer(world, Request(method, url, query, headers(kind), json.dumps(body).encode()))


@often
@given(st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(OBJECTS)), values | mutated().map(lambda pair: pair[1]))
def test_any_patch(origin: World, kind: str, path: str, patch: Any) -> None:
    world = origin.fork()
    API(world).create(path, OBJECTS[path])
    url = f"{path}/{OBJECTS[path]['metadata']['name']}"
    answer(world, Request("PATCH", url, (("fieldManager", "me"),), headers(KINDS[kind]), json.dumps(patch).encode()))


def test_a_device_without_a_name_in_an_older_version(origin: World) -> None:
    spec = {"driver": "d.example.com", "pool": {"name": "a", "generation": 1}, "allNodes": True, "devices": [{}]}
    made = {"metadata": {"name": "a"}, "spec": spec}
    answer = API(origin.fork()).request("POST", "/apis/resource.k8s.io/v1beta1/resourceslices", made)
    assert answer.status == 422 and "spec.devices[0].name" in str(answer.body)
