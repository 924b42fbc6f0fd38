"""Validation of a Namespace. Upstream: ValidateNamespace in pkg/apis/core/validation"""

from simulator.machinery import names
from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    validate_finalizers,
    validate_kube_finalizers,
    validate_metadata,
    validate_metadata_update,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    if old is not None:
        return list(validate_metadata_update(obj, old))
    finalizers = (obj.get("spec") or {}).get("finalizers") or []
    return [
        *validate_metadata(obj, names.dns_label, namespaced=False),
        *validate_finalizers(finalizers, "spec.finalizers"),
        *validate_kube_finalizers(finalizers, "spec.finalizers"),
    ]
