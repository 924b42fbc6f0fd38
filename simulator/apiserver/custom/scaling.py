"""The places in a custom object that its Scale is made of. Upstream: customresource/validator.go ValidateScaleSpec"""

from collections.abc import Iterator
from typing import Any, Final

from simulator.machinery.field import FieldError, invalid
from simulator.machinery.gofmt import sprint, type_name
from simulator.machinery.objects import Object

LARGEST: Final = 2**31 - 1


def validate(obj: Object, scale: Object, *, spec: bool) -> Iterator[FieldError]:
    """What is wrong with the replicas wanted, where they may have changed, and with those that there are."""
    for path in ([scale.get("specReplicasPath")] if spec else []) + [scale.get("statusReplicasPath")]:
        if path:
            yield from count_errors(obj, path)
    path = scale.get("labelSelectorPath")
    if path and (wrong := misfit(obj, path, str)):
        yield invalid(path, "", wrong)


def count_errors(obj: Object, path: str) -> Iterator[FieldError]:
    if wrong := misfit(obj, path, int):
        yield invalid(path, 0, wrong)
        return
    value = found(obj, path)
    if value is not None and value < 0:
        yield invalid(path, value, "should be a non-negative integer")
    elif value is not None and value > LARGEST:
        yield invalid(path, value, f"should be less than or equal to {LARGEST}")


def found(obj: Object, path: str) -> Any:
    value: Any = obj
    for name in path.removeprefix(".").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def misfit(obj: Object, path: str, kind: type) -> str:
    """Why no such value is at a path, as Go tells it; "" where one is, or nothing."""
    value: Any = obj
    names = path.removeprefix(".").split(".")
    for index, name in enumerate(names):
        if not isinstance(value, dict):
            return told(names[:index], value, "map[string]interface{}")
        if name not in value:
            return ""
        value = value[name]
    return "" if type(value) is kind else told(names, value, "int64" if kind is int else "string")


def told(names: list[str], value: Any, wanted: str) -> str:
    return f".{'.'.join(names)} accessor error: {sprint(value)} is of the type {type_name(value)}, expected {wanted}"
