"""Validation of a ValidatingAdmissionPolicyBinding. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_name
from simulator.resources.common.params import validate_param_ref
from simulator.resources.common.webhooks import validate_match

ACTIONS = ("Audit", "Deny", "Warn")
BOTH = (
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response "
    "and headers serves no purpose)"
)


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
        yield from validate_match(spec["matchResources"], "spec.matchResources")
    actions = spec.get("validationActions") or []
    if not actions:
        yield required("spec.validationActions", "at least one validation action is required")
    for index, action in enumerate(actions):
        if action not in ACTIONS:
            yield not_supported(f"spec.validationActions[{index}]", action, ACTIONS)
        if action in actions[:index]:
            yield duplicate(f"spec.validationActions[{index}]", action)
    if "Deny" in actions and "Warn" in actions:
        yield invalid("spec.validationActions", actions, BOTH)
