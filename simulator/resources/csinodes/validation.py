"""Validation of a CSINode. Upstream: ValidateCSINode in pkg/apis/storage/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    validate_count,
    validate_metadata,
    validate_metadata_update,
    validate_name,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    taken: list[str] = []
    for index, driver in enumerate((obj.get("spec") or {}).get("drivers") or ()):
        place, name = f"spec.drivers[{index}]", driver.get("name", "")
        if not name:
            yield required(f"{place}.name")
        else:
            yield from validate_name(name.lower(), f"{place}.name", names.dns_subdomain)
        if name in taken:
            yield duplicate(f"{place}.name", name)
        taken.append(name)
        if not driver.get("nodeID"):
            yield required(f"{place}.nodeID")
        count = (driver.get("allocatable") or {}).get("count")
        yield from validate_count(count, f"{place}.allocatable.count")
