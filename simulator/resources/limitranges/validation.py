"""Validation of a LimitRange. Upstream: ValidateLimitRange in pkg/apis/core/validation"""

from collections.abc import Iterator

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
    from simulator.machinery import names

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
    low, high, limit = found["min"], found["max"], found["default"]
    request, ratio = found["defaultRequest"], found["maxLimitRequestRatio"]
    for lower, lower_name, upper, upper_name in (
        (low, "min", high, "max"),
        (low, "min", request, "default request"),
        (request, "default request", high, "max"),
        (request, "default request", limit, "default"),
        (low, "min", limit, "default"),
        (limit, "default", high, "max"),
    ):
        if lower is not None and upper is not None and upper < lower:
            field = {"default request": "defaultRequest"}.get(lower_name, lower_name)
            if lower_name == "min" and upper_name in ("default", "default request"):
                field = {"default request": "defaultRequest"}.get(upper_name, upper_name)
                text = f"min value {lower} is greater than {upper_name} value {upper}"
                yield invalid(f"{path}.{field}[{name}]", str(lower), text)
                continue
            text = f"{lower_name} value {lower} is greater than {upper_name} value {upper}"
            yield invalid(f"{path}.{field}[{name}]", str(lower), text)
    if ratio is not None and ratio < ONE:
        place = f"{path}.maxLimitRequestRatio[{name}]"
        yield invalid(place, str(ratio), f"ratio {ratio} is less than 1")
    if ratio is not None and low is not None and high is not None and low:
        most = high.approximate() / low.approximate()
        if ratio.approximate() > most:
            rule = f"ratio {ratio} is greater than max/min = {most:f}"
            yield invalid(f"{path}.maxLimitRequestRatio[{name}]", str(ratio), rule)
    if not is_overcommittable(name) and limit is not None and request is not None and limit != request:
        text = f"default value {limit} must equal to defaultRequest value {request} in {name}"
        yield invalid(f"{path}.default[{name}]", str(limit), text)
