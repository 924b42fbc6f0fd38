"""Validation of a ServiceCIDR. Upstream: ValidateServiceCIDR in pkg/apis/networking/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid, required
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
    blocks = (obj.get("spec") or {}).get("cidrs") or []
    if not blocks:
        yield required("spec.cidrs", "at least one CIDR required")
    if len(blocks) > 2:
        yield invalid("spec.cidrs", blocks, "may only hold up to 2 values")
    for index, block in enumerate(blocks):
        yield from validate_name(block, f"spec.cidrs[{index}]", names.cidr)
    if old is not None:
        yield from validate_unchanged(blocks, (old.get("spec") or {}).get("cidrs"), "spec.cidrs")
