"""Validation of a PersistentVolumeClaim. Upstream: ValidatePersistentVolumeClaim in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, forbidden
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.claims import validate_claim_spec
from simulator.resources.common.internal import difference, internal
from simulator.resources.common.metadata import (
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_unchanged,
)

FIXED = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is not None:
        yield from validate_metadata_update(obj, old)
    yield from validate_metadata(obj)
    spec = obj.get("spec") or {}
    yield from validate_claim_spec(spec, "spec")
    if old is not None:
        yield from validate_change(obj, spec, old)


def validate_change(obj: Object, spec: Object, old: Object) -> Errors:
    """A claim keeps what it asks for, but once bound it may ask for more room."""
    before = dict(old.get("spec") or {})
    kept = dict(spec)
    if not before.get("volumeName") and kept.get("volumeName"):
        before["volumeName"] = kept["volumeName"]
    if before.get("storageClassName") is None and kept.get("storageClassName") is not None:
        before["storageClassName"] = kept["storageClassName"]
    if (obj.get("status") or {}).get("phase") == "Bound":
        kept["resources"] = with_storage(kept.get("resources") or {}, storage_of(before))
        if kept.get("volumeAttributesClassName") is not None:
            kept["volumeAttributesClassName"] = before.get("volumeAttributesClassName")
    struct = "PersistentVolumeClaimSpec"
    shown, was = internal(struct, kept), internal(struct, before)
    if shown != was:
        yield forbidden("spec", FIXED + difference(was, shown))
    new_size, old_size = parse(storage_of(spec) or "0"), parse(storage_of(before) or "0")
    if new_size < old_size:
        reached = ((old.get("status") or {}).get("capacity") or {}).get("storage", "0")
        if not parse(reached) < new_size:
            path = "spec.resources.requests.storage"
            yield forbidden(path, "field can not be less than status.capacity")
    yield from validate_unchanged(spec.get("volumeMode"), before.get("volumeMode"), "volumeMode")


def storage_of(spec: Object) -> str | None:
    return ((spec.get("resources") or {}).get("requests") or {}).get("storage")


def with_storage(resources: Object, size: str | None) -> Object:
    requests = {**(resources.get("requests") or {})}
    if size is not None:
        requests["storage"] = size
    return {**resources, "requests": requests}
