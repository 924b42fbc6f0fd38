"""Validation of a MutatingAdmissionPolicyBinding. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_name
from simulator.resources.common.params import validate_param_ref
from simulator.resources.common.webhooks import MUTABLE, validate_match


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from (
        validate_metadata(obj, namespaced=False, core=False)
        if old is None
        else validate_metadata_update(obj, old, core=False)
    )
    spec = obj.get("spec") or {}
    if not spec.get("policyName"):
        yield required("spec.policyName")
    else:
        yield from validate_name(spec["policyName"], "spec.policyName", names.dns_subdomain)
    if spec.get("paramRef") is not None:
        yield from validate_param_ref(spec["paramRef"], "spec.paramRef")
    if spec.get("matchResources") is not None:
        yield from validate_match(spec["matchResources"], "spec.matchResources", MUTABLE)
