"""Schemas of CustomResourceDefinitions: whether they are structural, and what a schema may say at all.

Upstream: apiextensions-apiserver/pkg/apiserver/schema/validation.go, pkg/apis/apiextensions/validation
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.kernel.state import thaw
from simulator.machinery import structural
from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.machinery.patterns import PatternError, compiled
from simulator.resources.customresourcedefinitions.rules import rule_errors, rule_form_errors

type Errors = Iterator[FieldError]

ROOT, ITEM, FIELD = "root", "item", "field"
KEEPS: Final = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING: Final = "x-kubernetes-int-or-string"
EMBEDDED: Final = "x-kubernetes-embedded-resource"
LIST_TYPE, MAP_TYPE, KEYS = "x-kubernetes-list-type", "x-kubernetes-map-type", "x-kubernetes-list-map-keys"
TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
NO_TYPE: Final = {
    ROOT: "must not be empty at the root",
    ITEM: "must not be empty for specified array items",
    FIELD: "must not be empty for specified object fields",
}
NOT_NESTED: Final = {
    "type": "must be empty to be structural",
    "additionalProperties": "must be undefined to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    "externalDocs": "must be undefined to be structural",
    KEEPS: "must be false to be structural",
    EMBEDDED: "must be false to be structural",
    INT_OR_STRING: "must be false to be structural",
    KEYS: "must be empty to be structural",
    LIST_TYPE: "must be undefined to be structural",
    MAP_TYPE: "must be undefined to be structural",
    "x-kubernetes-validations": "must be empty to be structural",
}
"""What may not stand within allOf, anyOf, oneOf and not."""
UNSUPPORTED: Final = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
DEEPEST: Final = 64


def schema_errors(schema: Object, path: str, language: Language) -> list[FieldError]:
    """What is wrong with the schema of a version."""
    found = sorted(structural_errors(schema, path, ROOT), key=str)
    if not found:
        found = list(default_errors(schema, path))
    is_structural = not found
    if schema.get("nullable"):
        found.insert(0, forbidden(f"{path}.nullable", "nullable cannot be true at the root"))
    found += form_errors(schema, Context(path, is_root=True))
    if is_structural and not found:
        found += rule_errors(schema, path, language)
    return found


# Structural.


def structural_errors(schema: Object, path: str, level: str, depth: int = 0) -> Errors:
    """What keeps a schema from telling for every field where it belongs."""
    if depth > DEEPEST:
        yield forbidden(path, f"schemas nested deeper than {DEEPEST} levels are not simulated")
        return
    kind = schema.get("type") or ""
    if kind == "array" and schema.get("items") is None:
        yield required(f"{path}.items", "must be specified")
    if isinstance(schema.get("items"), dict):
        yield from structural_errors(schema["items"], f"{path}.items", ITEM, depth + 1)
    for name, below in (schema.get("properties") or {}).items():
        yield from structural_errors(below, f"{path}.properties[{name}]", FIELD, depth + 1)
    others = schema.get("additionalProperties")
    if others is not None and level == ROOT:
        yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if isinstance(others, dict):
        yield from structural_errors(others, f"{path}.additionalProperties", FIELD, depth + 1)
    yield from extension_errors(schema, path)
    yield from combination_errors(schema, path, is_exception(schema), depth)
    yield from type_errors(schema, path, level, kind)
    yield from metadata_errors(schema, path, level)


def extension_errors(schema: Object, path: str) -> Errors:
    if schema.get(INT_OR_STRING):
        for other in (KEEPS, EMBEDDED):
            if schema.get(other):
                yield invalid(f"{path}.{other}", True, f"must be false if {INT_OR_STRING} is true")
    if schema.get("pattern"):
        try:
            compiled(schema["pattern"])
        except PatternError as error:
            rule = f"must be a valid regular expression, but isn't: error parsing regexp: {error}"
            yield invalid(f"{path}.pattern", schema["pattern"], rule)


def type_errors(schema: Object, path: str, level: str, kind: str) -> Errors:
    if schema.get(EMBEDDED) and kind != "object":
        rule = f"must be object if {EMBEDDED} is true"
        yield invalid(f"{path}.type", kind, rule) if kind else required(f"{path}.type", rule)
    elif not kind and not schema.get(INT_OR_STRING) and not schema.get(KEEPS):
        yield required(f"{path}.type", NO_TYPE[level])
    if schema.get(EMBEDDED) and schema.get("additionalProperties") is not None:
        yield forbidden(f"{path}.additionalProperties", f"must not be used if {EMBEDDED} is set")
    if level == ROOT and kind and kind != "object":
        yield invalid(f"{path}.type", kind, "must be object at the root")
    if schema.get(EMBEDDED) and not schema.get(KEEPS) and not schema.get("properties"):
        yield required(f"{path}.properties", f"must not be empty if {EMBEDDED} is true without {KEEPS}")


def metadata_errors(schema: Object, path: str, level: str) -> Errors:
    """The head of a resource is what it is: only names can be restricted."""
    if level != ROOT and not schema.get(EMBEDDED):
        return
    properties = schema.get("properties") or {}
    for name in ("kind", "apiVersion"):
        if name in properties and properties[name].get("type") != "string":
            yield invalid(f"{path}.properties[{name}].type", properties[name].get("type", ""), "must be string")
    metadata = properties.get("metadata")
    if metadata is None:
        return
    if metadata.get("type") != "object":
        yield invalid(f"{path}.properties[metadata].type", metadata.get("type", ""), "must be object")
    extra = set(metadata) - {"type", "description", "properties", "required"}
    if level == ROOT and (extra or set(metadata.get("properties") or {}) - {"name", "generateName"}):
        rule = "must not specify anything other than name and generateName, but metadata is implicitly specified"
        yield forbidden(f"{path}.properties[metadata]", rule)


def is_exception(schema: Object) -> bool:
    """Whether anyOf says again what `x-kubernetes-int-or-string` says."""
    return schema.get("anyOf") == [{"type": "integer"}, {"type": "string"}]


def combination_errors(schema: Object, path: str, is_excepted: bool, depth: int) -> Errors:
    for name in ("anyOf", "allOf", "oneOf"):
        if name == "anyOf" and is_excepted:
            continue
        for index, part in enumerate(schema.get(name) or ()):
            is_first = name == "allOf" and index == 0 and is_exception(part)
            yield from nested_errors(part, f"{path}.{name}[{index}]", is_first, depth + 1)
    if schema.get("not") is not None:
        yield from nested_errors(schema["not"], f"{path}.not", False, depth + 1)


def nested_errors(part: Object, path: str, is_excepted: bool, depth: int) -> Errors:
    """What may not be said in a combination, because it would say what there is."""
    if depth > DEEPEST:
        yield forbidden(path, f"schemas nested deeper than {DEEPEST} levels are not simulated")
        return
    yield from combination_errors(part, path, is_excepted, depth)
    if isinstance(part.get("items"), dict):
        yield from nested_errors(part["items"], f"{path}.items", False, depth + 1)
    for name, below in (part.get("properties") or {}).items():
        yield from nested_errors(below, f"{path}.properties[{name}]", False, depth + 1)
    for name, rule in NOT_NESTED.items():
        if part.get(name) not in (None, False, "", []):
            yield forbidden(f"{path}.{name}", rule)
    if "metadata" in (part.get("properties") or {}):
        yield forbidden(f"{path}.properties[metadata]", "must not be specified in a nested context")


# Defaults.


def default_errors(schema: Object, path: str) -> Errors:
    """Defaults have to be what the schema itself allows."""
    if "default" in schema and schema["default"] is not None:
        unknown: list[str] = []
        if structural.prune(thaw(schema["default"]), schema, unknown) != schema["default"]:
            yield invalid(f"{path}.default", schema["default"], "must not have unknown fields")
        else:
            yield from structural.validate(schema["default"], schema, f"{path}.default")
    for name, below in (schema.get("properties") or {}).items():
        yield from default_errors(below, f"{path}.properties[{name}]")
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            yield from default_errors(schema[name], f"{path}.{name}")


# What a schema may say.


@dataclass(frozen=True, slots=True)
class Context:
    """Where in a schema one is."""

    path: str
    is_root: bool = False
    no_defaults: str = ""
    """Why no default may be set here."""
    in_metadata: bool = False

    def at(self, path: str) -> "Context":
        return replace(self, path=path, is_root=False)


def form_errors(schema: Object, context: Context) -> list[FieldError]:
    path = context.path
    found = [*said_errors(schema, context)]
    if schema.get("uniqueItems"):
        rule = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        found.append(forbidden(f"{path}.uniqueItems", rule))
    others = schema.get("additionalProperties")
    if others is not None and others is not True and schema.get("properties"):
        rule = "additionalProperties and properties are mutual exclusive"
        found.append(forbidden(f"{path}.additionalProperties", rule))
    if isinstance(others, dict):
        found += form_errors(others, context.at(f"{path}.additionalProperties"))
    for name, below in (schema.get("properties") or {}).items():
        inner = context.at(f"{path}.properties[{name}]")
        if (context.is_root or schema.get(EMBEDDED)) and name in ("metadata", "kind", "apiVersion"):
            reason = f"in top-level {name}" if context.is_root else context.no_defaults
            inner = replace(inner, in_metadata=True, no_defaults=reason)
        found += form_errors(below, inner)
    for name in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(schema.get(name) or ()):
            found += form_errors(part, context.at(f"{path}.{name}[{index}]"))
    if isinstance(schema.get("not"), dict):
        found += form_errors(schema["not"], context.at(f"{path}.not"))
    if isinstance(schema.get("items"), dict):
        found += form_errors(schema["items"], context.at(f"{path}.items"))
    return [*found, *list_errors(schema, path), *rule_form_errors(schema, path)]


def said_errors(schema: Object, context: Context) -> Errors:
    path, kind = context.path, schema.get("type") or ""
    if kind and kind not in TYPES and kind != "null":
        yield not_supported(f"{path}.type", kind, TYPES)
    if schema.get("default") is not None and context.no_defaults:
        yield forbidden(f"{path}.default", f"must not be set {context.no_defaults}")
    for name in UNSUPPORTED:
        if schema.get(name):
            yield forbidden(f"{path}.{name}", f"{name} is not supported")
    if kind == "null":
        yield forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list):
        yield forbidden(f"{path}.items", "items must be a schema object and not an array")
    if context.in_metadata and schema.get(EMBEDDED):
        yield forbidden(f"{path}.{EMBEDDED}", "must not be used inside of resource meta")
    if schema.get(KEEPS) is False:
        yield invalid(f"{path}.{KEEPS}", False, "must be true or undefined")
    if schema.get(MAP_TYPE) is not None:
        if kind != "object":
            rule = f"must be object if {MAP_TYPE} is specified"
            yield invalid(f"{path}.type", kind, rule) if kind else required(f"{path}.type", rule)
        if schema[MAP_TYPE] not in ("atomic", "granular"):
            yield not_supported(f"{path}.{MAP_TYPE}", schema[MAP_TYPE], ("atomic", "granular"))


def list_errors(schema: Object, path: str) -> Errors:
    """Lists whose items are told apart by themselves or by keys."""
    kind, form = schema.get("type") or "", schema.get(LIST_TYPE)
    items, keys = schema.get("items"), schema.get(KEYS) or []
    if form is not None and kind != "array":
        rule = f"must be array if {LIST_TYPE} is specified"
        yield invalid(f"{path}.type", kind, rule) if kind else required(f"{path}.type", rule)
    if form is not None and form not in ("atomic", "set", "map"):
        yield not_supported(f"{path}.{LIST_TYPE}", form, ("atomic", "set", "map"))
    if keys and form != "map":
        rule = f"must be map if {KEYS} is non-empty"
        yield required(f"{path}.{LIST_TYPE}", rule) if form is None else invalid(f"{path}.{LIST_TYPE}", form, rule)
    if form in ("set", "map") and isinstance(items, dict) and items.get("nullable"):
        yield forbidden(f"{path}.items.nullable", f"cannot be nullable when {LIST_TYPE} is {form}")
    if form == "set" and isinstance(items, dict):
        yield from set_errors(items, path)
    if form == "map":
        yield from keyed_errors(items, keys, path)


def set_errors(items: Object, path: str) -> Errors:
    rule = f"must be atomic as item of a list with {LIST_TYPE}=set"
    if items.get("type") == "array" and items.get(LIST_TYPE, "atomic") != "atomic":
        yield invalid(f"{path}.items.{LIST_TYPE}", items[LIST_TYPE], rule)
    if items.get("type") == "object" and items.get(MAP_TYPE) != "atomic":
        yield invalid(f"{path}.items.{MAP_TYPE}", items.get(MAP_TYPE), rule)


def keyed_errors(items: Any, keys: list[str], path: str) -> Errors:
    if not keys:
        yield required(f"{path}.{KEYS}", f"must not be empty if {LIST_TYPE} is map")
    if not isinstance(items, dict):
        if items is None:
            yield required(f"{path}.items", f"must have a schema if {LIST_TYPE} is map")
        return
    if items.get("type") != "object":
        rule = f"must be object if parent array's {LIST_TYPE} is map"
        yield invalid(f"{path}.items.type", items.get("type") or "", rule)
        return
    properties = items.get("properties") or {}
    for index, key in enumerate(keys):
        place, below = f"{path}.items.properties[{key}]", properties.get(key)
        if below is None:
            yield invalid(f"{path}.{KEYS}", keys, "entries must all be names of item properties")
        elif below.get("type") in ("array", "object"):
            rule = f"must be a scalar type if parent array's {LIST_TYPE} is map"
            yield invalid(f"{place}.type", items["type"], rule)
        if key in keys[:index]:
            yield invalid(f"{path}.{KEYS}", keys, "must not contain duplicate entries")
        if below is not None:
            yield from key_errors(below, key in (items.get("required") or ()), place)


def key_errors(below: Object, is_required: bool, place: str) -> Errors:
    stem = f"this property is in {KEYS}, so it"
    if not is_required and below.get("default") is None:
        yield required(f"{place}.default", f"{stem} must have a default or be a required property")
    if below.get("nullable"):
        yield forbidden(f"{place}.nullable", f"{stem} cannot be nullable")
