"""Validation of a ValidatingAdmissionPolicy. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.cel.admission import ANNOTATION, CONDITION, MESSAGE, Environment
from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.expressions import expression_errors, variable_errors
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update, validate_name
from simulator.resources.common.params import validate_param_kind
from simulator.resources.common.webhooks import FAILURE_POLICIES, validate_conditions, validate_match

REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")
MOST_ANNOTATIONS = 20
LONGEST_VALUE = 5 * 1024


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from (
        validate_metadata(obj, namespaced=False, core=False)
        if old is None
        else validate_metadata_update(obj, old, core=False)
    )
    spec = obj.get("spec") or {}
    policy, constraints = spec.get("failurePolicy"), spec.get("matchConstraints")
    if policy is None:
        yield required("spec.failurePolicy")
    elif policy not in FAILURE_POLICIES:
        yield not_supported("spec.failurePolicy", policy, FAILURE_POLICIES)
    if spec.get("paramKind") is not None:
        yield from validate_param_kind(spec["paramKind"], "spec.paramKind")
    if constraints is None:
        yield required("spec.matchConstraints")
    else:
        yield from validate_match(constraints, "spec.matchConstraints")
        if not constraints.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
    has_params = spec.get("paramKind") is not None
    conditions = spec.get("matchConditions") or []
    yield from validate_conditions(conditions, "spec.matchConditions", language, has_params=has_params)
    environment = Environment(has_params, language, declared={})
    yield from variable_errors(environment, spec.get("variables") or [], "spec.variables")
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        rule = "validations or auditAnnotations must contain at least one item"
        yield required("spec.validations", rule)
        yield required("spec.auditAnnotations", rule)
    for index, validation in enumerate(spec.get("validations") or ()):
        yield from validate_expression(environment, validation, f"spec.validations[{index}]")
    yield from validate_annotations(environment, obj)


def validate_expression(environment: Environment, validation: Object, path: str) -> Errors:
    text, told = validation.get("expression") or "", validation.get("messageExpression") or ""
    if not text.strip():
        yield required(f"{path}.expression", "expression is not specified")
    yield from expression_errors(environment, text, f"{path}.expression", CONDITION)
    if told and not told.strip():
        yield invalid(f"{path}.messageExpression", told, "must be non-empty if specified")
    yield from expression_errors(environment, told, f"{path}.messageExpression", MESSAGE, authorizer=False)
    message = validation.get("message") or ""
    if message and not message.strip():
        yield invalid(f"{path}.message", message, "message must be non-empty if specified")
    elif "\n" in message.strip():
        yield invalid(f"{path}.message", message, "message must not contain line breaks")
    reason = validation.get("reason")
    if reason is not None and reason not in REASONS:
        yield not_supported(f"{path}.reason", reason, REASONS)


def validate_annotations(environment: Environment, obj: Object) -> Errors:
    """Keys and values that are noted in the audit log."""
    annotations, taken = obj["spec"].get("auditAnnotations") or [], []
    if len(annotations) > MOST_ANNOTATIONS:
        rule = f"must not have more than {MOST_ANNOTATIONS} auditAnnotations"
        yield invalid("spec.auditAnnotations", annotations, rule)
    for index, annotation in enumerate(annotations):
        place, key = f"spec.auditAnnotations[{index}]", annotation.get("key") or ""
        yield from validate_name(f"{obj['metadata'].get('name', '')}/{key}", f"{place}.key", names.qualified_name)
        text = (annotation.get("valueExpression") or "").strip()
        if not text:
            yield required(f"{place}.valueExpression", "valueExpression is not specified")
        elif len(text) > LONGEST_VALUE:
            yield required(f"{place}.valueExpression", f"must not exceed {LONGEST_VALUE} bytes in length")
        else:
            yield from expression_errors(environment, text, f"{place}.valueExpression", ANNOTATION)
        if key in taken:
            yield duplicate(f"{place}.key", key)
        taken.append(key)
