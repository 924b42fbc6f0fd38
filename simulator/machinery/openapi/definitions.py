"""Definitions as OpenAPI v3 and v2 publish them.

Upstream: k8s.io/kube-openapi/pkg/builder3, pkg/builder, pkg/schemaconv
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.machinery.openapi.enums import described, enums
from simulator.machinery.schemas import Definition, plain_type

QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
INT_OR_STRING: Final = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
V3_SPECIAL: Final[dict[str, Definition]] = {
    QUANTITY: {
        "description": "Quantity is an exact amount, written as a number with an optional suffix: 500m, 2, 1.5Gi, 3e6.",
        "oneOf": [{"type": "string"}, {"type": "number"}],
    },
    INT_OR_STRING: {
        "description": "IntOrString holds either an int32 or a string, such as a port by number or by name.",
        "format": "int-or-string",
        "oneOf": [{"type": "integer"}, {"type": "string"}],
    },
}
V2_SPECIAL: Final[dict[str, Definition]] = {
    QUANTITY: {"description": V3_SPECIAL[QUANTITY]["description"], "type": "string"},
    INT_OR_STRING: {
        "description": V3_SPECIAL[INT_OR_STRING]["description"],
        "format": "int-or-string",
        "type": "string",
    },
}
IDENTITY: Final = "x-kubernetes-group-version-kind"
ZEROS: Final = {"string": "", "integer": 0, "number": 0, "boolean": False}
KEPT: Final = (
    *("description", "format", "required", "title", "default", "example", "nullable"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    *("oneOf", "anyOf", "allOf", "not"),
)
"""What is published as it stands; the built-in kinds use the first few, custom ones any."""


def reachable(definitions: Mapping[str, Definition], roots: Iterable[str]) -> list[str]:
    """The names of the definitions that the roots refer to, the roots included, sorted."""
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting.extend(references(definitions.get(name, {})))
    return sorted(name for name in found if name in definitions)


def references(schema: Any) -> list[str]:
    if not isinstance(schema, dict):
        return []
    reference = schema.get("$ref")
    names = [reference.rsplit("/", 1)[-1]] if isinstance(reference, str) else []
    below = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return [*names, *(name for entry in below if isinstance(entry, dict) for name in references(entry))]


def v3_definition(definition: Definition, name: str, version: str) -> Definition:
    if name in V3_SPECIAL:
        return V3_SPECIAL[name]
    result = published(definition, v3=True)
    for field, values in enums(name, version).items():
        place = result["properties"].get(field)
        if place is not None:  # an older release may not have the field
            place["description"] = described(place.get("description", ""), values)
            place["enum"] = list(values)
    return result


def v2_definition(definition: Definition, name: str) -> Definition:
    if definition.get("x-kubernetes-preserve-unknown-fields") and IDENTITY in definition:
        return {"type": "object", IDENTITY: definition[IDENTITY]}  # clients take what is listed for all there is
    return V2_SPECIAL.get(name) or published(definition, v3=False)


def published(schema: Definition, *, v3: bool, zero: bool = False, name: str = "") -> Definition:
    """One schema with what is below it; `zero` adds the zero value that Go gives required fields and elements."""
    if "$ref" in schema:
        return reference(schema, v3=v3, zero=zero)
    result: Definition = {key: schema[key] for key in KEPT if key in schema}
    kind = plain_type(schema)
    if kind:
        result["type"] = kind
    if zero and v3 and kind in ZEROS:
        result["default"] = ZEROS[kind]
    if "properties" in schema:
        required = schema.get("required", ())
        result["properties"] = {
            field: published(below, v3=v3, zero=field in required, name=field)
            for field, below in schema["properties"].items()
        }
    if "items" in schema:
        result["items"] = published(schema["items"], v3=v3, zero=True)
    if "additionalProperties" in schema:
        values = schema["additionalProperties"]
        result["additionalProperties"] = published(values, v3=v3, zero=True) if isinstance(values, dict) else values
    if "enum" in schema and name not in ("apiVersion", "kind"):
        result["enum"] = schema["enum"]
    result.update({key: value for key, value in schema.items() if key.startswith("x-kubernetes-")})
    return result


def reference(schema: Definition, *, v3: bool, zero: bool) -> Definition:
    """A reference with what the field says beside it: v3 needs `allOf` for that, v2 does not."""
    name = schema["$ref"].rsplit("/", 1)[-1]
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    if not v3:
        return {**beside, "$ref": f"#/definitions/{name}"}
    target = {"$ref": f"#/components/schemas/{name}"}
    if zero and name != QUANTITY:
        beside["default"] = {}
    return {**beside, "allOf": [target]} if beside else target
