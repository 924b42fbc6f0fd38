"""Validation of a DeviceClass. Upstream: pkg/apis/resource/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, required, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update

MOST = 32


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    for field in ("selectors", "config"):
        if len(spec.get(field) or ()) > MOST:
            yield too_many(f"spec.{field}", len(spec[field]), MOST)
    for index, selector in enumerate(spec.get("selectors") or ()):
        if not (selector.get("cel") or {}).get("expression"):
            yield required(f"spec.selectors[{index}].cel")
