"""Expressions as trees: parsed by the reference implementation of CEL, with its macros expanded and its words for
what cannot be read.

Upstream: github.com/google/cel-spec/proto/cel/expr/syntax.proto, cel-go/ext/comprehensions.go
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

from simulator.machinery.cel.language import NEWEST
from simulator.machinery.cel.values import CELError, UInt
from simulator.machinery.protobuf.wire import fields, signed, varint

LONGEST: Final = 16 * 1024
"""Letters of an expression; beyond that nobody reads it, and reading costs."""
TREES_KEPT: Final = 1024


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression."""

    id: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Identifier(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Select(Node):
    operand: Node
    field: str
    is_test: bool = False
    """Whether this is `has(operand.field)`."""


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    target: Node | None
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    id: int
    key: Node | str
    """A node in a map, a field's name in an object."""
    value: Node
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Struct(Node):
    """A map literal, or with a name an object literal."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """A loop over a list's items or a map's keys; with a second variable over indexes or keys with their values."""

    variable: str
    second: str
    range: Node
    accumulator: str
    start: Node
    condition: Node
    step: Node
    result: Node


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed expression, and where in the text its parts begin."""

    text: str
    root: Node
    positions: dict[int, int] = field(hash=False, compare=False, repr=False, default_factory=dict)

    def place(self, node: int) -> tuple[int, int]:
        """Line and column (from one) of a part."""
        offset = self.positions.get(node, 0)
        before = self.text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def error(self, node: int, message: str) -> str:
        """A message with its place, as the compilers of CEL print it."""
        line, column = self.place(node)
        shown = self.text.split("\n")[line - 1]
        return f"ERROR: <input>:{line}:{column}: {message}\n | {shown}\n | {'.' * (column - 1)}^"


@cache
def environment() -> Any:
    """The parser, loaded when the first expression is read: most worlds have none."""
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_optional

    return cel.NewEnv(extensions=[ext_optional.ExtOptional()])


@lru_cache(maxsize=TREES_KEPT)
def parse(text: str, level: int = NEWEST, *, binds: bool = False) -> Tree:
    """Read an expression with the macros of a minor release, and perhaps `cel.bind`. Raises `CELError`."""
    if len(text) > LONGEST:
        raise CELError(f"expression code point size exceeds limit: size: {len(text)}, limit {LONGEST}")
    try:
        serialized = environment().compile(text, disable_check=True).serialize()
    except RuntimeError as error:
        raise CELError(plain(str(error))) from None
    return Reader(text, level, binds=binds).tree(dict(fields(serialized))[2])


def plain(message: str) -> str:
    """The parser's message without the status codes around it."""
    head, _, rest = message.partition(": ")
    message = rest if head.isupper() else message
    return message.rpartition(" [")[0] if message.endswith("]") else message


class Reader:
    """Makes nodes of the parser's serialized tree."""

    def __init__(self, text: str, level: int, *, binds: bool) -> None:
        self._text = text
        self._level = level
        self._binds = binds
        self._next = 1_000_000

    def tree(self, parsed: Any) -> Tree:
        root: Node | None = None
        positions: dict[int, int] = {}
        for number, value in fields(parsed):
            if number == 2:
                root = self.node(value)
            elif number == 3:
                positions = places(value)
        assert root is not None
        return Tree(self._text, root, positions)

    def node(self, data: Any) -> Node:
        number, identity = 0, 0
        content: Any = b""
        for part, value in fields(data):
            if part == 2:
                identity = int(value)
            else:
                number, content = part, value
        return READERS[number](self, identity, content)

    def constant(self, identity: int, data: bytes) -> Node:
        for number, value in fields(data):
            return Constant(identity, CONSTANTS[number](value))
        return Constant(identity, None)

    def identifier(self, identity: int, data: bytes) -> Node:
        return Identifier(identity, text(dict(fields(data))[1]))

    def select(self, identity: int, data: bytes) -> Node:
        part = dict(fields(data))
        return Select(identity, self.node(part[1]), text(part.get(2, b"")), bool(part.get(3)))

    def call(self, identity: int, data: bytes) -> Node:
        target: Node | None = None
        name, arguments = "", []
        for number, value in fields(data):
            if number == 1:
                target = self.node(value)
            elif number == 2:
                name = text(value)
            else:
                arguments.append(self.node(value))
        if self._binds and isinstance(target, Identifier) and (target.name, name, len(arguments)) == BIND:
            return self._bound(identity, arguments)
        if target is not None and len(arguments) in MACROS.get(name, ()) and self._level >= came(name, len(arguments)):
            expand = self._sorted if name == "sortBy" else self._expanded
            expanded = expand(identity, name, target, arguments)
            if expanded is not None:
                return expanded
        return Call(identity, name, target, tuple(arguments))

    def items(self, identity: int, data: bytes) -> Node:
        items, optional = [], set()
        for number, value in fields(data):
            if number == 1:
                items.append(self.node(value))
            else:
                optional |= set(packed(value)) if isinstance(value, bytes) else {value}
        return ListLiteral(identity, tuple(items), frozenset(optional))

    def struct(self, identity: int, data: bytes) -> Node:
        name, entries = "", []
        for number, value in fields(data):
            if number == 1:
                name = text(value)
                continue
            part = dict(fields(value))  # type: ignore[arg-type]
            key = self.node(part[3]) if 3 in part else text(part[2])
            entries.append(Entry(int(part.get(1, 0)), key, self.node(part[4]), bool(part.get(5))))
        return Struct(identity, name, tuple(entries))

    def comprehension(self, identity: int, data: bytes) -> Node:
        part = dict(fields(data))
        nodes = {number: self.node(part[number]) for number in (2, 4, 5, 6, 7)}
        variables = (text(part[1]), text(part.get(8, b"")))
        return Comprehension(identity, *variables, nodes[2], text(part[3]), nodes[4], nodes[5], nodes[6], nodes[7])

    def _expanded(self, identity: int, name: str, target: Node, given: list[Node]) -> Node | None:
        """A macro with two variables, or one that is called otherwise now, which the parser leaves as it is."""
        count = 1 if name == "existsOne" and len(given) == 2 else 2
        variables = [each.name for each in given[:count] if isinstance(each, Identifier)]
        if len(variables) < count:
            return None
        first, second = (*variables, "")[:2]
        *conditions, last = given[count:]
        start, condition, step, result = self._loop(name, first, last)
        if conditions:
            step = self._call("_?_:_", conditions[0], step, self._result())
        return Comprehension(identity, first, second, target, RESULT, start, condition, step, result)

    def _sorted(self, identity: int, name: str, target: Node, given: list[Node]) -> Node | None:
        """The items in the order of what an expression makes of each: the list is worked out once, and named."""
        item, key = given
        if not isinstance(item, Identifier):
            return None
        grown = self._call("_+_", self._result(), ListLiteral(self._id(), (key,)))
        start, always = ListLiteral(self._id(), ()), Constant(self._id(), True)
        keys = Comprehension(self._id(), item.name, "", self._input(), RESULT, start, always, grown, self._result())
        found = Call(self._id(), "@sortByAssociatedKeys", self._input(), (keys,))
        nothing, never = ListLiteral(self._id(), ()), Constant(self._id(), False)
        return Comprehension(identity, "#unused", "", nothing, INPUT, target, never, self._input(), found)

    def _bound(self, identity: int, given: list[Node]) -> Node:
        """An expression in which a name stands for the value of another one. Upstream: cel-go/ext/bindings.go"""
        variable, value, found = given
        if not isinstance(variable, Identifier):
            message = "cel.bind() variable names must be simple identifiers"
            raise CELError(Tree(self._text, variable).error(variable.id, message))
        nothing, never = ListLiteral(self._id(), ()), Constant(self._id(), False)
        step = Identifier(self._id(), variable.name)
        return Comprehension(identity, "#unused", "", nothing, variable.name, value, never, step, found)

    def _input(self) -> Node:
        return Identifier(self._id(), INPUT)

    def _loop(self, name: str, key: str, last: Node) -> tuple[Node, Node, Node, Node]:
        """How a macro begins, goes on, grows and ends."""
        result, always = self._result(), Constant(self._id(), True)
        one = Constant(self._id(), 1)
        match name:
            case "all":
                return always, self._call("@not_strictly_false", result), self._call("_&&_", result, last), result
            case "exists":
                go_on = self._call("@not_strictly_false", self._call("!_", result))
                return Constant(self._id(), False), go_on, self._call("_||_", result, last), result
            case "existsOne" | "exists_one":
                counted = self._call("_?_:_", last, self._call("_+_", result, one), result)
                return Constant(self._id(), 0), always, counted, self._call("_==_", result, one)
            case "transformList":
                grown = self._call("_+_", result, ListLiteral(self._id(), (last,)))
                return ListLiteral(self._id(), ()), always, grown, result
            case "transformMap":
                grown = self._call("@insert", result, Identifier(self._id(), key), last)
                return Struct(self._id(), "", ()), always, grown, result
        return Struct(self._id(), "", ()), always, self._call("@merge", result, last), result

    def _result(self) -> Node:
        return Identifier(self._id(), RESULT)

    def _call(self, name: str, *arguments: Node) -> Node:
        return Call(self._id(), name, None, arguments)

    def _id(self) -> int:
        self._next += 1
        return self._next


RESULT: Final = "@result"
INPUT: Final = "@__sortBy_input__"
BINDINGS: Final = "bindings"
"""The library of `cel.bind`."""
BIND: Final = ("cel", "bind", 3)
MACROS: Final = {
    "all": (3,),
    "exists": (3,),
    "existsOne": (2, 3),
    "exists_one": (3,),
    "transformList": (3, 4),
    "transformMap": (3, 4),
    "transformMapEntry": (3, 4),
    "sortBy": (2,),
}
"""What the parser leaves as calls, with how many arguments."""


def came(name: str, count: int) -> int:
    """The minor release that brought a macro."""
    if name == "sortBy":
        return 34
    return 32 if count > 2 else 0


READERS: Final[dict[int, Callable[[Reader, int, bytes], Node]]] = {
    3: Reader.constant,
    4: Reader.identifier,
    5: Reader.select,
    6: Reader.call,
    7: Reader.items,
    8: Reader.struct,
    9: Reader.comprehension,
}
CONSTANTS: Final[dict[int, Callable[[Any], Any]]] = {
    1: lambda value: None,
    2: bool,
    3: lambda value: signed(value, 64),
    4: UInt,
    5: lambda value: struct.unpack("<d", value)[0],
    6: lambda value: text(value),
    7: bytes,
}


def places(source: Any) -> dict[int, int]:
    """Where in the text each part begins."""
    entries = [dict(fields(content)) for part, content in fields(source) if part == 4 and isinstance(content, bytes)]
    return {int(entry.get(1, 0)): int(entry.get(2, 0)) for entry in entries}


def text(value: Any) -> str:
    return bytes(value).decode()


def packed(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found
