"""HorizontalPodAutoscalers as `autoscaling/v1` shows them: CPU in a field, the rest in annotations as JSON.

Upstream: pkg/apis/autoscaling/v1/conversion.go
"""

import json
from collections.abc import Callable
from typing import Any

from simulator.machinery.objects import Object

PREFIX = "autoscaling.alpha.kubernetes.io/"
METRICS, CURRENT_METRICS = PREFIX + "metrics", PREFIX + "current-metrics"
CONDITIONS, BEHAVIOR = PREFIX + "conditions", PREFIX + "behavior"
IN_ANNOTATIONS = (METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR)

SOURCES = ("object", "pods", "resource", "containerResource", "external")
RESOURCES = ("resource", "containerResource")


def convert(autoscaler: Object, api_version: str) -> Object:
    return to_v1(autoscaler) if api_version == "autoscaling/v1" else to_v2(autoscaler)


def to_v1(autoscaler: Object) -> Object:
    spec, status = dict(autoscaler.get("spec") or {}), dict(autoscaler.get("status") or {})
    kept: dict[str, Any] = {}
    cpu, others = taken_out(spec.pop("metrics", None) or [], is_cpu_utilization)
    if cpu is not None:
        spec["targetCPUUtilizationPercentage"] = cpu["resource"]["target"]["averageUtilization"]
    kept[METRICS] = [old_metric(each, "target") for each in others]
    current = status.pop("currentMetrics", None) or []
    measured, _ = taken_out(current, is_measured_cpu)
    if measured is not None:
        status["currentCPUUtilizationPercentage"] = measured["resource"]["current"]["averageUtilization"]
    kept[CURRENT_METRICS] = [old_metric(each, "current") for each in current]
    kept[CONDITIONS] = status.pop("conditions", None)
    kept[BEHAVIOR] = spec.pop("behavior", None)
    annotations = dict(autoscaler["metadata"].get("annotations") or {})
    annotations |= {name: json.dumps(value, separators=(",", ":")) for name, value in kept.items() if value}
    return assembled(autoscaler, "autoscaling/v1", annotations, spec, status)


def to_v2(autoscaler: Object) -> Object:
    spec, status = dict(autoscaler.get("spec") or {}), dict(autoscaler.get("status") or {})
    annotations = dict(autoscaler["metadata"].get("annotations") or {})
    kept = {name: read(annotations.pop(name)) for name in IN_ANNOTATIONS if name in annotations}
    metrics = [new_metric(each, "target") for each in kept.get(METRICS) or ()]
    wanted = spec.pop("targetCPUUtilizationPercentage", None)
    if wanted is not None:
        metrics.insert(0, cpu_metric("target", {"type": "Utilization", "averageUtilization": wanted}))
    current = [new_metric(each, "current") for each in kept.get(CURRENT_METRICS) or ()]
    measured = status.pop("currentCPUUtilizationPercentage", None)
    if measured is not None and not any(is_measured_cpu(each) for each in current):
        current.insert(0, cpu_metric("current", {"averageUtilization": measured}))
    spec |= filled({"metrics": metrics, "behavior": kept.get(BEHAVIOR)})
    status |= filled({"currentMetrics": current, "conditions": kept.get(CONDITIONS)})
    return assembled(autoscaler, "autoscaling/v2", annotations, spec, status)


def filled(values: Object) -> Object:
    """The entries that say something."""
    return {name: value for name, value in values.items() if value}


def assembled(autoscaler: Object, version: str, annotations: dict[str, str], spec: Object, status: Object) -> Object:
    metadata = {name: value for name, value in autoscaler["metadata"].items() if name != "annotations"}
    if annotations:
        metadata["annotations"] = annotations
    converted = {**autoscaler, "apiVersion": version, "metadata": metadata, "spec": spec}
    return converted | ({"status": status} if "status" in autoscaler else {})


def read(text: str) -> Any:
    """What an annotation holds; nothing where somebody wrote no JSON into it."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def taken_out(metrics: list[Object], wanted: Callable[[Object], bool]) -> tuple[Object | None, list[Object]]:
    """The first metric that fits, and all others."""
    for index, metric in enumerate(metrics):
        if wanted(metric):
            return metric, metrics[:index] + metrics[index + 1 :]
    return None, metrics


def is_cpu_utilization(metric: Object) -> bool:
    resource = metric.get("resource") or {}
    return resource.get("name") == "cpu" and (resource.get("target") or {}).get("averageUtilization") is not None


def is_measured_cpu(metric: Object) -> bool:
    resource = metric.get("resource") or {}
    return resource.get("name") == "cpu" and (resource.get("current") or {}).get("averageUtilization") is not None


def cpu_metric(side: str, value: Object) -> Object:
    return {"type": "Resource", "resource": {"name": "cpu", side: value}}


def old_metric(metric: Object, side: str) -> Object:
    """A metric in the flat shape of the annotations; `side` is `target` or `current`."""
    old: Object = {"type": metric["type"]}
    for source in SOURCES:
        if source in metric:
            old[source] = flat(source, metric[source], side)
    return old


def flat(source: str, metric: Object, side: str) -> Object:
    measure, values = metric.get("metric") or {}, metric.get(side) or {}
    if source in RESOURCES:
        old: Object = {name: metric[name] for name in ("name", "container") if name in metric}
        names = {"averageUtilization": f"{side}AverageUtilization", "averageValue": f"{side}AverageValue"}
    else:
        old = {"metricName": measure.get("name", "")}
        if "selector" in measure:
            old["metricSelector" if source == "external" else "selector"] = measure["selector"]
        if source == "object":
            old["target"] = metric.get("describedObject") or {}
        average = "averageValue" if source == "object" else f"{side}AverageValue"
        names = {"value": f"{side}Value", "averageValue": average}
    return old | {new: values[name] for name, new in names.items() if name in values}


def new_metric(old: Object, side: str) -> Object:
    """A metric of the annotations in the shape of `autoscaling/v2`."""
    metric: Object = {"type": old.get("type", "")}
    for source in SOURCES:
        if source in old:
            metric[source] = nested(source, old[source], side)
    return metric


def nested(source: str, old: Object, side: str) -> Object:
    average = old.get(f"{side}AverageValue", old.get("averageValue") if source == "object" else None)
    found = {
        "averageUtilization": old.get(f"{side}AverageUtilization"),
        "value": None if average is not None else old.get(f"{side}Value"),
        "averageValue": average,
    }
    values: Object = {name: value for name, value in found.items() if value is not None}
    if side == "target" and values:
        kinds = {"averageUtilization": "Utilization", "value": "Value", "averageValue": "AverageValue"}
        values = {"type": kinds[next(iter(values))], **values}
    if source in RESOURCES:
        return {**{name: old[name] for name in ("name", "container") if name in old}, side: values}
    measure: Object = {"name": old.get("metricName", "")}
    selector = old.get("metricSelector" if source == "external" else "selector")
    if selector is not None:
        measure["selector"] = selector
    described = {"describedObject": old.get("target") or {}} if source == "object" else {}
    return {**described, "metric": measure, side: values}
