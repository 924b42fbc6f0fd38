"""The v2 document as protobuf, which is how kubectl asks for it. Upstream: gnostic-models/openapiv2/OpenAPIv2.proto"""

from struct import pack
from typing import Any, Final

import orjson

from simulator.machinery.protobuf.wire import put_bytes, put_fixed64, put_varint

MEDIA_TYPE: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
DEPRECATED_MEDIA_TYPE: Final = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
"""The name that clients still ask under."""

type Layout = dict[str, tuple[int, str]]

MESSAGES: Final[dict[str, Layout]] = {
    "Document": {
        "swagger": (1, "string"),
        "info": (2, "Info"),
        "paths": (8, "Paths"),
        "definitions": (9, "Named Schema"),
        "security": (12, "[]SecurityRequirement"),
        "securityDefinitions": (13, "Named SecurityDefinition"),
    },
    "Info": {"title": (1, "string"), "version": (2, "string")},
    "PathItem": {
        "get": (2, "Operation"),
        "put": (3, "Operation"),
        "post": (4, "Operation"),
        "delete": (5, "Operation"),
        "patch": (8, "Operation"),
        "parameters": (9, "[]Parameter"),
        "x-": (10, "extensions"),
    },
    "Operation": {
        "tags": (1, "[]string"),
        "description": (3, "string"),
        "operationId": (5, "string"),
        "produces": (6, "[]string"),
        "consumes": (7, "[]string"),
        "parameters": (8, "[]Parameter"),
        "responses": (9, "Named Response"),
        "x-": (13, "extensions"),
    },
    "BodyParameter": {
        "description": (1, "string"),
        "name": (2, "string"),
        "in": (3, "string"),
        "required": (4, "bool"),
        "schema": (5, "Schema"),
    },
    "QueryParameter": {
        "required": (1, "bool"),
        "in": (2, "string"),
        "description": (3, "string"),
        "name": (4, "string"),
        "type": (6, "string"),
        "uniqueItems": (20, "bool"),
    },
    "PathParameter": {
        "required": (1, "bool"),
        "in": (2, "string"),
        "description": (3, "string"),
        "name": (4, "string"),
        "type": (5, "string"),
        "uniqueItems": (19, "bool"),
    },
    "Answer": {"description": (1, "string"), "schema": (2, "SchemaItem")},
    "ApiKeySecurity": {
        "type": (1, "string"),
        "name": (2, "string"),
        "in": (3, "string"),
        "description": (4, "string"),
    },
    "Schema": {
        "$ref": (1, "string"),
        "format": (2, "string"),
        "title": (3, "string"),
        "description": (4, "string"),
        "default": (5, "any"),
        "multipleOf": (6, "double"),
        "maximum": (7, "double"),
        "exclusiveMaximum": (8, "bool"),
        "minimum": (9, "double"),
        "exclusiveMinimum": (10, "bool"),
        "maxLength": (11, "int"),
        "minLength": (12, "int"),
        "pattern": (13, "string"),
        "maxItems": (14, "int"),
        "minItems": (15, "int"),
        "uniqueItems": (16, "bool"),
        "maxProperties": (17, "int"),
        "minProperties": (18, "int"),
        "required": (19, "[]string"),
        "enum": (20, "[]any"),
        "additionalProperties": (21, "AdditionalProperties"),
        "type": (22, "TypeItem"),
        "items": (23, "SchemaItem"),
        "allOf": (24, "[]Schema"),
        "properties": (25, "Named Schema"),
        "example": (30, "any"),
        "x-": (31, "extensions"),
    },
}
"""The messages that a document of ours fills: the number and type of each key; `x-` stands for all that begin so.

`[]` is a repeated field, `Named` a message of pairs of name and value. Other keywords have no place in a v2 schema.
"""


def encode(document: dict[str, Any]) -> bytes:
    """The bytes of a v2 document."""
    return encoded("Document", document)


def encoded(kind: str, value: Any) -> bytes:
    """One message."""
    if kind.startswith("Named "):
        return pairs(1, kind.removeprefix("Named "), value)
    match kind:
        case "any":
            return wrapped(2, orjson.dumps(value) + b"\n")
        case "Paths":
            return pairs(2, "PathItem", value)
        case "Response":
            return wrapped(1, encoded("Answer", value))
        case "SchemaItem":
            return wrapped(1, encoded("Schema", value))
        case "TypeItem":
            return wrapped(1, value.encode())
        case "AdditionalProperties":
            return b"\x10\x01" if value is True else wrapped(1, encoded("Schema", value)) if value else b"\x10\x00"
        case "Parameter":
            return parameter(value)
        case "SecurityDefinition":
            return wrapped(2, encoded("ApiKeySecurity", value))
        case "SecurityRequirement":
            return pairs(1, "Strings", value)
        case "Strings":
            return b"".join(wrapped(1, item.encode()) for item in value)
    return fields(MESSAGES[kind], value)


def fields(layout: Layout, value: dict[str, Any]) -> bytes:
    out = bytearray()
    for key, (number, kind) in layout.items():
        if kind == "extensions":
            extensions = {name: below for name, below in value.items() if name.startswith("x-")}
            out += pairs(number, "any", extensions)
        elif key in value:
            put(out, number, kind, value[key])
    return bytes(out)


def put(out: bytearray, number: int, kind: str, value: Any) -> None:
    if kind.startswith("[]"):
        for item in value:
            put(out, number, kind[2:], item)
    elif kind == "string":
        put_bytes(out, number, value.encode())
    elif kind in ("int", "bool"):
        put_varint(out, number, int(value))
    elif kind == "double":
        put_fixed64(out, number, pack("<d", value))
    else:
        put_bytes(out, number, encoded(kind, value))


def parameter(value: dict[str, Any]) -> bytes:
    """A parameter inside the messages that tell its sorts apart."""
    if value["in"] == "body":
        return wrapped(1, wrapped(1, encoded("BodyParameter", value)))
    if value["in"] == "query":
        return wrapped(1, wrapped(2, wrapped(3, encoded("QueryParameter", value))))
    return wrapped(1, wrapped(2, wrapped(4, encoded("PathParameter", value))))


def pairs(number: int, kind: str, values: dict[str, Any]) -> bytes:
    return b"".join(wrapped(number, named(name, encoded(kind, value))) for name, value in values.items())


def named(name: str, value: bytes) -> bytes:
    return wrapped(1, name.encode()) + wrapped(2, value)


def wrapped(number: int, content: bytes) -> bytes:
    out = bytearray()
    put_bytes(out, number, content)
    return bytes(out)
