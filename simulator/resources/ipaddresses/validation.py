"""Validation of an IPAddress. Upstream: ValidateIPAddress in pkg/apis/networking/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_unchanged


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, names.ip, namespaced=False) if old is None else validate_metadata_update(obj, old)
    reference = (obj.get("spec") or {}).get("parentRef")
    if reference is None:
        yield required("spec.parentRef")
    else:
        for field in ("resource", "name"):
            if not reference.get(field):
                yield required(f"spec.parentRef.{field}")
    if old is not None:
        yield from validate_unchanged(reference, (old.get("spec") or {}).get("parentRef"), "spec.parentRef")
