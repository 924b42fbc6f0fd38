"""Answers as text: the fields in the order in which the real API server writes them."""

import re
from typing import Any

import orjson
import pytest

from simulator.api.texts import as_json
from simulator.machinery.protobuf.messages import message
from tests.apiserver.api import API, TABLE, config_map, deployment, pod

PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
MAPS = "/api/v1/namespaces/default/configmaps"
SPOILT = {"op": "replace", "path": "/data", "value": 5}
TOUCHED = {"op": "test", "path": "/metadata/name", "value": "a"}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
NAMES = {"plural": "boxes", "singular": "box", "kind": "Box", "listKind": "BoxList"}
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
VERSION = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": OPEN}}
DEFINITION = {
    "spec": {"versions": [VERSION], "names": NAMES, "scope": "Cluster", "group": "example.com"},
    "metadata": {"name": "boxes.example.com"},
    "kind": "CustomResourceDefinition",
    "apiVersion": "apiextensions.k8s.io/v1",
}
METADATA = '"metadata":{"name":"[^"]+","namespace":"default","uid":"[^"]+","resourceVersion":"[0-9]+",'


def written(body: Any) -> str:
    """An answer as text, which says the very same and says it again."""
    text = as_json(body)
    assert text == as_json(body)
    return text.decode()


@pytest.fixture
def busy(api: API) -> API:
    made = pod("p", initContainers=[{"image": "busybox", "name": "i"}], hostname="h", activeDeadlineSeconds=9)
    made["spec"]["containers"] = [{"env": [{"value": "1", "name": "A"}], "image": "nginx", "name": "c", "args": ["x"]}]
    api.create(PODS, made)
    api.create(DEPLOYMENTS, {**deployment("web"), "metadata": {"labels": {"b": "2", "a": "1"}, "name": "web"}})
    api.create("/api/v1/namespaces/default/configmaps", config_map("c", data={"z": "1", "a": "2"}))
    api.create(DEFINITIONS, DEFINITION)
    api.world.advance(1)
    box = {"spec": {"z": {"y": 1, "b": 2}, "a": 1}, "kind": "Box", "apiVersion": "example.com/v1"}
    api.create("/apis/example.com/v1/boxes", {**box, "metadata": {"name": "one"}})
    return api


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        pytest.param(
            f"{PODS}/p",
            [
                f'^{{"kind":"Pod","apiVersion":"v1",{METADATA}"generation":1,',
                '"spec":{"volumes":.*"initContainers":.*"containers":.*"restartPolicy":.*"activeDeadlineSeconds":.*"hostname":',
                '{"name":"c","image":"nginx","args":.*"env":.{"name":"A","value":"1"}.,"resources":{}',
                '"status":{"phase":"Pending",',
            ],
            id="a Pod",
        ),
        pytest.param(PODS, ['^{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"[0-9]+"},"items":.{"metadata"'], id="a list"),
        pytest.param(f"{DEPLOYMENTS}/web", ['"labels":{"a":"1","b":"2"}', '"spec":{"replicas":1,"selector":{'], id="sorted labels"),
        pytest.param("/api/v1/namespaces/default/configmaps/c", ['"data":{"a":"2","z":"1"}}$'], id="data after metadata"),
        pytest.param("/apis/example.com/v1/boxes/one", ['^{"apiVersion":.*"kind":"Box","metadata":.*"spec":{"a":1,"z":{"b":2,"y":1}}}'], id="a custom object"),
        pytest.param("/apis/example.com/v1/boxes", ['^{"apiVersion":"example.com/v1","items":.{"apiVersion":.*"kind":"BoxList","metadata"'], id="a list of them"),
        pytest.param(f"{DEFINITIONS}/boxes.example.com", ['"spec":{"group":.*"names":{"plural":.*"scope":.*"versions":.{"name":'], id="a definition"),
        pytest.param(f"{PODS}/none", ['^{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":.*"reason":.*"details":.*"code":404}'], id="a refusal"),
    ],
)  # fmt: skip
def test_fields_stand_where_go_declares_them(busy: API, url: str, parts: list[str]) -> None:
    text = written(busy.get(url))
    for part in parts:
        assert re.search(part, text), text


@pytest.mark.parametrize("url", [f"{PODS}/p", f"{DEFINITIONS}/boxes.example.com", "/apis/example.com/v1/boxes", "/api"])
@pytest.mark.parametrize("accept", ["application/json", TABLE["accept"]])
def test_nothing_is_lost(busy: API, url: str, accept: str) -> None:
    body = busy.get(url, accept=accept)
    assert orjson.loads(written(body)) == orjson.loads(orjson.dumps(body))


def test_what_was_changed_is_written_anew(busy: API) -> None:
    watch = busy.watch(f"{PODS}?watch=true&resourceVersion={busy.get(PODS)['metadata']['resourceVersion']}")
    before = written(busy.get(f"{PODS}/p"))
    busy.patch("merge", f"{PODS}/p", {"metadata": {"labels": {"seen": "yes"}}})
    after = written(busy.get(f"{PODS}/p"))
    assert ("seen" in before, "seen" in after) == (False, True)
    tried = busy.patch("merge", f"{PODS}/p?dryRun=All", {"metadata": {"labels": {"seen": "no"}}})
    assert '"seen":"no"' in written(tried)
    (event,) = [{"type": kind, "object": obj} for kind, obj in watch.events()]
    assert written(event) == f'{{"type":"MODIFIED","object":{after}}}'


def test_every_place_is_told_by_the_kubectl_binary() -> None:
    found = message("core/v1.PodSpec")
    assert found is not None
    names = [field.name for field in found.fields.values()]
    assert names[:4] == ["volumes", "initContainers", "containers", "ephemeralContainers"]


@pytest.mark.parametrize(
    ("kind", "patch", "metadata"),
    [
        pytest.param("merge", {"data": 5}, ["name", "namespace", "uid"], id="merge"),
        pytest.param("merge", {"data": 5, "metadata": {}}, ["annotations", "creationTimestamp"], id="merge, touched"),
        pytest.param("json", [SPOILT], ["name", "namespace", "uid"], id="json"),
        pytest.param("json", [SPOILT, TOUCHED], ["annotations", "creationTimestamp"], id="json, touched"),
    ],
)
def test_a_patch_that_fits_nothing_is_quoted_as_go_writes_it(
    api: API, kind: str, patch: Any, metadata: list[str]
) -> None:
    api.create(MAPS, {"data": {"k": "v"}, "metadata": {"annotations": {"b": "<1>", "a": "2"}, "name": "a"}})
    message = api.patch(kind, f"{MAPS}/a", patch)["message"]
    (text,) = re.findall(r'patch: Invalid value: ("(?:[^"\\]|\\.)*")', message)
    text = orjson.loads(text)
    shown = orjson.loads(text)
    assert list(shown) == ["apiVersion", "data", "kind", "metadata"]
    assert list(shown["metadata"])[: len(metadata)] == metadata
    assert '"annotations":{"a":"2","b":"\\u003c1\\u003e"}' in text
