"""Validation of a ControllerRevision. Upstream: ValidateControllerRevision in pkg/apis/apps/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    validate_count,
    validate_metadata,
    validate_metadata_update,
    validate_unchanged,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is not None:
        yield from validate_metadata_update(obj, old)
    yield from validate_metadata(obj)
    if obj.get("data") is None:
        yield required("data", "data is mandatory")
    yield from validate_count(obj.get("revision"), "revision")
    if old is not None:
        yield from validate_unchanged(obj.get("data"), old.get("data"), "data")
