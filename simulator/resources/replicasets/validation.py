"""Validation of a ReplicaSet. Upstream: ValidateReplicaSet in pkg/apis/apps/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import IMMUTABLE, validate_metadata, validate_metadata_update
from simulator.resources.common.workloads import (
    shown_selector,
    validate_counts,
    validate_lasting_template,
    validate_own_selector,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_counts(spec, "spec", "replicas", "minReadySeconds")
    yield from validate_own_selector(spec, "spec", "deployment")
    yield from validate_lasting_template(spec, "spec.template", "ReplicaSet")
    if old is not None:
        selector = shown_selector(spec.get("selector"))
        if selector != shown_selector((old.get("spec") or {}).get("selector")):
            yield invalid("spec.selector", selector, IMMUTABLE)
