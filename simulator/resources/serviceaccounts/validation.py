"""Validation of a ServiceAccount. Upstream: ValidateServiceAccount in pkg/apis/core/validation"""

from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    update = [] if old is None else validate_metadata_update(obj, old)
    return [*update, *validate_metadata(obj)]
