"""Validation of a HorizontalPodAutoscaler. Upstream: pkg/apis/autoscaling/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.metadata import NEGATIVE, Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.selectors import validate_selector

SOURCES = ("containerResource", "external", "object", "pods", "resource")
TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
LONGEST_WINDOW, LONGEST_PERIOD = 3600, 1800
SELECT = ("Disabled", "Max", "Min")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    low, high = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    if low is not None and low < 1:
        yield invalid("spec.minReplicas", low, "must be greater than or equal to 1")
    if high < 1:
        yield invalid("spec.maxReplicas", high, "must be greater than 0")
    if low is not None and high < low:
        yield invalid("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`")
    yield from validate_reference(spec.get("scaleTargetRef") or {}, "spec.scaleTargetRef")
    for index, metric in enumerate(spec.get("metrics") or ()):
        yield from validate_metric(metric, f"spec.metrics[{index}]")
    for direction in ("scaleUp", "scaleDown"):
        rules = (spec.get("behavior") or {}).get(direction)
        if rules is not None:
            yield from validate_rules(rules, f"spec.behavior.{direction}")


def validate_reference(reference: Object, path: str) -> Errors:
    for field in ("kind", "name"):
        if not reference.get(field):
            yield required(f"{path}.{field}")
        else:
            for message in names.path_segment(reference[field]):
                yield invalid(f"{path}.{field}", reference[field], message)


def validate_metric(metric: Object, path: str) -> Errors:
    kind = metric.get("type", "")
    if not kind:
        yield required(f"{path}.type", "must specify a metric source type")
    elif kind not in TYPES:
        yield not_supported(f"{path}.type", kind, TYPES)
    given = [name for name in SOURCES if metric.get(name) is not None]
    expected = kind[:1].lower() + kind[1:]
    if kind in TYPES and expected not in given:
        yield required(f"{path}.{expected}", "must populate information for the given metric source")
    for name in given:
        if name != expected and given != [expected]:
            yield forbidden(f"{path}.{name}", "must populate the given metric source only")
            continue
        yield from validate_source(name, metric[name], f"{path}.{name}")


def validate_source(name: str, source: Object, path: str) -> Errors:
    target, place = source.get("target") or {}, f"{path}.target"
    if name in ("resource", "containerResource"):
        if not source.get("name"):
            yield required(f"{path}.name", "must specify a resource name")
        if name == "containerResource" and not source.get("container"):
            yield required(f"{path}.container", "must specify a container")
        yield from validate_target(target, place)
        given = [field for field in ("averageUtilization", "averageValue") if target.get(field) is not None]
        if not given:
            rule = "must set either a target raw value or a target utilization"
            yield required(f"{place}.averageUtilization", rule)
        elif len(given) == 2:
            yield forbidden(f"{place}.averageValue", "may not set both a target raw value and a target utilization")
        return
    if name == "object":
        yield from validate_reference(source.get("describedObject") or {}, f"{path}.describedObject")
    metric = source.get("metric") or {}
    if not metric.get("name"):
        yield required(f"{path}.metric.name", "must specify a metric name")
    yield from validate_selector(metric.get("selector"), f"{path}.metric.selector")
    yield from validate_target(target, place)
    if name == "pods":
        if target.get("averageValue") is None:
            yield required(f"{place}.averageValue", "must specify a positive target averageValue")
    elif target.get("value") is None and target.get("averageValue") is None:
        rule = "must set either a target value for metric or a per-pod target"
        yield required(f"{place}.averageValue", rule)


def validate_target(target: Object, path: str) -> Errors:
    kind = target.get("type", "")
    if not kind:
        yield required(f"{path}.type", "must specify a metric target type")
    elif kind not in ("Utilization", "Value", "AverageValue"):
        yield invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue")
    for field in ("value", "averageValue"):
        if target.get(field) is not None and parse(target[field]).nanos <= 0:
            yield invalid(f"{path}.{field}", str(parse(target[field])), "must be positive")
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        yield invalid(f"{path}.averageUtilization", share, "must be greater than 0")


def validate_rules(rules: Object, path: str) -> Errors:
    window = rules.get("stabilizationWindowSeconds")
    if window is not None and window < 0:
        yield invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window is not None and window > LONGEST_WINDOW:
        rule = f"must be less than or equal to {LONGEST_WINDOW}"
        yield invalid(f"{path}.stabilizationWindowSeconds", window, rule)
    if rules.get("selectPolicy") is not None and rules["selectPolicy"] not in SELECT:
        yield not_supported(f"{path}.selectPolicy", rules["selectPolicy"], SELECT)
    if not rules.get("policies"):
        yield required(f"{path}.policies", "must specify at least one Policy")
    for index, policy in enumerate(rules.get("policies") or ()):
        yield from validate_policy(policy, f"{path}.policies[{index}]")
    tolerance = rules.get("tolerance")
    if tolerance is not None and parse(tolerance).nanos < 0:
        yield invalid(f"{path}.tolerance", str(parse(tolerance)), NEGATIVE)


def validate_policy(policy: Object, path: str) -> Errors:
    if policy.get("type") not in ("Pods", "Percent"):
        yield not_supported(f"{path}.type", policy.get("type", ""), ("Percent", "Pods"))
    if policy.get("value", 0) <= 0:
        yield invalid(f"{path}.value", policy.get("value", 0), "must be greater than zero")
    seconds = policy.get("periodSeconds", 0)
    if seconds <= 0:
        yield invalid(f"{path}.periodSeconds", seconds, "must be greater than zero")
    if seconds > LONGEST_PERIOD:
        yield invalid(f"{path}.periodSeconds", seconds, f"must be less than or equal to {LONGEST_PERIOD}")
