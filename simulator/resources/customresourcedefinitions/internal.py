"""The versions of a custom kind as the API server has them in memory, which is how its errors show them.

Upstream: apiextensions-apiserver/pkg/apis/apiextensions/{types,types_jsonschema}.go, v1/conversion.go
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.machinery.objects import Object

type Show = Callable[[Any], Any]
type Fields = Mapping[str, tuple[Any, Show | None]]
"""Name in JSON → what an absent value is, and how a present one is shown. The names of Go are made from these."""

OWN: Final = {
    "$schema": "Schema",
    "$ref": "Ref",
    "id": "ID",
    "jsonPath": "JSONPath",
    "openAPIV3Schema": "OpenAPIV3Schema",
}
SHARED: Final = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")
"""What is kept once for all versions where it is the same in each."""


def as_internal(versions: list[Object]) -> list[Object]:
    """The versions with what all have in common taken out of them."""
    common = [name for name in SHARED if all(one.get(name) == versions[0].get(name) for one in versions)]
    return [struct(VERSION, {name: value for name, value in each.items() if name not in common}) for each in versions]


def struct(fields: Fields, value: Object) -> Object:
    """A value of a Go type without names for JSON: every field, under its own."""
    found = {}
    for name, (absent, show) in fields.items():
        given = value.get(name)
        found[go_name(name)] = absent if given is None else given if show is None else show(given)
    return found


def go_name(name: str) -> str:
    if name.startswith("x-kubernetes-"):
        return "X" + "".join(word.capitalize() for word in name.split("-")[2:])
    return OWN.get(name) or name[0].upper() + name[1:]


def schema(value: Object) -> Object:
    return struct(SCHEMA, value)


def schemas(value: list[Object]) -> list[Object]:
    return [schema(each) for each in value]


def named(value: Mapping[str, Object]) -> Object:
    return {name: schema(each) for name, each in value.items()}


def or_array(value: Object | list[Object]) -> Object:
    if isinstance(value, dict):
        return {"Schema": schema(value), "JSONSchemas": None}
    return {"Schema": None, "JSONSchemas": schemas(value)}


def or_bool(value: Object | bool) -> Object:
    return {"Allows": value is not False, "Schema": schema(value) if isinstance(value, dict) else None}


def or_strings(value: Any) -> Object:
    alone = isinstance(value, dict)
    return {"Schema": schema(value) if alone else None, "Property": None if alone else value}


def structs(fields: Fields) -> Show:
    return lambda value: [struct(fields, each) for each in value]


def part(fields: Fields) -> Show:
    return lambda value: struct(fields, value)


RULE: Final[Fields] = {
    **dict.fromkeys(("rule", "message", "messageExpression"), ("", None)), "reason": (None, None),
    "fieldPath": ("", None), "optionalOldSelf": (None, None),
}  # fmt: skip
TEXT, FLAG, POINTER = ("", None), (False, None), (None, None)
SCHEMA: Final[Fields] = {
    "id": TEXT, "$schema": TEXT, "$ref": POINTER, "description": TEXT, "type": TEXT, "nullable": FLAG, "format": TEXT,
    "title": TEXT, "default": POINTER, "maximum": POINTER, "exclusiveMaximum": FLAG, "minimum": POINTER,
    "exclusiveMinimum": FLAG, "maxLength": POINTER, "minLength": POINTER, "pattern": TEXT, "maxItems": POINTER,
    "minItems": POINTER, "uniqueItems": FLAG, "multipleOf": POINTER, "enum": POINTER, "maxProperties": POINTER,
    "minProperties": POINTER, "required": POINTER, "items": (None, or_array), "allOf": (None, schemas),
    "oneOf": (None, schemas), "anyOf": (None, schemas), "not": (None, schema), "properties": (None, named),
    "additionalProperties": (None, or_bool), "patternProperties": (None, named),
    "dependencies": (None, lambda value: {name: or_strings(each) for name, each in value.items()}),
    "additionalItems": (None, or_bool), "definitions": (None, named),
    "externalDocs": (None, part({"description": TEXT, "url": TEXT})), "example": POINTER,
    "x-kubernetes-preserve-unknown-fields": POINTER, "x-kubernetes-embedded-resource": FLAG,
    "x-kubernetes-int-or-string": FLAG, "x-kubernetes-list-map-keys": POINTER, "x-kubernetes-list-type": POINTER,
    "x-kubernetes-map-type": POINTER, "x-kubernetes-validations": (None, structs(RULE)),
}  # fmt: skip
COLUMN: Final[Fields] = {
    "name": TEXT, "type": TEXT, "format": TEXT, "description": TEXT, "priority": (0, None), "jsonPath": TEXT,
}  # fmt: skip
SCALE: Final[Fields] = {"specReplicasPath": TEXT, "statusReplicasPath": TEXT, "labelSelectorPath": POINTER}
VERSION: Final[Fields] = {
    "name": TEXT, "served": FLAG, "storage": FLAG, "deprecated": FLAG, "deprecationWarning": POINTER,
    "schema": (None, part({"openAPIV3Schema": (None, schema)})),
    "subresources": (None, part({"status": POINTER, "scale": (None, part(SCALE))})),
    "additionalPrinterColumns": (None, structs(COLUMN)), "selectableFields": (None, structs({"jsonPath": TEXT})),
}  # fmt: skip
