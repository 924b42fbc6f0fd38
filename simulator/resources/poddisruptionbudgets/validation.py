"""Validation of a PodDisruptionBudget. Upstream: ValidatePodDisruptionBudget in pkg/apis/policy/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid, not_supported
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.selectors import validate_selector
from simulator.resources.common.workloads import shown_selector, validate_at_most_all, validate_share

POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        shown = {
            "MinAvailable": spec["minAvailable"],
            "Selector": shown_selector(spec.get("selector")),
            "MaxUnavailable": spec["maxUnavailable"],
            "UnhealthyPodEvictionPolicy": spec.get("unhealthyPodEvictionPolicy"),
        }
        yield invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set")
    for field in ("minAvailable", "maxUnavailable"):
        if spec.get(field) is not None:
            yield from validate_share(spec[field], f"spec.{field}")
            yield from validate_at_most_all(spec[field], f"spec.{field}")
    yield from validate_selector(spec.get("selector"), "spec.selector")
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in POLICIES:
        yield not_supported("spec.unhealthyPodEvictionPolicy", policy, POLICIES)
