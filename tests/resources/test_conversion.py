"""One object in the versions in which it is served."""

import pytest

from simulator.machinery.objects import Object
from simulator.resources.registry import find

EVENT: Object = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "web.17f", "namespace": "default"},
    "involvedObject": {"kind": "Pod", "name": "web"},
    "reason": "Scheduled",
    "message": "Successfully assigned default/web to node-1",
    "source": {"component": "default-scheduler"},
    "firstTimestamp": "2026-11-02T09:00:00Z",
    "lastTimestamp": "2026-11-02T09:00:00Z",
    "count": 1,
    "reportingComponent": "default-scheduler",
    "reportingInstance": "",
    "type": "Normal",
}


def test_an_event_in_the_events_group() -> None:
    events = find("events", "events.k8s.io")
    assert (events.key, events.storage_api_version) == ("events", "v1")
    shown = events.convert(EVENT, "v1")
    assert shown == {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": "web.17f", "namespace": "default"},
        "regarding": {"kind": "Pod", "name": "web"},
        "reason": "Scheduled",
        "note": "Successfully assigned default/web to node-1",
        "deprecatedSource": {"component": "default-scheduler"},
        "deprecatedFirstTimestamp": "2026-11-02T09:00:00Z",
        "deprecatedLastTimestamp": "2026-11-02T09:00:00Z",
        "deprecatedCount": 1,
        "reportingController": "default-scheduler",
        "reportingInstance": "",
        "type": "Normal",
    }
    assert events.stored(shown) == EVENT
    assert find("events").convert(EVENT, "v1") is EVENT


def autoscaler(
    version: str, spec: Object, annotations: dict[str, str] | None = None, status: Object | None = None
) -> Object:
    metadata: Object = {"name": "web"} | ({"annotations": annotations} if annotations else {})
    target = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 5}
    obj: Object = {
        "apiVersion": f"autoscaling/{version}",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata,
        "spec": target | spec,
    }
    return obj | ({"status": status} if status else {})


def resource_target(name: str, **target: object) -> Object:
    return {"type": "Resource", "resource": {"name": name, "target": target}}


