"""Validation of an Event, in either of its groups. Upstream: pkg/apis/core/validation/events.go"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    involved = obj.get("involvedObject") or obj.get("regarding") or {}
    namespace = (obj.get("metadata") or {}).get("namespace", "")
    if (
        old is None
        and involved.get("namespace", "") != namespace
        and not (not involved.get("namespace") and namespace in ("default", "kube-system"))
    ):
        path = "involvedObject.namespace"
        yield invalid(path, involved.get("namespace", ""), "does not match event.namespace")
