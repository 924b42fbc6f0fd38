"""Gives every part of an expression its type, and says where that cannot be done. Upstream: cel-go/checker"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.machinery.cel.functions import NONE, Overload, overloads
from simulator.machinery.cel.language import NEWEST
from simulator.machinery.cel.syntax import (
    Call,
    Comprehension,
    Constant,
    Entry,
    Identifier,
    ListLiteral,
    Node,
    Select,
    Struct,
    Tree,
)
from simulator.machinery.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    Type,
    Unifier,
    list_of,
    map_of,
    optional_of,
    type_of_type,
)
from simulator.machinery.cel.values import CELError, UInt, duration, timestamp
from simulator.machinery.patterns import PatternError, compiled

TYPE_NAMES: Final = {
    **{each.name: each for each in (BOOL, BYTES, DOUBLE, DURATION, INT, NULL, STRING, TIMESTAMP, UINT)},
    "list": list_of(DYN),
    "map": map_of(DYN, DYN),
    "type": type_of_type(DYN),
    "optional_type": optional_of(DYN),
    "net.IP": Type("net.IP"),
    "net.CIDR": Type("net.CIDR"),
}
CONSTANTS: Final[dict[type, Type]] = {
    bool: BOOL,
    int: INT,
    UInt: UINT,
    float: DOUBLE,
    str: STRING,
    bytes: BYTES,
    type(None): NULL,
}
LITERALS: Final[dict[str, Callable[[str], Any]]] = {
    "matches": compiled,
    "duration": duration,
    "timestamp": timestamp,
}
type Overloads = Mapping[str, tuple[Overload, ...]]
type Objects = Callable[[str], Type | None]
"""Finds the type of an object literal by its name."""


@dataclass(slots=True)
class Checked:
    """An expression whose parts have types, and whose dotted names are told apart from fields."""

    tree: Tree
    type: Type
    types: dict[int, Type]
    names: dict[int, str] = field(default_factory=dict)
    """Parts that are a variable's or a type's name: `authorizer.requestResource`."""
    functions: dict[int, str] = field(default_factory=dict)
    """Calls that have no receiver but a dotted name: `sets.contains`."""


def check(
    tree: Tree,
    variables: Mapping[str, Type],
    objects: Objects = lambda name: None,
    level: int = NEWEST,
    added: frozenset[str] = NONE,
) -> Checked:
    """Infer the types of an expression. Raises `CELError` with every mistake."""
    checker = Checker(tree, variables, objects, overloads(level, added))
    found = checker.type_of(tree.root)
    if checker.errors:
        ordered = sorted(dict.fromkeys(checker.errors), key=lambda each: tree.place(each[0]))
        raise CELError("\n".join(tree.error(node, message) for node, message in ordered))
    unifier = checker.unifier
    types = {node: unifier.resolved(one) for node, one in checker.types.items()}
    return Checked(tree, unifier.resolved(found), types, checker.names, checker.functions)


class Checker:
    def __init__(self, tree: Tree, variables: Mapping[str, Type], objects: Objects, known: Overloads) -> None:
        self._overloads = known
        self.tree = tree
        self.unifier = Unifier()
        self.types: dict[int, Type] = {}
        self.names: dict[int, str] = {}
        self.functions: dict[int, str] = {}
        self.errors: list[tuple[int, str]] = []
        self._scopes: list[dict[str, Type]] = [dict(variables)]
        self._objects = objects
        self._formats = 0
        """How many calls of `format` stand around what is looked at: their lists may hold what they like."""

    def type_of(self, node: Node) -> Type:
        found = self.types[node.id] = CHECKS[type(node)](self, node)
        return found

    def _error(self, node: int, message: str) -> Type:
        self.errors.append((node, message))
        return ERROR

    def _shown(self, one: Type) -> str:
        return str(self.unifier.resolved(one))

    def _lookup(self, name: str) -> Type | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        known = TYPE_NAMES.get(name)
        return None if known is None else type_of_type(known)

    def constant(self, node: Constant) -> Type:
        return CONSTANTS[type(node.value)]

    def identifier(self, node: Identifier) -> Type:
        found = self._lookup(node.name)
        if found is None:
            return self._error(node.id, f"undeclared reference to '{node.name}' (in container '')")
        self.names[node.id] = node.name
        return found

    def select(self, node: Select) -> Type:
        name = dotted(node)
        if name and not node.is_test:
            found = self._lookup(name)
            if found is not None:
                self.names[node.id] = name
                return found
        below = self._field(node.id, self.unifier.resolved(self.type_of(node.operand)), node.field)
        return BOOL if node.is_test else below

    def _field(self, place: int, operand: Type, name: str) -> Type:
        if operand.name == "optional_type" and operand.parameters:
            below = self._field(place, self.unifier.resolved(operand.parameters[0]), name)
            return below if below == ERROR else optional_of(below)
        if operand.name == "map":
            return operand.parameters[1]
        if operand.fields is not None:
            found = operand.fields.get(name, DYN if operand.is_open else None)
            return found or self._error(place, f"undefined field '{name}'")
        if operand in (DYN, ERROR) or operand.is_variable:
            return DYN
        return self._error(place, f"type '{self._shown(operand)}' does not support field selection")

    def call(self, node: Call) -> Type:
        if node.function == "_?._":
            return self._optional_select(node)
        name, is_member = node.function, node.target is not None
        if node.target is not None:
            prefix = dotted(node.target)
            if prefix and f"{prefix}.{name}" in self._overloads and self._lookup(prefix.partition(".")[0]) is None:
                name, is_member = f"{prefix}.{name}", False
                self.functions[node.id] = name
        self._check_literal(node)
        self._formats += name == "format"
        given = [self.type_of(each) for each in node.arguments]
        if is_member and node.target is not None:
            given.insert(0, self.type_of(node.target))
        self._formats -= name == "format"
        known = self._overloads.get(name)
        if known is None:
            return self._error(node.id, f"undeclared reference to '{name}' (in container '')")
        return self._resolved(node.id, name, is_member, given)

    def _check_literal(self, node: Call) -> None:
        """A pattern, a moment or a span that stands in the text must be one. Upstream: cel-go/cel/validator.go"""
        check, last = LITERALS.get(node.function), node.arguments[-1] if node.arguments else None
        if node.function == "format" and isinstance(node.target, Constant) and isinstance(last, ListLiteral):
            wanted, given = clauses(str(node.target.value)), len(last.items)
            if wanted > given:
                self._error(node.id, f"index {given} out of range")
            elif wanted < given:
                words = f"too many arguments supplied to string.format (expected {wanted}, got {given})"
                self._error(node.id, words)
        if check is not None and isinstance(last, Constant) and isinstance(last.value, str):
            try:
                check(last.value)
            except (CELError, PatternError):
                self._error(last.id, f"invalid {node.function} argument")

    def _resolved(self, place: int, name: str, is_member: bool, given: list[Type]) -> Type:
        """The result of the overloads that take these arguments; several with other results leave it open."""
        results: list[Type] = []
        for overload in self._overloads[name]:
            if overload.is_member is not is_member or len(overload.parameters) != len(given):
                continue
            mark, renamed = self.unifier.mark(), self.unifier.instance()
            wanted = [renamed(each) for each in overload.parameters]
            if all(self.unifier.accepts(one, other) for one, other in zip(wanted, given, strict=True)):
                results.append(self.unifier.resolved(renamed(overload.result)))
                if any(self.unifier.resolved(each) in (DYN, ERROR) for each in given):
                    continue
                return results[0]
            self.unifier.reset(mark)
        if not results:
            shown = [self._shown(each) for each in given]
            applied = f"{shown[0]}.({', '.join(shown[1:])})" if is_member else f"({', '.join(shown)})"
            return self._error(place, f"found no matching overload for '{name}' applied to '{applied}'")
        return results[0] if all(each == results[0] for each in results) else DYN

    def _optional_select(self, node: Call) -> Type:
        operand, name = node.arguments
        found = self.unifier.resolved(self.type_of(operand))
        assert isinstance(name, Constant)
        below = self._field(node.id, found, str(name.value))
        return below if below == ERROR or below.name == "optional_type" else optional_of(below)

    def list(self, node: ListLiteral) -> Type:
        item: Type | None = None
        for index, each in enumerate(node.items):
            found = self._unwrapped(each, self.type_of(each), index in node.optional)
            item = self._same(each.id, item, found)
        return list_of(item or self.unifier.fresh())

    def _unwrapped(self, node: Node, found: Type, is_optional: bool) -> Type:
        if not is_optional:
            return found
        inner = self.unifier.fresh()
        if not self.unifier.accepts(optional_of(inner), found):
            return self._error(node.id, f"expected type 'optional_type(dyn)' but found '{self._shown(found)}'")
        return self.unifier.resolved(inner)

    def _same(self, place: int, before: Type | None, found: Type) -> Type:
        """Lists and maps hold values of one type."""
        if before is None:
            return found
        if not self.unifier.accepts(before, found):
            if self._formats:
                return DYN
            shown = f"expected type '{self._shown(before)}' but found '{self._shown(found)}'"
            return self._error(place, shown)
        return self.unifier.joined(before, found)

    def struct(self, node: Struct) -> Type:
        if node.name:
            return self._object(node)
        key: Type | None = None
        value: Type | None = None
        for entry in node.entries:
            assert isinstance(entry.key, Node)
            key = self._same(entry.key.id, key, self.type_of(entry.key))
            found = self._unwrapped(entry.value, self.type_of(entry.value), entry.is_optional)
            value = self._same(entry.value.id, value, found)
        return map_of(key or self.unifier.fresh(), value or self.unifier.fresh())

    def _object(self, node: Struct) -> Type:
        found = self._objects(node.name)
        if found is None:
            for entry in node.entries:
                self.type_of(entry.value)
            return self._error(node.id, f"undeclared reference to '{node.name}' (in container '')")
        for entry in node.entries:
            self._entry(found, entry)
        return found

    def _entry(self, owner: Type, entry: Entry) -> None:
        given = self._unwrapped(entry.value, self.type_of(entry.value), entry.is_optional)
        wanted = self._field(entry.id, owner, str(entry.key))
        if not self.unifier.accepts(wanted, given):
            shown = f"expected type of field '{entry.key}' is '{self._shown(wanted)}'"
            self._error(entry.id, f"{shown} but provided type is '{self._shown(given)}'")

    def comprehension(self, node: Comprehension) -> Type:
        over = self.unifier.resolved(self.type_of(node.range))
        scope = self._loop_variables(node, over)
        start = self.type_of(node.start)
        self._scopes.append({**scope, node.accumulator: start})
        condition, step = self.type_of(node.condition), self.type_of(node.step)
        self._expect(node.condition.id, BOOL, condition)
        self._expect(node.step.id, start, step)
        self._scopes[-1] = {**self._scopes[-1], node.accumulator: self.unifier.joined(start, step)}
        result = self.type_of(node.result)
        self._scopes.pop()
        return result

    def _loop_variables(self, node: Comprehension, over: Type) -> dict[str, Type]:
        names = (node.variable, node.second)
        if over.name == "list":
            first, second = (INT, over.parameters[0]) if node.second else (over.parameters[0], DYN)
        elif over.name == "map":
            first, second = over.parameters
        elif over in (DYN, ERROR) or over.is_variable:
            first = second = DYN
        else:
            rule = "(must be list, map, or dynamic)"
            shown = f"expression of type '{self._shown(over)}' cannot be range of a comprehension {rule}"
            first = second = self._error(node.range.id, shown)
        return {name: one for name, one in zip(names, (first, second), strict=True) if name}

    def _expect(self, place: int, wanted: Type, given: Type) -> None:
        if not self.unifier.accepts(wanted, given):
            self._error(place, f"expected type '{self._shown(wanted)}' but found '{self._shown(given)}'")


def clauses(text: str) -> int:
    """How many values a text that is formatted takes."""
    return text.replace("%%", "").count("%")


CHECKS: Final[dict[type, Callable[[Checker, Any], Type]]] = {
    Constant: Checker.constant,
    Identifier: Checker.identifier,
    Select: Checker.select,
    Call: Checker.call,
    ListLiteral: Checker.list,
    Struct: Checker.struct,
    Comprehension: Checker.comprehension,
}


def dotted(node: Node) -> str:
    """The name a chain of fields spells: `a.b.c`; empty for anything else."""
    if isinstance(node, Identifier):
        return node.name
    if isinstance(node, Select) and not node.is_test:
        head = dotted(node.operand)
        return f"{head}.{node.field}" if head else ""
    return ""
