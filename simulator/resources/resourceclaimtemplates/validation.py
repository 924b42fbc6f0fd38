"""Validation of a ResourceClaimTemplate. Upstream: pkg/apis/resource/validation"""

from collections.abc import Iterator

from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_unchanged
from simulator.resources.resourceclaims.validation import validate_claim


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_claim(language, spec.get("spec") or {}, "spec.spec")
    if old is not None:
        yield from validate_unchanged(spec, old.get("spec"), "spec")
