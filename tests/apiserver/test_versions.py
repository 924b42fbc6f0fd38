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
