"""What each version of a CustomResourceDefinition brings beside its schema: columns, subresources, selectable fields.

Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from simulator.machinery.cel.language import Language
from simulator.machinery.cel.rules import steps_of
from simulator.machinery.field import FieldError, duplicate, invalid, required, too_many
from simulator.machinery.objects import Object
from simulator.resources.customresourcedefinitions.schemas import schema_errors

type Errors = Iterator[FieldError]

COLUMN_TYPES: Final = ("boolean", "date", "integer", "number", "string")
COLUMN_FORMATS: Final = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
SIMPLE_PATH: Final = re.compile(r"\.[A-Za-z0-9_\-\.\[\]'\"\\/@?()=* ]*")
MOST_SELECTABLE: Final = 8
SHARED: Final = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")
"""What stands once for the whole definition when all versions have the same."""


def version_errors(versions: list[Object], language: Language) -> Errors:
    for index, version in enumerate(versions):
        yield from warning_errors(version, f"spec.versions[{index}]")
    for index, version in enumerate(versions):
        place = f"spec.versions[{index}]"
        found = {
            name: "spec." if is_shared(versions, name) else f"{place}."
            for name in SHARED
            if index == 0 or not is_shared(versions, name)
        }
        if "schema" in found:
            part = "validation" if found["schema"] == "spec." else "schema"
            schema = (version.get("schema") or {}).get("openAPIV3Schema")
            if schema:
                yield from schema_errors(schema, f"{found['schema']}{part}.openAPIV3Schema", language)
        if "subresources" in found:
            yield from subresource_errors(version.get("subresources") or {}, f"{found['subresources']}subresources")
        if "additionalPrinterColumns" in found:
            stem = f"{found['additionalPrinterColumns']}additionalPrinterColumns"
            for column, asked in enumerate(version.get("additionalPrinterColumns") or ()):
                yield from column_errors(asked, f"{stem}[{column}]")
        if "selectableFields" in found:
            yield from selectable_errors(version, f"{found['selectableFields']}selectableFields")


def is_shared(versions: list[Object], name: str) -> bool:
    return all(each.get(name) == versions[0].get(name) for each in versions)


def warning_errors(version: Object, place: str) -> Errors:
    text = version.get("deprecationWarning")
    if text is None:
        return
    place = f"{place}.deprecationWarning"
    if not version.get("deprecated"):
        yield invalid(place, text, "can only be set for deprecated versions")
        return
    if len(text) > 256:
        yield invalid(place, text, "must be <= 256 characters long")
    if not text:
        yield invalid(place, text, "must not be an empty string")
    at = next((index for index, letter in enumerate(text) if not letter.isprintable()), None)
    if at is not None:
        rule = "must only contain printable UTF-8 characters; non-printable character found at index"
        yield invalid(place, text, f"{rule} {at}")


def subresource_errors(subresources: Object, place: str) -> Errors:
    scale = subresources.get("scale")
    if scale is None:
        return
    for name, root in (("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")):
        path = scale.get(name) or ""
        if not path:
            yield required(f"{place}.scale.{name}")
            continue
        wrong = list(path_errors(path, f"{place}.scale.{name}"))
        yield from wrong
        if not wrong and not path.startswith(root):
            yield invalid(f"{place}.scale.{name}", path, f"should be a json path under {root.rstrip('.')}")
    selector = scale.get("labelSelectorPath") or ""
    if selector:
        wrong = list(path_errors(selector, f"{place}.scale.labelSelectorPath"))
        yield from wrong
        if not wrong and not selector.startswith((".spec.", ".status.")):
            rule = "should be a json path under either .spec or .status"
            yield invalid(f"{place}.scale.labelSelectorPath", selector, rule)


def path_errors(path: str, place: str) -> Errors:
    if not path.startswith("."):
        yield invalid(place, path, "must be a simple json path starting with .")
    elif path != "." and not SIMPLE_PATH.fullmatch(path):
        yield invalid(place, path, "must be a simple json path")


def column_errors(column: Object, place: str) -> Errors:
    if not column.get("name"):
        yield required(f"{place}.name")
    kind, form = column.get("type") or "", column.get("format") or ""
    rule = f"must be one of {','.join(COLUMN_TYPES)}"
    if not kind:
        yield required(f"{place}.type", rule)
    elif kind not in COLUMN_TYPES:
        yield invalid(f"{place}.type", kind, rule)
    if form and form not in COLUMN_FORMATS:
        yield invalid(f"{place}.format", form, f"must be one of {','.join(COLUMN_FORMATS)}")
    if not column.get("jsonPath"):
        yield required(f"{place}.JSONPath")
    else:
        yield from path_errors(column["jsonPath"], f"{place}.JSONPath")


def selectable_errors(version: Object, place: str) -> Errors:
    asked = version.get("selectableFields") or []
    schema: Any = (version.get("schema") or {}).get("openAPIV3Schema") or {}
    seen: list[str] = []
    for index, each in enumerate(asked):
        path, where = each.get("jsonPath") or "", f"{place}[{index}].jsonPath"
        if not path:
            yield required(where)
            continue
        steps = None if "[" in path else steps_of(path)
        if steps is None:
            wrong = "array notation is not allowed" if "[" in path else f"expected [ or . but got: {path}"
            yield invalid(where, path, f"is an invalid path: {wrong}")
            continue
        found = at_path(schema, steps)
        if found is None:
            yield invalid(where, path, "is an invalid path: does not refer to a valid field")
            continue
        if steps[0] == "metadata":
            yield invalid(where, path, "must not point to fields in metadata")
        if found.get("type") not in ("string", "boolean", "integer"):
            rule = (
                "must point to a field of type string, boolean or integer. Enum string fields and strings with "
                "formats are allowed."
            )
            yield invalid(where, path, rule)
        if path in seen:
            yield duplicate(where, path)
        seen.append(path)
    if len(set(seen)) > MOST_SELECTABLE:
        yield too_many(place, len(set(seen)), MOST_SELECTABLE)


def at_path(schema: Object, steps: list[str]) -> Object | None:
    for name in steps:
        below = (schema.get("properties") or {}).get(name)
        if not isinstance(below, dict):
            return None
        schema = below
    return schema
