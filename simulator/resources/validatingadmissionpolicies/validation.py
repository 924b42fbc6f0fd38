"""Validation of a ValidatingAdmissionPolicy. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.webhooks import FAILURE_POLICIES, validate_conditions, validate_match

REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    policy, constraints = spec.get("failurePolicy"), spec.get("matchConstraints")
    if policy is None:
        yield required("spec.failurePolicy")
    elif policy not in FAILURE_POLICIES:
        yield not_supported("spec.failurePolicy", policy, FAILURE_POLICIES)
    if spec.get("paramKind") is not None:
        for field in ("apiVersion", "kind"):
            if not spec["paramKind"].get(field):
                yield required(f"spec.paramKind.{field}")
    if constraints is None:
        yield required("spec.matchConstraints")
    else:
        yield from validate_match(constraints, "spec.matchConstraints")
        if not constraints.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
    yield from validate_conditions(spec.get("matchConditions") or [], "spec.matchConditions")
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        rule = "validations or auditAnnotations must contain at least one item"
        yield required("spec.validations", rule)
        yield required("spec.auditAnnotations", rule)
    for index, validation in enumerate(spec.get("validations") or ()):
        yield from validate_expression(validation, f"spec.validations[{index}]")
    for index, variable in enumerate(spec.get("variables") or ()):
        for field in ("name", "expression"):
            if not variable.get(field, "").strip():
                yield required(f"spec.variables[{index}].{field}", f"{field} is not specified")
    for index, annotation in enumerate(spec.get("auditAnnotations") or ()):
        if not annotation.get("valueExpression", "").strip():
            yield required(f"spec.auditAnnotations[{index}].valueExpression", "valueExpression is not specified")


def validate_expression(validation: Object, path: str) -> Errors:
    if not validation.get("expression", "").strip():
        yield required(f"{path}.expression", "expression is not specified")
    message = validation.get("message", "")
    if message and not message.strip():
        rule = "message must be non-empty if specified"
        yield invalid(f"{path}.message", message, rule)
    elif "\n" in message.strip():
        yield invalid(f"{path}.message", message, "message must not contain line breaks")
    reason = validation.get("reason")
    if reason is not None and reason not in REASONS:
        yield not_supported(f"{path}.reason", reason, REASONS)
