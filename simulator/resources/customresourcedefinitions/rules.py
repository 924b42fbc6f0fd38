"""Rules in CEL within the schemas of CustomResourceDefinitions: well formed, and fit for what they are put to.

Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation
"""

from collections.abc import Iterator
from typing import Any, Final

from simulator.machinery.cel.rules import RULES, compile_rules, field_path
from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object

type Errors = Iterator[FieldError]

REASONS: Final = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def rule_form_errors(schema: Object, path: str) -> Errors:
    """What is wrong with how the rules of one schema are written down."""
    for index, rule in enumerate(schema.get(RULES) or ()):
        yield from form_of(rule, schema, f"{path}.{RULES}[{index}]")


def form_of(rule: Object, schema: Object, place: str) -> Errors:
    text, message = (rule.get("rule") or "").strip(), rule.get("message") or ""
    if not text:
        yield required(f"{place}.rule", "rule is not specified")
    elif message and not message.strip():
        yield invalid(f"{place}.message", message, "message must be non-empty if specified")
    elif has_lines(message.strip()):
        yield invalid(f"{place}.message", message, "message must not contain line breaks")
    elif has_lines(text) and not message.strip():
        yield required(f"{place}.message", "message must be specified if rule contains line breaks")
    expression = rule.get("messageExpression") or ""
    if expression and not expression.strip():
        yield required(f"{place}.messageExpression", "messageExpression must be non-empty if specified")
    if rule.get("reason") is not None and rule["reason"] not in REASONS:
        yield not_supported(f"{place}.reason", rule["reason"], REASONS)
    where = rule.get("fieldPath") or ""
    if where and not where.strip():
        yield invalid(f"{place}.fieldPath", where, "fieldPath must be non-empty if specified")
    if has_lines(where):
        yield invalid(f"{place}.fieldPath", where, "fieldPath must not contain line breaks")
    if where and field_path(schema, where) is None:
        yield invalid(f"{place}.fieldPath", where, "fieldPath must be a valid path")


def has_lines(text: str) -> bool:
    return "\n" in text or "\r" in text


def rule_errors(schema: Object, path: str, *, is_root: bool = True, uncorrelated: str = "") -> Errors:
    """What is wrong with the rules of a schema and of those below it; `uncorrelated` is where it was lost what values
    were before."""
    is_whole = is_root or bool(schema.get("x-kubernetes-embedded-resource"))
    for index, rule in enumerate(compile_rules(schema, is_root=is_whole)[1]):
        place = f"{path}.{RULES}[{index}]"
        if rule.error:
            yield invalid(f"{place}.rule", internal(rule.spec), rule.error)
        if rule.message_error:
            yield invalid(f"{place}.messageExpression", internal(rule.spec), rule.message_error)
        if rule.is_transition and uncorrelated:
            detail = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelated}"
            yield invalid(f"{place}.rule", rule.spec["rule"], detail)
        elif not rule.is_transition and rule.program is not None and rule.spec.get("optionalOldSelf") is not None:
            detail = "may not be set if oldSelf is not used in rule"
            yield invalid(f"{place}.optionalOldSelf", rule.spec["optionalOldSelf"], detail)
    yield from below_errors(schema, path, uncorrelated)


def below_errors(schema: Object, path: str, uncorrelated: str) -> Errors:
    lost = uncorrelated or (path if schema.get("x-kubernetes-map-type") == "atomic" else "")
    for name, below in (schema.get("properties") or {}).items():
        yield from rule_errors(below, f"{path}.properties[{name}]", is_root=False, uncorrelated=lost)
    others, items = schema.get("additionalProperties"), schema.get("items")
    if isinstance(others, dict):
        yield from rule_errors(others, f"{path}.additionalProperties", is_root=False, uncorrelated=uncorrelated)
    if isinstance(items, dict):
        lost = uncorrelated or ("" if schema.get("x-kubernetes-list-type") == "map" else path)
        yield from rule_errors(items, f"{path}.items", is_root=False, uncorrelated=lost)


def internal(spec: Object) -> dict[str, Any]:
    """A rule as errors show it: by the names of the server's own structure."""
    return {
        "Rule": spec.get("rule", ""),
        "Message": spec.get("message", ""),
        "MessageExpression": spec.get("messageExpression", ""),
        "Reason": spec.get("reason"),
        "FieldPath": spec.get("fieldPath", ""),
        "OptionalOldSelf": spec.get("optionalOldSelf"),
    }
