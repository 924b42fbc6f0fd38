"""What expressions know of objects from their schemas: types to check against, and values in the shape of the types.

Upstream: apiserver/pkg/cel/common/{schemas,values}.go
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.machinery.cel.names import escape
from simulator.machinery.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
    object_type,
)
from simulator.machinery.cel.values import CELError, MapList, SetList, duration, timestamp
from simulator.machinery.objects import Object

STRINGS: Final = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}
SCALARS: Final = {"boolean": BOOL, "integer": INT, "number": DOUBLE}
META: Final[Object] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}},
}

type Shape = Callable[[Any], Any]
"""Gives a plain value the shape its type has in expressions."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a schema says of a value: its type, and how to shape one (None: it is in shape as it is)."""

    type: Type
    shape: Shape | None = field(default=None, repr=False)

    def shaped(self, value: Any) -> Any:
        return value if self.shape is None or value is None else self.shape(value)


def describe(schema: Object, name: str, *, is_root: bool = False) -> Described | None:
    """The type of what a schema describes; None for what expressions cannot see."""
    if schema.get("x-kubernetes-int-or-string"):
        return Described(DYN)
    is_root = is_root or bool(schema.get("x-kubernetes-embedded-resource"))
    if is_root:
        schema = with_metadata(schema)
    kind = schema.get("type")
    if kind == "array":
        return describe_list(schema, name)
    if kind == "object":
        return describe_object(schema, name)
    if kind == "string":
        return describe_text(schema.get("format", ""))
    if kind == "number":
        return Described(DOUBLE, number)
    return Described(SCALARS[kind]) if kind in SCALARS else None


def with_metadata(schema: Object) -> Object:
    """A resource's schema, in which rules see the metadata's names whatever the schema says of it."""
    known = schema.get("properties") or {}
    head = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": META}
    return {**schema, "type": "object", "properties": {**known, **head}}


def describe_list(schema: Object, name: str) -> Described | None:
    items = describe(schema.get("items") or {}, f"{name}.@idx")
    if items is None:
        return None
    keys = tuple(schema.get("x-kubernetes-list-map-keys") or ())
    kind, shape = schema.get("x-kubernetes-list-type"), items.shape
    if shape is None and kind not in ("set", "map"):
        return Described(list_of(items.type))

    def shaped(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        parts = [items.shaped(item) for item in value]
        return SetList(parts) if kind == "set" else MapList(parts, keys) if kind == "map" else parts

    return Described(list_of(items.type), shaped)


def describe_object(schema: Object, name: str) -> Described | None:
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        below = describe(others, f"{name}.@elem")
        if below is None:
            return None
        return Described(map_of(STRING, below.type), None if below.shape is None else each(below))
    fields, shapes = {}, {}
    for key, part in (schema.get("properties") or {}).items():
        found, spelled = describe(part, f"{name}.{key}"), escape(key)
        if found is None or spelled is None:
            continue
        fields[spelled] = found.type
        if found.shape is not None:
            shapes[key] = found.shape
    return Described(object_type(name, fields), by_field(shapes) if shapes else None)


def each(below: Described) -> Shape:
    def shaped(value: Any) -> Any:
        return {key: below.shaped(item) for key, item in value.items()} if isinstance(value, dict) else value

    return shaped


def by_field(shapes: dict[str, Shape]) -> Shape:
    def shaped(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: shapes[key](item) if key in shapes and item is not None else item for key, item in value.items()}

    return shaped


def describe_text(form: str) -> Described:
    kind = STRINGS.get(form)
    if kind is None:
        return Described(STRING)
    parse = {BYTES: decoded, DURATION: duration, TIMESTAMP: timestamp}[kind]

    def shaped(value: Any) -> Any:
        try:
            return parse(value) if isinstance(value, str) else value
        except CELError as error:
            return CELError(f"Invalid {form} {value}: {error}")

    return Described(kind, shaped)


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CELError("illegal base64 data") from None


def number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
