"""Validation of a LimitRange. Upstream: ValidateLimitRange in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import Quantity, parse
from simulator.resources.common.amounts import (
    CONTAINER_RESOURCES,
    is_overcommittable,
    validate_container_resource_name,
    validate_quantity,
    validate_resource_name,
)
from simulator.resources.common.metadata import Errors, validate_metadata

FIELDS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
ONE = parse("1")
ORDERS = (
    ("min", "min", "max", "max", "min", "min"),
    ("min", "min", "defaultRequest", "default request", "defaultRequest", "defaultRequest"),
    ("defaultRequest", "default request", "max", "max", "defaultRequest", "defaultRequest"),
    ("defaultRequest", "default request", "default", "default limit", "defaultRequest", "defaultRequest"),
    ("min", "min", "default", "default", "default", "min"),
    ("default", "default", "max", "max", "default", "max"),
)
"""What may not exceed what, with the words for both, the field that is blamed and the one whose value is shown."""


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj))


def errors_of(obj: Object) -> Iterator[FieldError]:
    yield from validate_metadata(obj)
    taken: list[str] = []
    for index, item in enumerate((obj.get("spec") or {}).get("limits") or ()):
        path, kind = f"spec.limits[{index}]", item.get("type", "")
        for message in type_errors(kind):
            yield invalid(f"{path}.type", kind, message)
        if kind in taken:
            yield duplicate(f"{path}.type", kind)
        taken.append(kind)
        yield from validate_item(item, kind, path)


def type_errors(kind: str) -> list[str]:
    errors = names.qualified_name(kind)
    if not errors and "/" not in kind and kind not in ("Pod", "Container", "PersistentVolumeClaim"):
        errors.append("must be a standard limit type or fully qualified")
    return errors


def validate_item(item: Object, kind: str, path: str) -> Errors:
    ranges = {field: {name: parse(text) for name, text in (item.get(field) or {}).items()} for field in FIELDS}
    for field in FIELDS:
        for name, quantity in sorted(ranges[field].items()):
            place = f"{path}.{field}[{name}]"
            if field in ("default", "defaultRequest") and kind == "Pod":
                continue
            check = validate_container_resource_name if kind == "Container" else validate_resource_name
            yield from () if name in CONTAINER_RESOURCES else check(name, place)
            yield from validate_quantity(name, quantity, place)
    for field in ("default", "defaultRequest"):
        if kind == "Pod" and ranges[field]:
            yield forbidden(f"{path}.{field}", "may not be specified when `type` is 'Pod'")
    if kind == "PersistentVolumeClaim" and "storage" not in ranges["min"] and "storage" not in ranges["max"]:
        yield required(
            f"{path}.limits", "either minimum or maximum storage value is required, but neither was provided"
        )
    mentioned: dict[str, None] = {}
    for field in FIELDS:
        mentioned.update(dict.fromkeys(ranges[field]))
    for name in sorted(mentioned):
        yield from validate_order(name, {field: ranges[field].get(name) for field in FIELDS}, path)


def validate_order(name: str, found: dict[str, Quantity | None], path: str) -> Errors:
    """The smallest may not exceed the default request, nor that the default limit, nor that the largest."""
    for lower, lower_name, upper, upper_name, field, shown in ORDERS:
        low, high = found[lower], found[upper]
        if low is not None and high is not None and high < low:
            text = f"{lower_name} value {low} is greater than {upper_name} value {high}"
            yield invalid(f"{path}.{field}[{name}]", str(found[shown]), text)
    yield from validate_ratio(found, f"{path}.maxLimitRequestRatio[{name}]")
    limit, request = found["default"], found["defaultRequest"]
    if not is_overcommittable(name) and limit is not None and request is not None and limit != request:
        text = f"default value {limit} must equal to defaultRequest value {request} in {name}"
        yield invalid(f"{path}.default[{name}]", str(limit), text)


def validate_ratio(found: dict[str, Quantity | None], path: str) -> Errors:
    ratio, low, high = found["maxLimitRequestRatio"], found["min"], found["max"]
    if ratio is None:
        return
    if ratio < ONE:
        yield invalid(path, str(ratio), f"ratio {ratio} is less than 1")
    if low and high is not None:
        most = high.approximate() / low.approximate()
        if ratio.approximate() > most:
            yield invalid(path, str(ratio), f"ratio {ratio} is greater than max/min = {most:f}")
