"""What an expression can cost at the most, estimated from how large the values can be that it is about.

Upstream: cel-go/checker/cost.go, apiserver/pkg/cel/library/cost.go
"""

from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple

from simulator.machinery.cel.checker import Checked
from simulator.machinery.cel.sizes import Sized
from simulator.machinery.cel.syntax import Call, Comprehension, Constant, Identifier, ListLiteral, Node, Select, Struct
from simulator.machinery.cel.types import Type

BEYOND: Final = (1 << 64) - 1
"""More than can be counted."""
TRAVERSAL: Final = 0.1
PATTERN: Final = 0.25
LIST, MAP, OBJECT = 10, 30, 40
ADDRESS: Final = 4
"""Two addresses of sixteen bytes, walked over."""
CHECK: Final = 350_000
FIXED: Final = frozenset({"bool", "double", "int", "uint", "google.protobuf.Timestamp", "google.protobuf.Duration"})
TEXTS: Final = frozenset({"string", "bytes"})
ORDER: Final = frozenset({"_<_", "_<=_", "_>_", "_>=_"})


class Size(NamedTuple):
    """The least and the most elements, letters or bytes of a value."""

    least: int
    most: int


RULES: Final = frozenset({"self", "oldSelf"})
UNKNOWN: Final = Size(0, BEYOND)

type Path = tuple[str, ...] | None


def times(number: int, factor: float) -> int:
    return number if number == BEYOND and factor >= 1 else min(ceil(number * factor), BEYOND)


def product(one: int, other: int) -> int:
    return min(one * other, BEYOND)


def estimate(checked: Checked, root: Sized, names: frozenset[str] = RULES) -> int:
    """The most that an expression can cost; `names` are the variables that are as large as `root`."""
    return min(Estimator(checked, root, names).cost(checked.tree.root), BEYOND)


