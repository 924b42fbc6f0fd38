"""Who owns what of an object that is written in two versions."""

from typing import Any

import pytest

from tests.apiserver.api import API

PATH = "/apis/autoscaling/{}/namespaces/default/horizontalpodautoscalers/web?fieldManager={}"
TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def applied(api: API, version: str, manager: str, **spec: Any) -> Any:
    spec = {"scaleTargetRef": TARGET, "maxReplicas": 5, **spec}
    body = {"apiVersion": f"autoscaling/{version}", "kind": "HorizontalPodAutoscaler", "spec": spec}
    return api.patch("apply", PATH.format(version, manager), body)


def metrics(percent: int) -> Any:
    target = {"type": "Utilization", "averageUtilization": percent}
    return [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


@pytest.mark.parametrize(("percent", "message"), [(50, None), (70, 'conflict with "first": .spec.metrics')])
def test_an_entry_of_another_version_is_compared_in_it(api: API, percent: int, message: str | None) -> None:
    applied(api, "v2", "first", metrics=metrics(50))
    answer = applied(api, "v1", "second", targetCPUUtilizationPercentage=percent)
    if message is not None:
        assert answer["message"] == f"Apply failed with 1 conflict: {message}"
        return
    versions = {entry["manager"]: entry["apiVersion"] for entry in answer["metadata"]["managedFields"]}
    assert versions == {"first": "autoscaling/v2", "second": "autoscaling/v1"}


@pytest.mark.parametrize(("before", "after"), [("v2", "v1"), ("v1", "v2")])
def test_what_was_applied_in_another_version_goes_when_it_is_dropped(api: API, before: str, after: str) -> None:
    half = {"v2": {"metrics": metrics(50)}, "v1": {"targetCPUUtilizationPercentage": 50}}[before]
    assert cpu(applied(api, before, "me", minReplicas=2, **half)) == 50
    moved = applied(api, after, "me", minReplicas=2)
    assert cpu(moved) == 80  # what it is by default
    (entry,) = moved["metadata"]["managedFields"]
    told = ["f:maxReplicas", "f:minReplicas", "f:scaleTargetRef"]
    assert (entry["apiVersion"], sorted(entry["fieldsV1"]["f:spec"])) == (f"autoscaling/{after}", told)
    assert moved["spec"]["minReplicas"] == 2


def test_what_another_applies_in_its_version_stays(api: API) -> None:
    applied(api, "v2", "me", metrics=metrics(50))
    applied(api, "v1", "you", targetCPUUtilizationPercentage=50)
    assert cpu(applied(api, "v1", "me")) == 50


def cpu(autoscaler: Any) -> int:
    spec = autoscaler["spec"]
    return spec.get("targetCPUUtilizationPercentage") or spec["metrics"][0]["resource"]["target"]["averageUtilization"]


DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
BOX = "/apis/example.com/{}/boxes/one?fieldManager={}"
NAMES = {"plural": "boxes", "singular": "box", "kind": "Box", "listKind": "BoxList"}
OPEN = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}


def box(api: API, version: str, manager: str, **fields: Any) -> Any:
    body = {"apiVersion": f"example.com/{version}", "kind": "Box", "metadata": {"name": "one"}, **fields}
    return api.patch("apply", BOX.format(version, manager), body)


def test_an_entry_of_a_version_that_its_definition_lost(api: API) -> None:
    versions = [{"name": name, "served": True, "storage": name == "v2", "schema": OPEN} for name in ("v1", "v2")]
    spec = {"group": "example.com", "scope": "Cluster", "names": NAMES, "versions": versions}
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    api.create(DEFINITIONS, {**head, "metadata": {"name": "boxes.example.com"}, "spec": spec})
    api.world.advance(1)
    box(api, "v1", "first", a=1)
    conflict = box(api, "v2", "second", a=2)
    assert conflict["message"] == 'Apply failed with 1 conflict: conflict with "first": .a'
    box(api, "v2", "second", b=1)
    api.patch("merge", f"{DEFINITIONS}/boxes.example.com", {"spec": {"versions": versions[1:]}})
    api.world.advance(1)
    answer = box(api, "v2", "second", b=2)
    why = "request to convert CR to an invalid group/version: example.com/v1"
    assert (answer["code"], answer["message"]) == (500, why)
    made = api.patch("merge", BOX.format("v2", "third"), {"c": 3})
    assert (made["c"], made["metadata"].get("managedFields")) == (3, None)
    made = box(api, "v2", "second", b=1)  # once all is forgotten, it can be applied again
    assert [entry["manager"] for entry in made["metadata"]["managedFields"]] == ["second", "before-first-apply"]
