"""Validation of a ConfigMap. Upstream: ValidateConfigMap in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, too_long
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update

LIMIT = 1024 * 1024
"""Bytes in all values together; Secrets have the same."""


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is not None:
        yield from validate_metadata_update(obj, old)
        if old.get("immutable"):
            yield from validate_frozen(obj, old)
    yield from validate_metadata(obj)
    texts, blobs = obj.get("data") or {}, obj.get("binaryData") or {}
    for key in sorted(texts):
        for message in names.config_key(key):
            yield invalid(f"data[{key}]", key, message)
        if key in blobs:
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for key in sorted(blobs):
        for message in names.config_key(key):
            yield invalid(f"binaryData[{key}]", key, message)
    total = sum(len(text.encode()) for text in texts.values()) + sum(decoded_length(blob) for blob in blobs.values())
    if total > LIMIT:
        yield too_long("", LIMIT)


def decoded_length(blob: str) -> int:
    """Bytes behind base64."""
    return len(blob) * 3 // 4 - blob.count("=", -2)


def validate_frozen(obj: Object, old: Object) -> Errors:
    if not obj.get("immutable"):
        yield forbidden("immutable", "field is immutable when `immutable` is set")
    for field in ("data", "binaryData"):
        if (obj.get(field) or {}) != (old.get(field) or {}):
            yield forbidden(field, "field is immutable when `immutable` is set")
