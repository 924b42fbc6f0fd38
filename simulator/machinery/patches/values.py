"""JSON values as Go sees them: private copies, strict equality, type names and the `%v` form."""

from typing import Any

type Json = Any
"""dict, list, str, int, float, bool or None."""


def private(value: Json) -> Json:
    """A copy that shares nothing changeable with `value`."""
    if isinstance(value, dict):
        return {key: private(entry) if isinstance(entry, dict | list) else entry for key, entry in value.items()}
    if isinstance(value, list):
        return [private(entry) if isinstance(entry, dict | list) else entry for entry in value]
    return value


def same(left: Json, right: Json) -> bool:
    """Equality that tells `1`, `1.0` and `true` apart. Upstream: reflect.DeepEqual"""
    if left is right:
        return True
    if json_type(left) is not json_type(right):
        return False
    if isinstance(left, dict):
        return len(left) == len(right) and all(key in right and same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def json_type(value: Json) -> type:
    """The type of a value; maps and lists of any make, such as frozen ones, are `dict` and `list`."""
    kind = type(value)
    if kind is str or kind is dict or kind is list:
        return kind
    if isinstance(value, dict):
        return dict
    return list if isinstance(value, list) else kind


def go_type(value: Json) -> str:
    """The name of the type that Go decodes such JSON into."""
    match value:
        case None:
            return "%!s(<nil>)"
        case bool():
            return "bool"
        case str():
            return "string"
        case int():
            return "int64"
        case float():
            return "float64"
        case list():
            return "[]interface {}"
        case _:
            return "map[string]interface {}"


def go_text(value: Json) -> str:
    """A value as Go prints it with `%v`."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case dict():
            return "map[" + " ".join(f"{key}:{go_text(value[key])}" for key in sorted(value)) + "]"
        case list():
            return "[" + " ".join(map(go_text, value)) + "]"
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case _:
            return str(value)
