"""Custom objects held to the rules in CEL of their schemas, with ratcheting: what did not change is only warned about.

Upstream: apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.machinery.cel import Budget, CELError, CostExceeded
from simulator.machinery.cel.language import Language
from simulator.machinery.cel.rules import OLD, RULES, SELF, Rule, compile_rules, field_path
from simulator.machinery.cel.schemas import Described
from simulator.machinery.cel.values import NOTHING, Optional
from simulator.machinery.field import FieldError, duplicate, forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.machinery.structural import MISSING, has_rules, key_of

LONGEST_MESSAGE: Final = 5 * 1024
OUT_OF_BUDGET: Final = "validation failed due to running out of cost budget, no further validation rules will be run"


class Stopped(Exception):
    """The budget is spent: no rule is looked at any more."""


@dataclass(frozen=True, slots=True)
class Node:
    """The rules of one schema, and the schemas below it that have some."""

    schema: Object
    described: Described | None
    rules: list[Rule]
    properties: dict[str, "Node"] = field(default_factory=dict)
    others: "Node | None" = None
    items: "Node | None" = None
    combined: tuple["Node", ...] = ()
    """What `allOf` adds."""


def compiled(schema: Object, language: Language, *, is_root: bool = True) -> Node | None:
    """The rules of a schema, ready to be put; None where there are none."""
    if not has_rules(schema):
        return None
    is_whole = is_root or bool(schema.get("x-kubernetes-embedded-resource"))
    described, rules = compile_rules(schema, language, is_root=is_whole)
    below = {name: compiled(part, language, is_root=False) for name, part in (schema.get("properties") or {}).items()}
    others, items = schema.get("additionalProperties"), schema.get("items")
    return Node(
        schema,
        described,
        rules,
        {name: node for name, node in below.items() if node is not None},
        compiled(others, language, is_root=False) if isinstance(others, dict) else None,
        compiled(items, language, is_root=False) if isinstance(items, dict) else None,
        tuple(
            combined(schema, part, language, is_root=is_root) for part in schema.get("allOf") or () if part.get(RULES)
        ),
    )


def combined(schema: Object, part: Object, language: Language, *, is_root: bool) -> Node:
    described, rules = compile_rules({**schema, RULES: part[RULES]}, language, is_root=is_root)
    return Node(schema, described, rules)


@dataclass(frozen=True, slots=True)
class Place:
    """A value in an object: where, what it was before, and the nearest part around it of which that is known."""

    path: str
    value: Any
    old: Any = MISSING
    nearest: tuple[Any, Any] | None = None

    def child(self, name: str, value: Any, *, keyed: bool, correlates: bool) -> "Place":
        path = f"{self.path}[{name}]" if keyed else f"{self.path}.{name}" if self.path else name
        old = self.old.get(name, MISSING) if correlates and isinstance(self.old, dict) else MISSING
        return Place(path, value, old, (value, old) if self.old is not MISSING and correlates else self.nearest)


class Judge:
    """Puts the rules to one object."""

    def __init__(self, warnings: list[str]) -> None:
        self._budget = Budget()
        self._warnings = warnings
        self._errors: list[FieldError] = []
        self._compared: dict[tuple[int, int], bool] = {}
        """Which parts, by their identities, are as they were: many rules may ask about the same large one."""

    def judge(self, node: Node, obj: Object, old: Object | None) -> list[FieldError]:
        before: Any = MISSING if old is None else old
        with suppress(Stopped):
            self._visit(node, Place("", obj, before, None if old is None else (obj, old)))
        return self._errors

    def _visit(self, node: Node, place: Place) -> None:
        if place.value is None:
            return
        shaped = shape(node, place)
        for rule in node.rules:
            self._put(node, rule, place, shaped)
        for part in node.combined:
            self._visit(part, place)
        if isinstance(place.value, dict):
            self._visit_fields(node, place)
        elif isinstance(place.value, list) and node.items is not None:
            self._visit_items(node, node.items, place)

    def _visit_fields(self, node: Node, place: Place) -> None:
        correlates = node.schema.get("x-kubernetes-map-type") != "atomic"
        for name in sorted(place.value):
            below = node.properties.get(name)
            is_keyed = below is None and node.others is not None
            if is_keyed:
                below = node.others
            if below is not None:
                self._visit(below, place.child(name, place.value[name], keyed=is_keyed, correlates=correlates))

    def _visit_items(self, node: Node, below: Node, place: Place) -> None:
        """Items of lists with keys are told apart by those; of other lists it is not known what an item was before."""
        is_map = node.schema.get("x-kubernetes-list-type") == "map"
        keys = node.schema.get("x-kubernetes-list-map-keys") or ()
        known = {key_of(each, keys): each for each in place.old} if is_map and isinstance(place.old, list) else {}
        for index, item in enumerate(place.value):
            old = known.get(key_of(item, keys), MISSING) if known else MISSING
            nearest = (item, old) if is_map and place.old is not MISSING else place.nearest
            self._visit(below, Place(f"{place.path}[{index}]", item, old, nearest))

    def _put(self, node: Node, rule: Rule, place: Place, shaped: tuple[Any, Any]) -> None:
        """Put one rule to one value."""
        where, shown = place.path or "<nil>", node.schema.get("type", "")
        if rule.error:
            self._errors.append(invalid(where, shown, f"rule compile error: {rule.error}"))
        if rule.program is None or node.described is None:
            return
        if rule.is_transition and place.old in (MISSING, None) and not rule.takes_missing_old:
            return
        if self._budget.left <= 0:
            self._stop(invalid(where, shown, OUT_OF_BUDGET))
        variables = variables_for(rule, shaped)
        try:
            fits = rule.program.evaluate(variables, self._budget)
        except CostExceeded as error:
            rest = f"no further validation rules will be run due to call cost exceeds limit for rule: {rule.title}"
            self._stop(invalid(where, shown, f"'{error}': {rest}"))
        except CELError as error:
            self._errors.append(invalid(where, shown, failure(error, rule)))
            return
        if self._budget.left < 0:
            self._stop(invalid(where, shown, OUT_OF_BUDGET))
        if fits is not True:
            self._note(self._broken(rule, node, place, variables), rule, place)

    def _note(self, error: FieldError, rule: Rule, place: Place) -> None:
        if not rule.is_transition and self._is_unchanged(place):
            self._warnings.append(str(error))
        else:
            self._errors.append(error)

    def _is_unchanged(self, place: Place) -> bool:
        """Whether a value, or what is around it, is as it was before."""
        if place.nearest is None or place.nearest[1] is MISSING:
            return False
        now, before = place.nearest
        key = (id(now), id(before))
        if key not in self._compared:
            self._compared[key] = bool(now == before)
        return self._compared[key]

    def _broken(self, rule: Rule, node: Node, place: Place, variables: dict[str, Any]) -> FieldError:
        path = place.path
        if rule.spec.get("fieldPath"):
            below = field_path(node.schema, rule.spec["fieldPath"]) or ""
            path = f"{path}.{below}" if path and not below.startswith("[") else path + below
        told = self._message(rule, variables) or rule.default_message
        return because(rule.spec.get("reason"), path or "<nil>", node.schema.get("type", ""), told)

    def _message(self, rule: Rule, variables: dict[str, Any]) -> str:
        """What the rule's messageExpression says; empty where that comes to nothing."""
        if rule.message is None:
            return ""
        try:
            told = rule.message.evaluate(variables, self._budget)
        except CELError:
            return ""
        told = told.strip() if isinstance(told, str) else ""
        return told if len(told) <= LONGEST_MESSAGE and "\n" not in told else ""

    def _stop(self, error: FieldError) -> None:
        self._errors.append(error)
        raise Stopped


def shape(node: Node, place: Place) -> tuple[Any, Any]:
    """What the rules of a schema see of a value, and of what it was before: shaped once for all of them."""
    if node.described is None or not node.rules:
        return None, None
    wants_old = any(rule.is_transition or rule.takes_missing_old for rule in node.rules)
    old = node.described.shaped(place.old) if wants_old and place.old is not MISSING else None
    return node.described.shaped(place.value), old


def variables_for(rule: Rule, shaped: tuple[Any, Any]) -> dict[str, Any]:
    now, old = shaped
    found = {SELF: now}
    if rule.takes_missing_old:
        found[OLD] = NOTHING if old is None else Optional(old)
    elif rule.is_transition:
        found[OLD] = old
    return found


def failure(error: CELError, rule: Rule) -> str:
    if str(error).startswith("no such overload"):
        rest = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{error}': {rest}: {rule.title}"
    return f"{error} evaluating rule: {rule.title}"


def because(reason: str | None, path: str, shown: Any, detail: str) -> FieldError:
    match reason:
        case "FieldValueForbidden":
            return forbidden(path, detail)
        case "FieldValueRequired":
            return required(path, detail)
        case "FieldValueDuplicate":
            return duplicate(path, shown)
    return invalid(path, shown, detail)
