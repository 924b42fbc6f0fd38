"""Validation of a DeviceClass. Upstream: pkg/apis/resource/validation"""

from collections.abc import Iterator

from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.deviceselectors import MOST, validate_selectors
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_selectors(language, spec.get("selectors") or (), "spec.selectors")
    if len(spec.get("config") or ()) > MOST:
        yield too_many("spec.config", len(spec["config"]), MOST)
