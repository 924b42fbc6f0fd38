"""Validation of a FlowSchema. Upstream: pkg/apis/flowcontrol/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update

LAST = 10000


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    precedence = spec.get("matchingPrecedence", 0)
    if precedence <= 0:
        yield invalid("spec.matchingPrecedence", precedence, "must be a positive value")
    if precedence > LAST:
        yield invalid("spec.matchingPrecedence", precedence, f"must not be greater than {LAST}")
    if not (spec.get("priorityLevelConfiguration") or {}).get("name"):
        yield required("spec.priorityLevelConfiguration.name", "must reference a priority level")
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in ("ByNamespace", "ByUser"):
        yield not_supported("spec.distinguisherMethod", method.get("type", ""), ("ByNamespace", "ByUser"))
    for index, rule in enumerate(spec.get("rules") or ()):
        if not rule.get("subjects"):
            yield required(f"spec.rules[{index}].subjects", "subjects must contain at least one value")
        if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
            yield required(
                f"spec.rules[{index}]", "at least one of resourceRules and nonResourceRules has to be non-empty"
            )
