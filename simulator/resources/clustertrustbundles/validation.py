"""Validation of a ClusterTrustBundle. Upstream: pkg/apis/certificates/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    if not (obj.get("spec") or {}).get("trustBundle"):
        yield required("spec.trustBundle")
