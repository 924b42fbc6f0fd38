"""Carries out checked expressions: each part becomes a function of the variables. Upstream: cel-go/interpreter

Every step costs, and what is built costs by its size; whoever spends more than the limit is cut off. The costs follow
upstream's (apiserver/pkg/apis/cel/config.go), the limits are a tenth of upstream's, because many share a machine.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from simulator.machinery.cel.checker import TYPE_NAMES, Checked
from simulator.machinery.cel.functions import call, candidates
from simulator.machinery.cel.names import unescape
from simulator.machinery.cel.syntax import (
    Call,
    Comprehension,
    Constant,
    Identifier,
    ListLiteral,
    Node,
    Select,
    Struct,
)
from simulator.machinery.cel.values import (
    NOTHING,
    PER_SIZE,
    CELError,
    Exhausted,
    Instance,
    Lazy,
    Optional,
    TypeName,
    Unfit,
    is_number,
    known_key,
    type_name,
)

LIST_COST: Final = 10
MAP_COST: Final = 30
OBJECT_COST: Final = 40


class Scope:
    """The variables of one evaluation, and what it has spent."""

    __slots__ = ("limit", "spent", "variables")

    def __init__(self, variables: dict[str, Any], limit: int) -> None:
        self.variables = variables
        self.spent = 0
        self.limit = limit

    def spend(self, amount: int) -> None:
        self.spent += amount
        if self.spent > self.limit:
            raise Exhausted


type Step = Callable[[Scope], Any]


class Compiler:
    """Makes the function of an expression."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked

    def step(self, node: Node) -> Step:
        name = self._checked.names.get(node.id)
        if name is not None:
            return variable(name)
        return STEPS[type(node)](self, node)

    def constant(self, node: Constant) -> Step:
        value = node.value
        return lambda scope: value

    def identifier(self, node: Identifier) -> Step:
        return variable(node.name)

    def select(self, node: Select) -> Step:
        operand, name = self.step(node.operand), self._field(node.operand, node.field)
        if node.is_test:
            return lambda scope: has(operand(scope), name)

        def select(scope: Scope) -> Any:
            value = operand(scope)
            scope.spend(1)
            return field_of(value, name)

        return select

    def _field(self, operand: Node, name: str) -> str:
        """A field's own name: fields of objects are written in escaped form."""
        one = self._checked.types.get(operand.id)
        if one is not None and one.name == "optional_type" and one.parameters:
            one = one.parameters[0]
        return unescape(name) if one is not None and one.fields is not None else name

    def call(self, node: Call) -> Step:
        special = SPECIAL.get(node.function)
        if special is not None:
            return special(self, node)
        name = self._checked.functions.get(node.id, node.function)
        is_member = node.target is not None and node.id not in self._checked.functions
        targets = (node.target,) if is_member and node.target is not None else ()
        return self._overloaded(name, [*targets, *node.arguments], is_member=is_member)

    def _overloaded(self, name: str, arguments: Sequence[Node], *, is_member: bool = False) -> Step:
        parts = [self.step(each) for each in arguments]
        known = candidates(name, is_member, len(parts))

        def perform(scope: Scope) -> Any:
            given = [part(scope) for part in parts]
            scope.spend(1 + sum(map(size, given)) // PER_SIZE)
            result = call(name, known, given, scope.spend)
            scope.spend(size(result) // PER_SIZE)
            return result

        return perform

    def conjunction(self, node: Call) -> Step:
        return self._either(node, decisive=False)

    def disjunction(self, node: Call) -> Step:
        return self._either(node, decisive=True)

    def _either(self, node: Call, *, decisive: bool) -> Step:
        """`&&` and `||`: one side that decides makes up for an error of the other."""
        left, right = map(self.step, node.arguments)

        def either(scope: Scope) -> Any:
            scope.spend(1)
            failure: CELError | None = None
            try:
                first = left(scope)
                if first is decisive:
                    return decisive
                failure = None if isinstance(first, bool) else Unfit()
            except CELError as error:
                failure = error
            second = right(scope)
            if second is decisive:
                return decisive
            if failure is not None:
                raise failure
            if not isinstance(second, bool):
                raise Unfit()
            return second

        return either

    def choice(self, node: Call) -> Step:
        condition, yes, no = map(self.step, node.arguments)

        def choose(scope: Scope) -> Any:
            found = condition(scope)
            scope.spend(1)
            if not isinstance(found, bool):
                raise Unfit()
            return yes(scope) if found else no(scope)

        return choose

    def not_strictly_false(self, node: Call) -> Step:
        inner = self.step(node.arguments[0])

        def still(scope: Scope) -> bool:
            try:
                return inner(scope) is not False
            except CELError:
                return True

        return still

    def sum(self, node: Call) -> Step:
        """An addition; a loop's own list grows in place."""
        first, second = node.arguments
        if isinstance(first, Identifier) and first.name.startswith("@") and isinstance(second, ListLiteral):
            result, more = self.step(first), self.step(second)

            def grow(scope: Scope) -> Any:
                items = result(scope)
                items.extend(more(scope))
                return items

            return grow
        return self._overloaded("_+_", node.arguments)

    def optional_select(self, node: Call) -> Step:
        operand, name = self.step(node.arguments[0]), node.arguments[1]
        assert isinstance(name, Constant)
        field = self._field(node.arguments[0], str(name.value))

        def select(scope: Scope) -> Optional:
            scope.spend(1)
            return optional_field(operand(scope), field)

        return select

    def list(self, node: ListLiteral) -> Step:
        parts = [(self.step(each), index in node.optional) for index, each in enumerate(node.items)]

        def build(scope: Scope) -> list[Any]:
            scope.spend(LIST_COST)
            items = []
            for part, is_optional in parts:
                item = part(scope)
                if not is_optional:
                    items.append(item)
                elif present(item):
                    items.append(item.value)
            return items

        return build

    def struct(self, node: Struct) -> Step:
        owner = self._checked.types.get(node.id)
        parts: list[tuple[Step, Step, bool]] = []
        for entry in node.entries:
            key = fixed(unescape(entry.key)) if isinstance(entry.key, str) else self.step(entry.key)
            parts.append((key, self.step(entry.value), entry.is_optional))

        def build(scope: Scope) -> dict[Any, Any]:
            scope.spend(OBJECT_COST if node.name else MAP_COST)
            found: dict[Any, Any] = {}
            for key_of, part, is_optional in parts:
                key, value = key_of(scope), part(scope)
                if not known_key(key):
                    raise CELError(f"unsupported key type: {type_name(key)}")
                if key in found:
                    raise CELError(f"Failed with repeated key: {key}")
                if not is_optional:
                    found[key] = value
                elif present(value):
                    found[key] = value.value
            return Instance(owner.name, found) if node.name and owner is not None else found

        return build

    def comprehension(self, node: Comprehension) -> Step:
        over, start, result = self.step(node.range), self.step(node.start), self.step(node.result)
        condition, step = self.step(node.condition), self.step(node.step)
        names = tuple(name for name in (node.variable, node.second, node.accumulator) if name)

        def loop(scope: Scope) -> Any:
            rounds = pairs(over(scope), with_second=bool(node.second))
            outer = scope.variables
            inner = scope.variables = {**outer, node.accumulator: start(scope)}
            try:
                for values in rounds:
                    scope.spend(1)
                    inner.update(zip(names, values, strict=False))
                    if condition(scope) is False:
                        break
                    try:
                        inner[node.accumulator] = step(scope)
                    except CELError as error:
                        inner[node.accumulator] = error
                return result(scope)
            finally:
                scope.variables = outer

        return loop


STEPS: Final[dict[type, Callable[[Compiler, Any], Step]]] = {
    Constant: Compiler.constant,
    Identifier: Compiler.identifier,
    Select: Compiler.select,
    Call: Compiler.call,
    ListLiteral: Compiler.list,
    Struct: Compiler.struct,
    Comprehension: Compiler.comprehension,
}
SPECIAL: Final[dict[str, Callable[[Compiler, Call], Step]]] = {
    "_&&_": Compiler.conjunction,
    "_||_": Compiler.disjunction,
    "_?_:_": Compiler.choice,
    "_+_": Compiler.sum,
    "_?._": Compiler.optional_select,
    "@not_strictly_false": Compiler.not_strictly_false,
}
"""What decides by itself which of its arguments it looks at."""


def variable(name: str) -> Step:
    def read(scope: Scope) -> Any:
        scope.spend(1)
        if name not in scope.variables:
            if name in TYPE_NAMES:
                return TypeName(name)
            raise CELError(f"no such attribute(s): {name}")
        value = scope.variables[name]
        if isinstance(value, CELError):
            raise value
        return value

    return read


def fixed(value: Any) -> Step:
    return lambda scope: value


def size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes | list) else 0


def field_of(value: Any, name: str) -> Any:
    if isinstance(value, Lazy):
        return value.get(name)
    if isinstance(value, Optional):
        return optional_field(value, name)
    if not isinstance(value, dict):
        raise Unfit()
    if name not in value:
        raise CELError(f"no such key: {name}")
    return value[name]


def optional_field(value: Any, name: str) -> Optional:
    if isinstance(value, Optional):
        if not value.is_there:
            return NOTHING
        value = value.value
    if not isinstance(value, dict):
        raise Unfit()
    return Optional(value[name]) if name in value else NOTHING


def has(value: Any, name: str) -> bool:
    if isinstance(value, Optional):
        return value.is_there and has(value.value, name)
    if isinstance(value, Lazy):
        return True
    if not isinstance(value, dict):
        raise Unfit()
    return name in value


def present(value: Any) -> bool:
    if not isinstance(value, Optional):
        raise CELError(f"cannot initialize optional entry from non-optional value {type_name(value)}")
    return value.is_there


def pairs(value: Any, *, with_second: bool) -> list[tuple[Any, ...]]:
    """What a loop goes over: items or keys; with a second variable each with its index or value."""
    if isinstance(value, list):
        return list(enumerate(value)) if with_second else [(item,) for item in value]
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (str(type(key)), key if is_number(key) or isinstance(key, str) else 0))
        return [(key, value[key]) for key in keys] if with_second else [(key,) for key in keys]
    raise Unfit(f"got '{type_name(value)}', expected iterable type")
