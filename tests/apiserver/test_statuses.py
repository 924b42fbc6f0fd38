"""What the server refuses, in upstream's words."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from simulator.world import World
from tests.apiserver.api import API, KINDS, config_map, deployment, pod

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
LONG = "the object has been modified; please apply your changes to the latest version and try again"


def token(**content: object) -> str:
    """A continue token of that content."""
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


REFUSALS: dict[str, tuple[str, str, Any, int, str, str]] = {
    "unknown object": ("GET", f"{MAPS}/nope", None, 404, "NotFound", 'configmaps "nope" not found'),
    "unknown object of a group": (
        "GET",
        "/apis/apps/v1/namespaces/default/deployments/nope",
        None,
        404,
        "NotFound",
        'deployments.apps "nope" not found',
    ),
    "unknown resource": (
        "GET",
        "/api/v1/namespaces/default/nopes",
        None,
        404,
        "NotFound",
        "the server could not find the requested resource",
    ),
    "a namespaced object without its namespace": (
        "POST",
        "/api/v1/configmaps",
        config_map("a"),
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
    ),
    "an existing name": (
        "POST",
        MAPS,
        config_map("kube-root-ca.crt"),
        409,
        "AlreadyExists",
        'configmaps "kube-root-ca.crt" already exists',
    ),
    "another namespace": (
        "POST",
        MAPS,
        {"metadata": {"name": "a", "namespace": "other"}},
        400,
        "BadRequest",
        "the namespace of the provided object does not match the namespace sent on the request",
    ),
    "a namespace that is not there": (
        "POST",
        "/api/v1/namespaces/nope/configmaps",
        config_map("a"),
        404,
        "NotFound",
        'namespaces "nope" not found',
    ),
    "another version": (
        "POST",
        "/apis/apps/v1/namespaces/default/deployments",
        {"apiVersion": "v1", "kind": "Deployment"},
        400,
        "BadRequest",
        "the API version in the data (v1) does not match the expected API version (apps/v1)",
    ),
    "no JSON": (
        "POST",
        MAPS,
        b"{",
        400,
        "BadRequest",
        "the object provided is unrecognized (must be of type ConfigMap): ",
    ),
    "a wrong type": (
        "POST",
        PODS,
        {"metadata": {"name": "a"}, "spec": {"containers": "c"}},
        400,
        "BadRequest",
        'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field '
        "PodSpec.spec.containers of type []v1.Container",
    ),
    "an unknown field": (
        "POST",
        f"{MAPS}?fieldValidation=Strict",
        {"metadata": {"name": "a"}, "dat": {}},
        400,
        "BadRequest",
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"',
    ),
    "a repeated field": (
        "POST",
        f"{MAPS}?fieldValidation=Strict",
        b'{"metadata":{"name":"a"},"data":{"a":"1"},"data":{"a":"2"}}',
        400,
        "BadRequest",
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data"',
    ),
    "no containers": (
        "POST",
        PODS,
        {"metadata": {"name": "a"}, "spec": {"containers": []}},
        422,
        "Invalid",
        'Pod "a" is invalid: spec.containers: Required value',
    ),
    "an impossible selector": (
        "GET",
        f"{PODS}?labelSelector=a%3D%3D%3Db",
        None,
        400,
        "BadRequest",
        "unable to parse requirement: found '=', expected: identifier",
    ),
    **{
        f"a delete that says {said}": ("DELETE", f"{MAPS}/kube-root-ca.crt", body, 400, "BadRequest", message)
        for said, body, message in (
            ("something else", {"kind": "Foo"}, "decoded object cannot be converted to DeleteOptions"),
            (
                "no number",
                {"gracePeriodSeconds": "x"},
                "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64",
            ),
            (
                "nothing known",
                [1],
                "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { "
                'APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
            ),
        )
    },
    "nothing at all": (
        "POST",
        MAPS,
        b"null",
        422,
        "Invalid",
        'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ),
    "a field manager that is too long": (
        "POST",
        f"{MAPS}?fieldManager={'a' * 129}",
        {"metadata": {"name": "a"}},
        422,
        "Invalid",
        'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ),
    "a field manager that cannot be read": (
        "POST",
        f"{MAPS}?fieldManager=a%C3%A4%0A",
        {"metadata": {"name": "a"}},
        422,
        "Invalid",
        'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "aä\\n": invalid character U+000A (at position 3)',
    ),
    "an unknown field selector": (
        "GET",
        f"{PODS}?fieldSelector=spec.image%3Dx",
        None,
        400,
        "BadRequest",
        "field label not supported: spec.image",
    ),
    "a revision to come": (
        "GET",
        f"{PODS}?resourceVersion=999999999",
        None,
        504,
        "Timeout",
        "Timeout: Too large resource version: 999999999, current: ",
    ),
    "a match without a revision": (
        "GET",
        f"{PODS}?resourceVersionMatch=Exact",
        None,
        422,
        "Invalid",
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden '
        "unless resourceVersion is provided",
    ),
    "an exact match of nothing": (
        "GET",
        f"{PODS}?resourceVersionMatch=Exact&resourceVersion=0",
        None,
        422,
        "Invalid",
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is '
        'forbidden for resourceVersion "0"',
    ),
    "initial events without a match": (
        "GET",
        f"{PODS}?watch=true&sendInitialEvents=true",
        None,
        422,
        "Invalid",
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting '
        "resourceVersionMatch to NotOlderThan",
    ),
    "an unreadable continuation": (
        "GET",
        f"{PODS}?continue=nope",
        None,
        400,
        "BadRequest",
        "invalid continue token: continue key is not valid: invalid character '\\u009e' looking for beginning of value",
    ),
    "a continuation in another alphabet": (
        "GET",
        f"{PODS}?continue=ey!x",
        None,
        400,
        "BadRequest",
        "invalid continue token: continue key is not valid: illegal base64 data at input byte 2",
    ),
    "a continuation of another version": (
        "GET",
        f"{PODS}?continue={token(v='v2', rv=5, start='a')}",
        None,
        400,
        "BadRequest",
        "invalid continue token: continue key is not valid: server does not recognize this encoded version v2",
    ),
    "a continuation out of its place": (
        "GET",
        f"{PODS}?continue={token(v='meta.k8s.io/v1', rv=5, start='../secrets')}",
        None,
        400,
        "BadRequest",
        "invalid continue token: continue key is not valid: ../secrets",
    ),
    "a continuation with a revision": (
        "GET",
        f"{PODS}?continue={token(v='meta.k8s.io/v1', rv=5, start='a')}&resourceVersion=5",
        None,
        400,
        "BadRequest",
        "specifying resource version is not allowed when using continue",
    ),
    "a match that is none, without a revision": (
        "GET",
        f"{PODS}?resourceVersionMatch=Newest",
        None,
        422,
        "Invalid",
        'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden '
        'unless resourceVersion is provided, resourceVersionMatch: Unsupported value: "Newest": supported values: '
        '"Exact", "NotOlderThan", ""]',
    ),
    "a watch with an exact match": (
        "GET",
        f"{PODS}?watch=true&resourceVersionMatch=Exact&resourceVersion=5",
        None,
        422,
        "Invalid",
        'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden '
        'for watch unless sendInitialEvents is provided, resourceVersionMatch: Unsupported value: "Exact": supported '
        'values: "NotOlderThan"]',
    ),
    "a dry run of some": (
        "POST",
        f"{MAPS}?dryRun=Some",
        config_map("a"),
        422,
        "Invalid",
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ),
    "unknown propagation": (
        "DELETE",
        f"{MAPS}/kube-root-ca.crt?propagationPolicy=Sideways",
        None,
        422,
        "Invalid",
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: ',
    ),
    "an immortal namespace": (
        "DELETE",
        "/api/v1/namespaces/default",
        None,
        403,
        "Forbidden",
        'namespaces "default" is forbidden: this namespace may not be deleted',
    ),
    "another name than the path's": (
        "PUT",
        f"{MAPS}/kube-root-ca.crt",
        config_map("other"),
        400,
        "BadRequest",
        "the name of the object (other) does not match the name on the URL (kube-root-ca.crt)",
    ),
    "an old version": (
        "PUT",
        f"{MAPS}/kube-root-ca.crt",
        {"metadata": {"name": "kube-root-ca.crt", "resourceVersion": "1"}},
        409,
        "Conflict",
        f'Operation cannot be fulfilled on configmaps "kube-root-ca.crt": {LONG}',
    ),
    "another uid": (
        "DELETE",
        f"{MAPS}/kube-root-ca.crt",
        {"preconditions": {"uid": "x"}},
        409,
        "Conflict",
        'Operation cannot be fulfilled on ConfigMap "kube-root-ca.crt": the UID in the precondition (x) does not match the UID in '
        "record (",
    ),
    "another version of what is deleted": (
        "DELETE",
        f"{MAPS}/kube-root-ca.crt",
        {"preconditions": {"resourceVersion": "1"}},
        409,
        "Conflict",
        'Operation cannot be fulfilled on ConfigMap "kube-root-ca.crt": the ResourceVersion in the precondition (1) does not match '
        "the ResourceVersion in record (",
    ),
    "two ways to leave the dependents": (
        "DELETE",
        f"{MAPS}/nope",
        {"orphanDependents": True, "propagationPolicy": "Orphan"},
        422,
        "Invalid",
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and '
        "deletionPropagation cannot be both set",
    ),
    "a version before there is one": (
        "POST",
        MAPS,
        {"metadata": {"name": "a", "resourceVersion": "5"}},
        500,
        "",
        "resourceVersion should not be set on objects to be created",
    ),
    "the eviction of another Pod": (
        "POST",
        f"{PODS}/a/eviction",
        {"metadata": {"name": "b"}},
        400,
        "BadRequest",
        "name in URL does not match name in Eviction object",
    ),
    "an eviction in two ways": (
        "POST",
        f"{PODS}/a/eviction?dryRun=All",
        {"metadata": {"name": "a"}, "deleteOptions": {"dryRun": ["None"]}},
        500,
        "",
        "Non-matching dry-run options in request and content: [All] and [None]",
    ),
    "the binding of another Pod": (
        "POST",
        f"{PODS}/a/binding",
        {"metadata": {"name": "b"}, "target": {"name": "node-1"}},
        400,
        "BadRequest",
        "name in URL does not match name in Binding object",
    ),
    "a binding to nothing": (
        "POST",
        f"{PODS}/a/binding",
        {"metadata": {"name": "a"}, "target": {"kind": "Zone"}},
        500,
        "",
        '[target.kind: Unsupported value: "Zone": supported values: "Node", "<empty>", target.name: Required value]',
    ),
}


@pytest.mark.parametrize(("method", "url", "body", "code", "reason", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(api: API, method: str, url: str, body: Any, code: int, reason: str, message: str) -> None:
    before = api.world.cluster.store.revision
    response = api.request(method, url, body)
    assert isinstance(response.body, dict)
    assert response.body["message"].startswith(message)
    assert (response.status, response.body["code"], response.body.get("reason", "")) == (code, code, reason)
    assert response.body["kind"] == "Status"
    assert api.world.cluster.store.revision == before


NO_KIND = (
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: "
)
UNREADABLE: dict[bytes, str] = {
    b"": "unexpected end of JSON input (<empty>)",
    b"{": "unexpected end of JSON input ({)",
    b'{"kind": "ConfigMap", "apiVersion": "v1",}': "invalid character '}' looking for beginning of object key string "
    '({"kind": "ConfigMap", "apiVers ...)',
    b'{"kind" "ConfigMap"}': "invalid character '\"' after object key ({\"kind\" \"ConfigMap\"})",
    b'{"data": {"a": "b" "c": "d"}}': "invalid character '\"' after object key:value pair "
    '({"data": {"a": "b" "c": "d"}})',
    b"{'a': 1}": "invalid character '\\'' looking for beginning of object key string ({'a': 1})",
    b'{"a": [1 2]}': "invalid character '2' after array element ({\"a\": [1 2]})",
    b'{"a": tru}': "invalid character '}' in literal true (expecting 'e') ({\"a\": tru})",
    b'{"a": 01}': "invalid character '1' after object key:value pair ({\"a\": 01})",
    b'{"a": 1.}': "invalid character '}' after decimal point in numeric literal ({\"a\": 1.})",
    b'{"a": -}': "invalid character '}' in numeric literal ({\"a\": -})",
    b'{"a": 1e+}': "invalid character '}' in exponent of numeric literal ({\"a\": 1e+})",
    b'{"a": "\\x"}': "invalid character 'x' in string escape code ({\"a\": \"\\x\"})",
    b'{"a": "\\u12g4"}': "invalid character 'g' in \\u hexadecimal character escape ({\"a\": \"\\u12g4\"})",
    b'{"a": "\n"}': "invalid character '\\n' in string literal ({\"a\": \"\n\"})",
    b"{} {}": "invalid character '{' after top-level value ({} {})",
    b"a: b": "invalid character 'a' looking for beginning of value (613a2062)",
    b"[]": 'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; '
    'Kind string "json:\\"kind,omitempty\\"" } (5b5d)',
}  # fmt: skip


@pytest.mark.parametrize(("body", "why"), UNREADABLE.items(), ids=range(len(UNREADABLE)))
def test_bodies_that_are_no_object(api: API, body: bytes, why: str) -> None:
    assert api.body("POST", MAPS, body)["message"] == NO_KIND + why


@pytest.mark.parametrize(("method", "url"), [("POST", f"{MAPS}/a"), ("PUT", MAPS), ("PATCH", MAPS)])
def test_what_is_done_to_one_is_not_done_to_all(api: API, method: str, url: str) -> None:
    answer = api.request(method, url, config_map("a"), content_type="application/json")
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["reason"]) == (405, "MethodNotAllowed")


PATCHES: dict[str, tuple[str, Any, int, str]] = {
    "JSON patch that is none": ("json", {}, 400, "json: cannot unmarshal object into Go value of type"),
    "a failed test": (
        "json",
        [{"op": "test", "path": "/data/a", "value": "x"}],
        422,
        "the server rejected our request",
    ),
    "a patch that is no JSON": (
        "json",
        b"[{]",
        400,
        "invalid character ']' looking for beginning of object key string",
    ),
    "a merge patch that is none": ("merge", b"{", 400, "error decoding patch: unexpected end of JSON input"),
    "a merge patch that is a list": ("merge", [], 400, "error decoding patch: json: cannot unmarshal array"),
    "apply without a manager": (
        "apply",
        config_map("a"),
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ),
}


@pytest.mark.parametrize(("kind", "patch", "code", "message"), PATCHES.values(), ids=PATCHES)
def test_patches_refused(api: API, kind: str, patch: Any, code: int, message: str) -> None:
    api.create(MAPS, config_map("a", data={"a": "1"}))
    status = api.patch(kind, f"{MAPS}/a", patch)
    assert (status["code"], status["message"][: len(message)]) == (code, message)


def test_only_an_apply_forces(api: API) -> None:
    api.create(MAPS, config_map("a"))
    answer = api.patch("merge", f"{MAPS}/a?force=true", {})
    words = 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch'
    assert (answer["code"], answer["message"]) == (422, words)
    assert api.patch("apply", f"{MAPS}/a?force=true&fieldManager=me", config_map("a"))["kind"] == "ConfigMap"


def test_what_may_not_be_asked_of_a_log(api: API) -> None:
    api.create(PODS, pod("a"))
    asked = api.get(f"{PODS}/a/log?tailLines=-1&limitBytes=0&sinceSeconds=0")
    assert asked["message"] == (
        'PodLogOptions "a" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid '
        "value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]"
    )
    both = api.get(f"{PODS}/a/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z")
    assert "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified" in both["message"]


def test_unknown_patch_type(api: API) -> None:
    status = api.body("PATCH", f"{MAPS}/kube-root-ca.crt", {}, content_type="application/nope")
    assert status["code"] == 415
    kinds = ", ".join(KINDS[kind] for kind in ("json", "merge", "strategic", "apply"))
    message = f"the body of the request was in an unknown format - accepted media types include: {kinds}"
    assert status["message"] == message


def test_warnings(api: API) -> None:
    response = api.request("POST", MAPS, {"metadata": {"name": "a"}, "dat": {}})
    assert response.status == 201
    assert response.headers["warning"] == '299 - "unknown field \\"dat\\""'


def test_ignored_fields(api: API) -> None:
    response = api.request("POST", f"{MAPS}?fieldValidation=Ignore", {"metadata": {"name": "a"}, "dat": {}})
    assert (response.status, "warning" in response.headers) == (201, False)


def test_an_eviction_may_have_conditions(api: API) -> None:
    api.create(PODS, pod("a"))
    head = {"metadata": {"name": "a"}}
    dry = api.create(f"{PODS}/a/eviction", {**head, "deleteOptions": {"dryRun": ["All"]}})
    assert (dry["status"], api.get(f"{PODS}/a")["kind"]) == ("Success", "Pod")
    refused = api.create(f"{PODS}/a/eviction", {**head, "deleteOptions": {"preconditions": {"uid": "x"}}})
    assert refused["message"].startswith('Operation cannot be fulfilled on Pod "a": the UID in the precondition (x)')
    own = api.get(f"{PODS}/a")["metadata"]
    wanted = {"preconditions": {"uid": own["uid"], "resourceVersion": own["resourceVersion"]}}
    assert api.create(f"{PODS}/a/eviction", {**head, "deleteOptions": wanted})["status"] == "Success"
    assert api.get(f"{PODS}/a")["reason"] == "NotFound"


def test_a_pod_of_a_dry_run_is_not_there(api: API) -> None:
    shown = api.create(f"{PODS}?dryRun=All", pod("a"))
    assert shown["metadata"]["uid"]
    assert api.get(f"{PODS}/a")["reason"] == "NotFound"


@pytest.mark.parametrize("path", ["/nope", "/apis/nope.example.com", "/apis/apps/v1beta1/deployments", "/openapi/v4"])
def test_a_path_below_no_group_is_a_page(path: str) -> None:
    response = API(World.boot()).request("GET", path)
    assert (response.status, response.content_type, response.body) == (
        404,
        "text/plain; charset=utf-8",
        "404 page not found\n",
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [("/version", 405), ("/api", 405), ("/apis/apps", 405), ("/openid/v1/jwks", 405), ("/livez", 200)],
)
def test_what_is_only_read(api: API, path: str, status: int) -> None:
    answer = api.request("POST", path, {})
    refused = "the server does not allow this method on the requested resource"
    told = answer.body["message"] if isinstance(answer.body, dict) else answer.body
    assert (answer.status, told) == (status, refused if status == 405 else "ok")


SCALE = "/apis/apps/v1/namespaces/default/deployments/web/scale"


@pytest.mark.parametrize(
    ("method", "url", "body", "code", "message"),
    [
        ("POST", SCALE, {}, 405, "the server does not allow this method on the requested resource"),
        ("DELETE", SCALE, None, 405, "the server does not allow this method on the requested resource"),
        (
            "PUT", SCALE, {"metadata": {"name": "other"}}, 400,
            "the name of the object (other) does not match the name on the URL (web)",
        ),
        (
            "PUT", SCALE, {"apiVersion": "apps/v1", "kind": "Deployment"}, 400,
            "the API version in the data (apps/v1) does not match the expected API version (autoscaling/v1)",
        ),
        (
            "PUT", SCALE, {"spec": {"replicas": "x"}}, 400,
            'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal string into Go struct field '
            "ScaleSpec.spec.replicas of type int32",
        ),
        (
            "PUT", f"{SCALE}?fieldValidation=Strict", {"spec": {"replicas": 1, "a": 1}}, 400,
            'Scale in version "v1" cannot be handled as a Scale: strict decoding error: unknown field "spec.a"',
        ),
        ("POST", SCALE.replace("scale", "status"), {}, 405, "the server does not allow this method on the requested resource"),
        (
            "PUT", "/api/v1/namespaces/default/finalize", {"metadata": {"name": "other"}}, 400,
            "the name of the object (other) does not match the name on the URL (default)",
        ),
    ],
)  # fmt: skip
def test_parts_refuse_what_is_not_theirs(api: API, method: str, url: str, body: Any, code: int, message: str) -> None:
    api.create("/apis/apps/v1/namespaces/default/deployments", deployment("web"))
    answer = api.body(method, url, body)
    assert (answer["code"], answer["message"]) == (code, message)