class Estimator:
    """Goes through an expression once; what it has found of parts is kept by their numbers."""

    def __init__(self, checked: Checked, root: Sized, names: frozenset[str]) -> None:
        self._checked = checked
        self._root = root
        self._names = names
        self._paths: dict[int, Path] = {}
        self._sizes: dict[int, Size] = {}
        self._items: dict[int, Size] = {}
        """The sizes of the items of lists that are built."""
        self._variables: dict[str, list[tuple[Path, Size | None, Size | None]]] = {}

    def cost(self, node: Node) -> int:
        match node:
            case Constant():
                return 0
            case Identifier():
                return self._identifier(node)
            case Select():
                return self._select(node)
            case Call():
                return self._call(node)
            case ListLiteral():
                return self._list(node)
            case Struct():
                return self._struct(node)
            case Comprehension():
                return self._comprehension(node)
        return 0

    # Sizes.

    def size(self, node: Node) -> Size:
        return self._known(node) or UNKNOWN

    def _known(self, node: Node) -> Size | None:
        if node.id in self._sizes:
            return self._sizes[node.id]
        if isinstance(node, Constant):
            length = len(node.value) if isinstance(node.value, str | bytes) else 1
            return Size(length, length)
        if isinstance(node, ListLiteral):
            return Size(len(node.items), len(node.items))
        if isinstance(node, Struct) and not node.name:
            return Size(len(node.entries), len(node.entries))
        declared = self._declared(self._path(node))
        if declared is not None:
            return declared
        if self._type(node).name in FIXED:
            return Size(1, 1)
        if isinstance(node, Identifier) and self._variables.get(node.name):
            return self._variables[node.name][-1][1]
        return None

    def _declared(self, path: Path) -> Size | None:
        found = self._root.at(path[1:]) if path and path[0] in self._names else None
        return None if found is None else Size(0, found.most)

    def _item_size(self, node: Node) -> Size | None:
        if node.id in self._items:
            return self._items[node.id]
        if isinstance(node, Identifier) and self._variables.get(node.name):
            return self._variables[node.name][-1][2]
        return None

    def _path(self, node: Node) -> Path:
        if isinstance(node, Identifier) and self._variables.get(node.name):
            return self._variables[node.name][-1][0]
        return self._paths.get(node.id)

    def _type(self, node: Node) -> Type:
        return self._checked.types.get(node.id) or Type("dyn")

    # Parts.

    def _identifier(self, node: Identifier) -> int:
        self._paths[node.id] = self._path(node) if self._variables.get(node.name) else (node.name,)
        return 1

    def _select(self, node: Select) -> int:
        if node.id in self._checked.names:
            return 1
        below = self.cost(node.operand)
        if node.is_test:
            return below + 1
        path = self._path(node.operand)
        self._paths[node.id] = None if path is None else (*path, node.field)
        return below + 1

    def _list(self, node: ListLiteral) -> int:
        costs = [self.cost(item) for item in node.items]
        sizes = [self.size(item) for item in node.items]
        self._items[node.id] = union(sizes)
        return LIST + sum(costs)

    def _struct(self, node: Struct) -> int:
        total = OBJECT if node.name else MAP
        for entry in node.entries:
            total += (self.cost(entry.key) if isinstance(entry.key, Node) else 0) + self.cost(entry.value)
        return total

    def _comprehension(self, node: Comprehension) -> int:
        total = self.cost(node.range) + self.cost(node.start)
        push = self._variables.setdefault
        push(node.accumulator, []).append((None, self._known(node.start), self._item_size(node.start)))
        kind, path, item = self._type(node.range).name, self._path(node.range), self._item_size(node.range)
        below = "@items" if kind == "list" else "@keys"
        whole = None if path is None else path
        if node.second:
            keys = None if whole is None else (*whole, "@indices" if kind == "list" else "@keys")
            values = None if whole is None else (*whole, "@items" if kind == "list" else "@values")
            push(node.variable, []).append((keys, None, None))
            push(node.second, []).append((values, item, None))
        else:
            push(node.variable, []).append((None if whole is None else (*whole, below), item, None))
        each = self.cost(node.condition) + self.cost(node.step)
        self._variables[node.variable].pop()
        if node.second:
            self._variables[node.second].pop()
        total += self.cost(node.result)
        self._variables[node.accumulator].pop()
        count = self.size(node.range)
        if isinstance(node.start, ListLiteral | Struct):
            self._sizes[node.id] = Size(0, count.most)
            grown = self._item_size(node.step)
            if grown is not None:
                self._items[node.id] = grown
        elif (known := self._known(node.start)) is not None:
            self._sizes[node.id] = known
        return min(total + product(count.most, min(each, BEYOND)), BEYOND)

    # Calls.

    def _call(self, node: Call) -> int:
        name = self._checked.functions.get(node.id) or node.function
        target = None if node.id in self._checked.functions else node.target
        costs = [self.cost(argument) for argument in node.arguments]
        before = 0 if target is None else self.cost(target)
        parts = list(node.arguments)
        if name == "dyn" and len(parts) == 1:
            self._sizes[node.id] = self.size(parts[0])
            return 1 + sum(costs)
        if name in ("_&&_", "_||_"):
            return sum(costs)
        if name == "_?_:_":
            self._sizes[node.id] = union([self.size(parts[1]), self.size(parts[2])])
            return costs[0] + max(costs[1], costs[2])
        if name == "_[_]" and self._path(parts[0]) is not None:
            below = "@items" if self._type(parts[0]).name == "list" else "@values"
            self._paths[node.id] = (*(self._path(parts[0]) or ()), below)
        own = self._own(node, name, target, parts)
        return min(before + sum(costs) + own, BEYOND)

    def _own(self, node: Call, name: str, target: Node | None, parts: list[Node]) -> int:
        """What a call costs besides its arguments."""
        if name == "check":
            return CHECK
        if target is not None and name in MEMBERS:
            return MEMBERS[name](self, node, target, parts)
        if target is None and name in PLAIN:
            return PLAIN[name](self, node, parts)
        if name in ORDER and not any(self._type(part).name in TEXTS | {"dyn"} for part in parts):
            return 1
        if name in ORDER or name in ("_==_", "_!=_"):
            return times(min(self.size(part).most for part in parts), TRAVERSAL)
        return 1

    def of_items(self, node: Call, target: Node, parts: list[Node]) -> int:
        """A walk over a list and, where its items are texts, over those; or over a text."""
        count, of = self.size(target), self._type(target)
        if of.name != "list":
            return times(count.most, TRAVERSAL)
        each = 1
        if of.parameters and of.parameters[0].name in TEXTS:
            each += times(self.item(target).most, TRAVERSAL)
        return product(count.most, each)

    def item(self, node: Node) -> Size:
        path = self._path(node)
        found = self._item_size(node) or self._declared(None if path is None else (*path, "@items"))
        return found or UNKNOWN

    def walked(self, node: Call, target: Node, parts: list[Node]) -> int:
        size = self._sizes[node.id] = self.size(target)
        return times(size.most, TRAVERSAL)

    def replaced(self, node: Call, target: Node, parts: list[Node]) -> int:
        size, before, after = (self.size(part) for part in (target, *parts[:2]))
        if before.least == 0:
            most = product(min(size.most + 1, BEYOND), after.most) + size.most
        elif after.most <= before.least:
            most = size.most
        else:
            most = product(ceil(size.most / before.least), after.most)
        self._sizes[node.id] = Size(0, min(most, BEYOND))
        return times(size.most, 2 * TRAVERSAL)

    def split(self, node: Call, target: Node, parts: list[Node]) -> int:
        size = self.size(target)
        count = parts[1].value if len(parts) > 1 and isinstance(parts[1], Constant) else size.most
        self._sizes[node.id] = Size(0, count if isinstance(count, int) and count >= 0 else size.most)
        return times(size.most, 2 * TRAVERSAL)

    def joined(self, node: Call, target: Node, parts: list[Node]) -> int:
        count = self.size(target)
        most = product(count.most, self.item(target).most)
        if parts:
            most += product(self.size(parts[0]).most, max(count.most - 1, 0))
        self._sizes[node.id] = Size(0, min(most, BEYOND))
        return times(min(most, BEYOND), TRAVERSAL)

    def searched(self, node: Call, target: Node, parts: list[Node]) -> int:
        size = self.size(target)
        text = times(min(size.most + 1, BEYOND), TRAVERSAL)
        if node.function != "matches":
            self._sizes[node.id] = Size(0, size.most)
        return product(text, times(self.size(parts[0]).most, PATTERN))

    def contains(self, node: Call, target: Node, parts: list[Node]) -> int:
        return product(times(self.size(target).most, TRAVERSAL), times(self.size(parts[0]).most, TRAVERSAL))

    def taken(self, node: Call, target: Node, parts: list[Node]) -> int:
        start, end = constant(parts[0], 0), constant(parts[1], self.size(target).most)
        return self._made(node, max(end - start, 0), 1)

    def turned(self, node: Call, target: Node, parts: list[Node]) -> int:
        return self._made(node, self.size(target).most, 1)

    def flattened(self, node: Call, target: Node, parts: list[Node]) -> int:
        return self._made(node, self.size(target).most, constant(parts[0], BEYOND) if parts else 1)

    def compared(self, node: Call, target: Node, parts: list[Node]) -> int:
        """Every item against every other."""
        most = self.size(parts[0] if parts else target).most
        of = self._type(parts[0] if parts else target)
        is_text = node.function != "distinct" and bool(of.parameters) and of.parameters[0].name in TEXTS
        return self._made(node, product(most, most), 2 + TRAVERSAL if is_text else 2)

    def _made(self, node: Call, most: int, factor: float) -> int:
        """What a list costs that is made of so many items."""
        self._sizes[node.id] = Size(0, most)
        return min(times(most, factor) + 1 + LIST, BEYOND)

    def within(self, node: Call, target: Node, parts: list[Node]) -> int:
        """Whether a range of addresses holds an address or another range: sixteen bytes at the most."""
        own = ADDRESS if node.function == "containsIP" else ADDRESS + times(16, TRAVERSAL) + 1
        return own + (times(self.size(parts[0]).most, TRAVERSAL) if self._type(parts[0]).name == "string" else 0)

    def begins(self, node: Call, target: Node, parts: list[Node]) -> int:
        return times(self.size(parts[0]).most, TRAVERSAL)

    def added(self, node: Call, parts: list[Node]) -> int:
        kinds = {self._type(part).name for part in parts}
        one, other = (self.size(part) for part in parts)
        if kinds & (TEXTS | {"list", "dyn"}):
            most = Size(min(one.least + other.least, BEYOND), min(one.most + other.most, BEYOND))
            self._sizes[node.id] = most
            items = [self._item_size(part) for part in parts]
            if all(each is not None for each in items):
                self._items[node.id] = union([each for each in items if each is not None])
            return times(most.most, TRAVERSAL) if kinds & TEXTS or kinds == {"dyn"} else 1
        return 1

    def found_in(self, node: Call, parts: list[Node]) -> int:
        return 1 if self._type(parts[1]).name == "map" else self.size(parts[1]).most

    def ranged(self, node: Call, parts: list[Node]) -> int:
        return self._made(node, constant(parts[0], BEYOND), 1)

    def read(self, node: Call, parts: list[Node]) -> int:
        return times(self.size(parts[0]).most, TRAVERSAL) if parts else 1


