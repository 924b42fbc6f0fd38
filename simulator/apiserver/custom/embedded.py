"""Objects within custom objects, which a schema marks as such: their metadata is everybody's, and named as anybody's.

Upstream: apiextensions-apiserver/pkg/apiserver/schema/objectmeta
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from simulator.machinery import names
from simulator.machinery.decoding import DecodeError, decode
from simulator.machinery.field import FieldError, invalid, required
from simulator.machinery.objects import Object
from simulator.machinery.schemas import Type
from simulator.resources.common.metadata import validate_metadata

MARK: Final = "x-kubernetes-embedded-resource"


def has_embedded(schema: Object) -> bool:
    """Whether a schema knows of objects within."""
    below = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return bool(schema.get(MARK)) or any(isinstance(each, dict) and has_embedded(each) for each in below)


def within(value: Any, schema: Any, path: str = "") -> Iterator[tuple[Object, str]]:
    """Every object within a value, and where it stands."""
    if not isinstance(schema, dict):
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from within(item, schema.get("items"), f"{path}[{index}]")
    elif isinstance(value, dict):
        if schema.get(MARK):
            yield value, path
        properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, item in value.items():
            if name in properties:
                yield from within(item, properties[name], f"{path}.{name}" if path else name)
            else:
                yield from within(item, others, f"{path}[{name}]")


def coerce(obj: Object, schema: Object, metadata_type: Callable[[], Type]) -> None:
    """Read the metadata of every object within, in place. Raises `DecodeError`."""
    for found, path in list(within(obj, schema)):
        for name in ("apiVersion", "kind"):
            if name in found and not isinstance(found[name], str):
                raise DecodeError(shown(invalid(f"{path}.{name}", found[name], "must be a string")))
        if isinstance(found.get("metadata"), dict):
            try:
                found["metadata"] = decode(found["metadata"], metadata_type()).object
            except DecodeError as error:
                raise DecodeError(shown(invalid(f"{path}.metadata", found["metadata"], str(error)))) from None


def shown(error: FieldError) -> str:
    return f"{error.path}: {error.body}"


def validate(obj: Object, schema: Object) -> Iterator[FieldError]:
    """What is wrong with the heads of the objects within."""
    for found, path in within(obj, schema):
        yield from (required(f"{path}.{name}", "") for name in ("apiVersion", "kind") if name not in found)
        version, kind, metadata = (found.get(name) for name in ("apiVersion", "kind", "metadata"))
        if version == "":
            yield invalid(f"{path}.apiVersion", version, "must not be empty")
        elif isinstance(version, str) and version.count("/") > 1:
            yield invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")
        if kind == "":
            yield invalid(f"{path}.kind", kind, "must not be empty")
        elif isinstance(kind, str) and (wrong := names.dns_1035_label(kind.lower())):
            yield invalid(f"{path}.kind", kind, f"may have mixed case, but should otherwise match: {','.join(wrong)}")
        if isinstance(metadata, dict):
            told = {"metadata": {**metadata, "name": metadata.get("name") or "fakename"}}
            errors = validate_metadata(told, names.path_segment, namespaced=bool(metadata.get("namespace")))
            yield from (replace(error, path=f"{path}.{error.path}") for error in errors)
