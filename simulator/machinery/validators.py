"""Validators that hold exactly for objects whose decoding would change nothing and object to nothing.

Nearly all objects are such, and a compiled validator tells so in microseconds.
"""

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

import jsonschema_rs

from simulator.machinery.gotypes import OMITTED_WHEN_ZERO
from simulator.machinery.literals import base64_text, micro_time, time
from simulator.machinery.quantities import parse
from simulator.machinery.schemas import Form, Type

LIMITS: Final = {"int32": 1 << 31, "int64": 1 << 63, "integer": 1 << 63}
VALIDATORS: Final[WeakKeyDictionary[Type, jsonschema_rs.Draft202012Validator]] = WeakKeyDictionary()


def validator(type: Type) -> jsonschema_rs.Draft202012Validator:
    """The validator of a type, made once for as long as its schemas live."""
    known = VALIDATORS.get(type)
    if known is None:
        known = VALIDATORS[type] = compiled(type)
    return known


def compiled(type: Type) -> jsonschema_rs.Draft202012Validator:
    definitions: dict[str, Any] = {}
    schema = place(type, definitions, empty=True)
    checks: dict[str, Callable[[str], bool]] = {
        "quantity": lambda text: unchanged(lambda value: str(parse(value)), text),
        "time": lambda text: unchanged(time, text),
        "micro-time": lambda text: unchanged(micro_time, text),
        "bytes": lambda text: unchanged(base64_text, text),
    }
    return jsonschema_rs.Draft202012Validator(
        {**schema, "$defs": definitions}, formats=checks, validate_formats=True, ignore_unknown_formats=False
    )


def unchanged(read: Callable[[str], str], text: str) -> bool:
    try:
        return read(text) == text
    except ValueError:
        return False


def place(type: Type, definitions: dict[str, Any], *, empty: bool) -> dict[str, Any]:
    """The schema of one place; `empty` tells whether an empty list or map may stand there."""
    match type.form:
        case Form.STRUCT:
            if not type.name:
                return struct(type, definitions)
            if type.name not in definitions:
                definitions[type.name] = {}
                definitions[type.name] = struct(type, definitions)
            return {"$ref": f"#/$defs/{type.name}"}
        case Form.MAP | Form.LIST:
            assert type.element is not None
            below = place(type.element, definitions, empty=True)
            if type.form is Form.MAP:
                return {"type": "object", "additionalProperties": below, "minProperties": 0 if empty else 1}
            return {"type": "array", "items": below, "minItems": 0 if empty else 1}
        case Form.SCALAR:
            return scalar_schema(type.scalar)
        case _:
            return {"not": {"type": "null"}}


def struct(type: Type, definitions: dict[str, Any]) -> dict[str, Any]:
    required = type.required
    properties = {name: place(below, definitions, empty=name in required) for name, below in type.fields.items()}
    for name in sorted(OMITTED_WHEN_ZERO.get(type.short_name, ())):
        if name in properties:
            properties[name] = {**properties[name], "not": {"enum": ["", 0, False]}}
    return {"type": "object", "properties": properties, "additionalProperties": type.preserves_unknown}


def scalar_schema(scalar: str) -> dict[str, Any]:
    if scalar in ("quantity", "time", "micro-time", "bytes"):
        return {"type": "string", "format": scalar}
    if scalar == "int-or-string":
        return {"anyOf": [{"type": "string"}, scalar_schema("int32")]}
    if scalar in LIMITS:
        return {"type": "integer", "minimum": -LIMITS[scalar], "maximum": LIMITS[scalar] - 1}
    return {"type": scalar}
