"""Validation of a VolumeAttachment. Upstream: ValidateVolumeAttachment in pkg/apis/storage/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    if not spec.get("attacher"):
        yield required("spec.attacher")
    else:
        yield from validate_name(spec["attacher"].lower(), "spec.attacher", names.dns_subdomain)
    source = spec.get("source") or {}
    if not source.get("persistentVolumeName") and source.get("inlineVolumeSpec") is None:
        yield required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    if source.get("persistentVolumeName") and source.get("inlineVolumeSpec") is not None:
        yield forbidden("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    if not spec.get("nodeName"):
        yield required("spec.nodeName")
    if old is not None:
        yield from validate_unchanged(spec, old.get("spec"), "spec")
