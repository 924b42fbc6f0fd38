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