CPU = resource_target("cpu", type="Utilization", averageUtilization=80)
MEMORY = resource_target("memory", type="AverageValue", averageValue="200Mi")
REQUESTS: Object = {
    "type": "Pods",
    "pods": {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": "10"}},
}
QUEUE: Object = {
    "type": "External",
    "external": {
        "metric": {"name": "queue", "selector": {"matchLabels": {"q": "a"}}},
        "target": {"type": "Value", "value": "30"},
    },
}
HITS: Object = {
    "type": "Object",
    "object": {
        "describedObject": {"kind": "Service", "name": "web"},
        "metric": {"name": "hits"},
        "target": {"type": "AverageValue", "averageValue": "7"},
    },
}
PREFIX = "autoscaling.alpha.kubernetes.io/"


@pytest.mark.parametrize(
    ("v2", "v1"),
    [
        (autoscaler("v2", {"metrics": [CPU]}), autoscaler("v1", {"targetCPUUtilizationPercentage": 80})),
        (
            autoscaler("v2", {"metrics": [CPU, MEMORY]}),
            autoscaler(
                "v1",
                {"targetCPUUtilizationPercentage": 80},
                {PREFIX + "metrics": '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"200Mi"}}]'},
            ),
        ),
        (
            autoscaler(
                "v2", {"metrics": [REQUESTS, QUEUE, HITS], "behavior": {"scaleUp": {"stabilizationWindowSeconds": 0}}}
            ),
            autoscaler(
                "v1",
                {},
                {
                    PREFIX + "metrics": '[{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"10"}},'
                    '{"type":"External","external":{"metricName":"queue","metricSelector":{"matchLabels":{"q":"a"}},"targetValue":"30"}},'
                    '{"type":"Object","object":{"metricName":"hits","target":{"kind":"Service","name":"web"},"averageValue":"7"}}]',
                    PREFIX + "behavior": '{"scaleUp":{"stabilizationWindowSeconds":0}}',
                },
            ),
        ),
        (
            autoscaler(
                "v2",
                {"metrics": [CPU]},
                status={
                    "currentReplicas": 2,
                    "currentMetrics": [
                        {
                            "type": "Resource",
                            "resource": {"name": "cpu", "current": {"averageUtilization": 12, "averageValue": "60m"}},
                        }
                    ],
                    "conditions": [{"type": "AbleToScale", "status": "True"}],
                },
            ),
            autoscaler(
                "v1",
                {"targetCPUUtilizationPercentage": 80},
                {
                    PREFIX
                    + "current-metrics": '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":12,"currentAverageValue":"60m"}}]',
                    PREFIX + "conditions": '[{"type":"AbleToScale","status":"True"}]',
                },
                {"currentReplicas": 2, "currentCPUUtilizationPercentage": 12},
            ),
        ),
    ],
    ids=["cpu", "cpu-and-memory", "other-metrics", "status"],
)
def test_an_autoscaler_in_both_versions(v2: Object, v1: Object) -> None:
    autoscalers = find("horizontalpodautoscalers", "autoscaling")
    assert autoscalers.convert(v2, "v1") == v1
    assert autoscalers.convert(v1, "v2") == v2


def claim(version: str, *requests: Object) -> Object:
    spec = {"devices": {"requests": list(requests)}}
    return {
        "apiVersion": f"resource.k8s.io/{version}",
        "kind": "ResourceClaim",
        "metadata": {"name": "gpu"},
        "spec": spec,
    }


FLAT: Object = {"name": "gpu", "deviceClassName": "gpu.example.com", "allocationMode": "ExactCount", "count": 1}
NESTED: Object = {
    "name": "gpu",
    "exactly": {"deviceClassName": "gpu.example.com", "allocationMode": "ExactCount", "count": 1},
}
EITHER: Object = {"name": "any", "firstAvailable": [{"name": "a", "deviceClassName": "gpu.example.com"}]}


def test_a_device_request_in_all_versions() -> None:
    claims = find("resourceclaims", "resource.k8s.io")
    assert claims.stored(claim("v1beta1", FLAT, EITHER)) == claim("v1", NESTED, EITHER)
    assert claims.convert(claim("v1", NESTED, EITHER), "v1beta1") == claim("v1beta1", FLAT, EITHER)
    assert claims.convert(claim("v1", NESTED), "v1beta2") == claim("v1beta2", NESTED)


def resource_slice(version: str, device: Object) -> Object:
    spec = {"driver": "gpu.example.com", "devices": [device]}
    return {
        "apiVersion": f"resource.k8s.io/{version}",
        "kind": "ResourceSlice",
        "metadata": {"name": "a"},
        "spec": spec,
    }


def test_a_device_in_all_versions() -> None:
    slices = find("resourceslices", "resource.k8s.io")
    now = resource_slice("v1", {"name": "gpu-0", "capacity": {"memory": {"value": "40Gi"}}})
    beta = resource_slice("v1beta1", {"name": "gpu-0", "basic": {"capacity": {"memory": {"value": "40Gi"}}}})
    alpha = resource_slice("v1alpha3", {"name": "gpu-0", "basic": {"capacity": {"memory": "40Gi"}}})
    assert (slices.stored(beta), slices.stored(alpha)) == (now, now)
    assert (slices.convert(now, "v1beta1"), slices.convert(now, "v1alpha3")) == (beta, alpha)


def test_versions_without_a_difference_change_their_name_alone() -> None:
    schedules = find("validatingadmissionpolicies", "admissionregistration.k8s.io")
    old: Object = {
        "apiVersion": "admissionregistration.k8s.io/v1beta1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "a"},
        "spec": {},
    }
    assert schedules.stored(old) == old | {"apiVersion": "admissionregistration.k8s.io/v1"}
