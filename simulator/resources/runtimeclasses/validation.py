"""Validation of a RuntimeClass. Upstream: pkg/apis/node/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.amounts import validate_requirements
from simulator.resources.common.metadata import (
    validate_labels,
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)
from simulator.resources.common.placement import validate_tolerations


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    handler = obj.get("handler", "")
    if old is not None:
        yield from validate_unchanged(handler, old.get("handler"), "handler")
        return
    yield from validate_name(handler, "handler", names.dns_label)
    if obj.get("overhead") is not None:
        limits = {"limits": obj["overhead"].get("podFixed") or {}}
        yield from validate_requirements(limits, "overhead", {})
    scheduling = obj.get("scheduling") or {}
    if scheduling.get("nodeSelector"):
        yield from validate_labels(scheduling["nodeSelector"], "scheduling.nodeSelector")
    if scheduling.get("tolerations"):
        yield from validate_tolerations(scheduling["tolerations"], "scheduling.tolerations")
