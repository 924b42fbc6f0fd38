"""Validation of a VolumeAttributesClass. Upstream: pkg/apis/storage/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_name
from simulator.resources.storageclasses.validation import validate_parameters


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    if old is not None:
        for field in ("driverName", "parameters"):
            if obj.get(field) != old.get(field):
                yield forbidden(field, f"updates to {field} are forbidden.")
        return
    driver = obj.get("driverName", "")
    if not driver:
        yield required("driverName")
    else:
        yield from validate_name(driver.lower(), "driverName", names.qualified_name)
    if not obj.get("parameters"):
        yield required("parameters", "must contain at least one key/value pair")
    else:
        yield from validate_parameters(obj["parameters"], "parameters")
