"""Rules in CEL within the schemas of CustomResourceDefinitions: well formed, and fit for what they are put to.

Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.machinery.cel.cost import BEYOND, estimate
from simulator.machinery.cel.language import Language
from simulator.machinery.cel.rules import RULES, Rule, compile_rules, field_path
from simulator.machinery.cel.sizes import REQUEST, Sized, sized
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object

type Errors = Iterator[FieldError]

PER_RULE: Final = 10_000_000
PER_SCHEMA: Final = 100_000_000
MOST_SHOWN: Final = 4
CONTRIBUTED: Final = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"
ADVICE: Final = (
    "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are "
    "declared)"
)
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


@dataclass(slots=True)
class Costs:
    """What the rules of a whole schema are estimated to cost, and those that cost most."""

    language: Language
    total: int = 0
    dear: list[tuple[int, str]] = field(default_factory=list)

    def note(self, place: str, cost: int) -> None:
        self.total = min(self.total + cost, BEYOND)
        if cost >= PER_SCHEMA // 100:
            self.dear.append((cost, place))

    def errors(self, path: str) -> Errors:
        if self.total <= PER_SCHEMA:
            return
        for _, place in sorted(self.dear, key=lambda each: -each[0])[:MOST_SHOWN]:
            yield forbidden(place, CONTRIBUTED)
        yield forbidden(
            path, exceeding(f"{RULES} estimated rule cost total for entire OpenAPIv3 schema", self.total, PER_SCHEMA)
        )


def exceeding(what: str, cost: int, limit: int) -> str:
    """By how much an estimate is too high, and what to do about it."""
    factor = cost / limit
    shown = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    return f"{what} exceeds budget by factor of {shown} {ADVICE}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schema stands within the whole."""

    path: str
    is_root: bool = False
    uncorrelated: str = ""
    """Where it was lost what values were before."""
    often: int | None = 1
    """How many such values there can be; None where nothing limits that."""


def rule_errors(schema: Object, path: str, language: Language) -> Errors:
    """What is wrong with the rules of a whole schema."""
    costs = Costs(language)
    yield from errors_at(schema, Place(path, is_root=True), costs)
    yield from costs.errors(path)


def cost_errors(rule: Rule, place: str, schema: Sized | None, often: int | None, costs: Costs) -> Errors:
    """What a rule and its message are estimated to cost too much."""
    if schema is None:
        return
    times = REQUEST // (schema.least + 1) if often is None else often
    for program, name, what, count in (
        (rule.program, "rule", "estimated rule cost", times),
        (rule.message, "messageExpression", "estimated messageExpression cost", 1),
    ):
        if program is None:
            continue
        cost = min(estimate(program.checked, schema) * count, BEYOND)
        costs.note(f"{place}.{name}", cost)
        if cost > PER_RULE:
            yield forbidden(f"{place}.{name}", exceeding(what, cost, PER_RULE))


def errors_at(schema: Object, where: Place, costs: Costs) -> Errors:
    """What is wrong with the rules of a schema and of those below it."""
    path, uncorrelated = where.path, where.uncorrelated
    is_whole = where.is_root or bool(schema.get("x-kubernetes-embedded-resource"))
    rules = compile_rules(schema, costs.language, is_root=is_whole)[1]
    sizes = sized(schema, is_root=is_whole) if rules else None
    for index, rule in enumerate(rules):
        place = f"{path}.{RULES}[{index}]"
        yield from cost_errors(rule, place, sizes, where.often, costs)
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
    yield from below_errors(schema, where, costs)


def below_errors(schema: Object, where: Place, costs: Costs) -> Errors:
    path, uncorrelated, often = where.path, where.uncorrelated, where.often
    lost = uncorrelated or (path if schema.get("x-kubernetes-map-type") == "atomic" else "")
    for name, below in (schema.get("properties") or {}).items():
        yield from errors_at(below, Place(f"{path}.properties[{name}]", uncorrelated=lost, often=often), costs)
    others, items = schema.get("additionalProperties"), schema.get("items")
    if isinstance(others, dict):
        count = repeated(often, schema.get("maxProperties"))
        yield from errors_at(
            others, Place(f"{path}.additionalProperties", uncorrelated=uncorrelated, often=count), costs
        )
    if isinstance(items, dict):
        lost = uncorrelated or ("" if schema.get("x-kubernetes-list-type") == "map" else path)
        count = repeated(often, schema.get("maxItems"))
        yield from errors_at(items, Place(f"{path}.items", uncorrelated=lost, often=count), costs)


def repeated(often: int | None, most: int | None) -> int | None:
    return None if often is None or most is None else min(often * max(most, 0), BEYOND)


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
