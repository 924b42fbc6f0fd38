"""Objects against structural schemas: what is unknown is dropped, what is left out is filled in, the rest is checked.

Upstream: apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting,listtype}, k8s.io/kube-openapi/pkg/validation
"""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.kernel.state import thaw
from simulator.machinery.field import (
    FieldError,
    duplicate,
    invalid,
    not_supported,
    required,
    too_long,
    too_many,
    type_invalid,
)
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.patterns import compiled
from simulator.machinery.textformats import check_of

HEAD = ("apiVersion", "kind", "metadata")
METADATA = frozenset((
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
    "managedFields",
))  # fmt: skip
"""The fields of every object's metadata. Upstream: apiextensions-apiserver/pkg/apiserver/schema/objectmeta"""
KEEPS = "x-kubernetes-preserve-unknown-fields"
RULES = "x-kubernetes-validations"
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def has_rules(schema: Object) -> bool:
    """Whether a schema holds rules in CEL, at any depth."""
    if schema.get(RULES):
        return True
    below = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return any(has_rules(each) for each in below if isinstance(each, dict))


# Pruning.


def prune(value: Any, schema: Object, unknown: list[str], path: str = "", *, is_object: bool = False) -> Any:
    """A copy without the fields that the schema does not know; their paths are noted."""
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [prune(item, items, unknown, f"{path}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    is_object = is_object or bool(schema.get("x-kubernetes-embedded-resource"))
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    kept = {}
    for name, item in value.items():
        below = f"{path}.{name}" if path else name
        if is_object and name == "metadata" and isinstance(item, dict):
            kept[name] = {each: content for each, content in item.items() if each in METADATA}
            unknown += [f'unknown field "{below}.{each}"' for each in item if each not in METADATA]
        elif is_object and name in HEAD:
            kept[name] = item  # the server's own, whatever a schema says of them
        elif name in properties:
            kept[name] = prune(item, properties[name], unknown, below)
        elif isinstance(others, dict):
            kept[name] = prune(item, others, unknown, below)
        elif others is True or schema.get(KEEPS):
            kept[name] = item
        else:
            unknown.append(f'unknown field "{below}"')
    return kept


def is_pruned(value: Any, schema: Object, *, is_object: bool = False) -> bool:
    """Whether there is nothing in a value that the schema does not know."""
    if isinstance(value, list):
        items = schema.get("items") or {}
        return all(is_pruned(item, items) for item in value if isinstance(item, dict | list))
    if not isinstance(value, dict):
        return True
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    keeps = others is True or bool(schema.get(KEEPS))
    is_object = is_object or bool(schema.get("x-kubernetes-embedded-resource"))
    for name, item in value.items():
        if is_object and name in HEAD:
            continue
        known = properties.get(name, others)
        if not isinstance(known, dict):
            if not keeps:
                return False
        elif isinstance(item, dict | list) and not is_pruned(item, known):
            return False
    return True


def drop_nulls(value: Any, schema: Any) -> None:
    """Take away nulls that may not be and that no default replaces, in place. Upstream: defaulting/prunenulls.go"""
    if not isinstance(schema, dict):
        return
    if isinstance(value, list):
        for item in value:
            drop_nulls(item, schema.get("items"))
    elif isinstance(value, dict):
        properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in list(value.items()):
            known = properties.get(name, others)
            if item is None and isinstance(known, dict) and not known.get("nullable") and known.get("default") is None:
                del value[name]
            else:
                drop_nulls(item, known)


# Defaulting.


def has_defaults(schema: Object) -> bool:
    """Whether a default stands anywhere in a schema."""
    below = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return "default" in schema or any(isinstance(each, dict) and has_defaults(each) for each in below)


def default(value: Any, schema: Object) -> None:
    """Fill in the schema's defaults, in place; a null that may not be one gives way to the default."""
    if isinstance(value, list):
        for item in value:
            default(item, schema.get("items") or {})
    if not isinstance(value, dict):
        return
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    for name, below in properties.items():
        if "default" in below and (name not in value or (value[name] is None and not below.get("nullable"))):
            value[name] = thaw(below["default"])
    for name, item in value.items():
        known = properties.get(name, others)
        if isinstance(known, dict):
            default(item, known)


# Validation.


MISSING: Any = object()
"""Stands for a value before that is not there, or cannot be told."""


def validate(value: Any, schema: Object, path: str = "", old: Any = MISSING) -> Iterator[FieldError]:
    """What is wrong with a value. Parts that are as they were before are left in peace.

    Upstream: apiextensions-apiserver/pkg/apiserver/validation/ratcheting.go
    """
    if old is not MISSING and value == old:
        return
    if value is None and schema.get("nullable"):
        return
    wrong = type_error(value, schema, path)
    if wrong is not None:
        yield wrong
        return
    if isinstance(value, dict):
        yield from validate_object(value, schema, path, old)
    elif isinstance(value, list):
        yield from validate_list(value, schema, path, old)
    elif isinstance(value, str):
        yield from validate_text(value, schema, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from validate_number(value, schema, path)
    if "enum" in schema and value not in schema["enum"]:
        yield not_supported(path, value, [str(each) for each in schema["enum"]])
    yield from validate_combined(value, schema, path)


def type_error(value: Any, schema: Object, path: str) -> FieldError | None:
    if schema.get("x-kubernetes-int-or-string"):
        fits = isinstance(value, int | str) and not isinstance(value, bool)
        kind = "integer,string"
    else:
        kind = schema.get("type", "")
        fits = not kind or isinstance(value, TYPES[kind])
        if isinstance(value, bool) and kind in ("integer", "number"):
            fits = False
        if kind == "integer" and isinstance(value, float) and value.is_integer():
            fits = True
    if fits:
        return None
    given = type_name(value)
    return type_invalid(path, given, f'{path} in body must be of type {kind}: "{given}"')


def type_name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return next(name for name in ("object", "array", "string", "integer", "number") if isinstance(value, TYPES[name]))


def validate_object(value: Object, schema: Object, path: str, old: Any = MISSING) -> Iterator[FieldError]:
    before = old if isinstance(old, dict) and schema.get("x-kubernetes-map-type") != "atomic" else {}
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    for name in sorted(value):
        known = properties.get(name, others)
        if isinstance(known, dict) and not (not path and name == "metadata"):
            yield from validate(value[name], known, f"{path}.{name}" if path else name, before.get(name, MISSING))
    for name in schema.get("required") or ():
        if name not in value:
            yield required(f"{path}.{name}" if path else name)
    if "maxProperties" in schema and len(value) > schema["maxProperties"]:
        yield too_many(path, len(value), schema["maxProperties"])
    if "minProperties" in schema and len(value) < schema["minProperties"]:
        detail = f"{path} in body should have at least {schema['minProperties']} properties"
        yield invalid(path, len(value), detail)


def validate_list(value: list[Any], schema: Object, path: str, old: Any = MISSING) -> Iterator[FieldError]:
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    known = {key_of(each, keys): each for each in old} if keys and isinstance(old, list) else {}
    for index, item in enumerate(value):
        before = known.get(key_of(item, keys), MISSING) if known else MISSING
        yield from validate(item, schema.get("items") or {}, f"{path}[{index}]", before)
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        yield too_many(path, len(value), schema["maxItems"])
    if "minItems" in schema and len(value) < schema["minItems"]:
        yield invalid(path, len(value), f"{path} in body should have at least {schema['minItems']} items")
    seen: list[Any] = []
    for index, item in enumerate(value):
        match schema.get("x-kubernetes-list-type"):
            case "set":
                key = item
            case "map" if isinstance(item, dict):
                key = {name: item[name] for name in schema.get("x-kubernetes-list-map-keys") or () if name in item}
            case _:
                return
        if key in seen:
            yield duplicate(f"{path}[{index}]", key)
        seen.append(key)


def key_of(item: Any, keys: Sequence[str]) -> str:
    """What tells an item of a list with keys apart."""
    return repr([item.get(name) for name in keys] if isinstance(item, dict) else item)


def validate_text(value: str, schema: Object, path: str) -> Iterator[FieldError]:
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        yield too_long(path, schema["maxLength"])
    if "minLength" in schema and len(value) < schema["minLength"]:
        yield invalid(path, value, f"{path} in body should be at least {schema['minLength']} chars long")
    pattern = schema.get("pattern")
    if pattern and not compiled(pattern).search(value):
        yield invalid(path, value, f"{path} in body should match '{pattern}'")
    form = schema.get("format")
    check = check_of(form) if form else None
    if check is not None and not check(value):
        yield type_invalid(path, value, f"{path} in body must be of type {form}: {quoted(value)}")


def validate_number(value: float, schema: Object, path: str) -> Iterator[FieldError]:
    most, least, step = schema.get("maximum"), schema.get("minimum"), schema.get("multipleOf")
    if most is not None and (value > most or (value == most and schema.get("exclusiveMaximum"))):
        words = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield invalid(path, value, f"{path} in body should be {words} {most}")
    if least is not None and (value < least or (value == least and schema.get("exclusiveMinimum"))):
        words = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield invalid(path, value, f"{path} in body should be {words} {least}")
    if step is not None and value % step:
        yield invalid(path, value, f"{path} in body should be a multiple of {step}")


def validate_combined(value: Any, schema: Object, path: str) -> Iterator[FieldError]:
    shown = type_name(value) if isinstance(value, dict | list) else value
    fitting = [not any(True for _ in validate(value, each, path)) for each in schema.get("oneOf") or ()]
    if fitting and sum(fitting) != 1:
        found = f"Found {sum(fitting)} valid alternatives" if any(fitting) else "Found none valid"
        yield invalid(path, shown, f"{path} in body must validate one and only one schema (oneOf). {found}")
    anyone = schema.get("anyOf") or ()
    if anyone and all(any(True for _ in validate(value, each, path)) for each in anyone):
        yield invalid(path, shown, f"{path} in body must validate at least one schema (anyOf)")
    for each in schema.get("allOf") or ():
        yield from validate(value, each, path)
    unwanted = schema.get("not")
    if unwanted and not any(True for _ in validate(value, unwanted, path)):
        yield invalid(path, shown, f"{path} in body must not validate the schema (not)")
