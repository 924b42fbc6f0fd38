"""Validation of a LeaseCandidate's metadata. Upstream: pkg/apis/coordination/validation"""

from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(validate_metadata(obj, core=False) if old is None else validate_metadata_update(obj, old, core=False))
