"""Validation of a CSIStorageCapacity. Upstream: ValidateCSIStorageCapacity in pkg/apis/storage/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.amounts import validate_quantity
from simulator.resources.common.metadata import (
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)
from simulator.resources.common.selectors import validate_selector


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    yield from validate_name(obj.get("storageClassName", ""), "storageClassName", names.dns_subdomain)
    yield from validate_selector(obj.get("nodeTopology"), "nodeTopology")
    for field in ("capacity", "maximumVolumeSize"):
        if obj.get(field) is not None:
            yield from validate_quantity("storage", parse(obj[field]), field)
    if old is not None:
        for field in ("nodeTopology", "storageClassName"):
            yield from validate_unchanged(obj.get(field), old.get(field), field)