def constant(node: Node, otherwise: int) -> int:
    """A number that stands in the text."""
    is_number = isinstance(node, Constant) and isinstance(node.value, int) and node.value >= 0
    return node.value if is_number and isinstance(node, Constant) else otherwise


def union(sizes: list[Size]) -> Size:
    if not sizes:
        return Size(0, 0)
    return Size(min(size.least for size in sizes), max(size.most for size in sizes))


MEMBERS: Final[dict[str, Callable[[Estimator, Call, Node, list[Node]], int]]] = {
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), Estimator.of_items),
    **dict.fromkeys(("lowerAscii", "upperAscii", "substring", "trim"), Estimator.walked),
    **dict.fromkeys(("find", "findAll", "matches"), Estimator.searched),
    **dict.fromkeys(("startsWith", "endsWith"), Estimator.begins),
    **dict.fromkeys(("sort", "@sortByAssociatedKeys", "distinct"), Estimator.compared),
    **dict.fromkeys(("containsIP", "containsCIDR"), Estimator.within),
    "slice": Estimator.taken,
    "reverse": Estimator.turned,
    "flatten": Estimator.flattened,
    "contains": Estimator.contains,
    "join": Estimator.joined,
    "replace": Estimator.replaced,
    "split": Estimator.split,
}
PLAIN: Final[dict[str, Callable[[Estimator, Call, list[Node]], int]]] = {
    "_+_": Estimator.added,
    "@in": Estimator.found_in,
    "url": Estimator.read,
    "lists.range": Estimator.ranged,
}
