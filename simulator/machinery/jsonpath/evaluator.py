"""What a JSONPath template finds in a value. Upstream: k8s.io/client-go/util/jsonpath/jsonpath.go"""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from simulator.machinery.gofmt import sprint, type_name
from simulator.machinery.jsonpath.nodes import (
    Field,
    Filter,
    Identifier,
    Literal,
    Node,
    Path,
    Recursive,
    Slice,
    Text,
    Union,
    Wildcard,
)
from simulator.machinery.jsonpath.parser import JSONPathError

MOST = 200_000
"""How many values one template may find."""

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Evaluator:
    """Walks the parts of a template over one value."""

    def __init__(self, *, allow_missing_keys: bool) -> None:
        self.allow_missing_keys = allow_missing_keys
        self.found = 0

    def results(self, parts: list[Text | Path], value: Any) -> list[list[Any]]:
        """What each part finds; a range repeats the parts up to its end for each value."""
        results, end = self.block(parts, 0, value, depth=0)
        assert end == len(parts)
        return results

    def block(self, parts: list[Text | Path], at: int, value: Any, *, depth: int) -> tuple[list[list[Any]], int]:
        """The results from a part on up to the `end` of the block, and where that is."""
        results: list[list[Any]] = []
        while at < len(parts):
            part = parts[at]
            word = _word(part)
            if word == "end":
                if depth:
                    return results, at
                raise JSONPathError("not in range, nothing to end")
            found = self.walk([value], part)
            at += 1
            if word != "range":
                results.append(found)
                continue
            start = at
            for item in found:
                inner, at = self.block(parts, start, item, depth=depth + 1)
                results += inner
            if not found:
                at = _end_of_block(parts, start)
            at = min(at + 1, len(parts))
        return results, at

    def walk(self, values: list[Any], node: Node) -> list[Any]:
        match node:
            case Path(steps):
                for step in steps:
                    values = self.walk(values, step)
            case Text(text):
                return [text]
            case Literal(literal):
                return [literal] * len(values)
            case Field(name):
                return self.field(values, name)
            case Slice():
                return [item for value in values if value is not None for item in _sliced(value, node)]
            case Wildcard():
                values = [item for value in values for item in _children(value)]
            case Recursive():
                values = list(self.descend(values))
            case Union(paths):
                values = [item for path in paths for item in self.walk(values, path)]
            case Filter():
                values = [item for value in values for item in self.filtered(value, node)]
            case Identifier(name):
                if name not in ("range", "end"):
                    raise JSONPathError(f"unrecognized identifier {name}")
        self.found += len(values)
        if self.found > MOST:
            raise JSONPathError("the template finds too many values")
        return values

    def field(self, values: list[Any], name: str) -> list[Any]:
        if not values:
            return []
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if not found and not self.allow_missing_keys:
            raise JSONPathError(f"{name} is not found")
        return found

    def descend(self, values: Iterable[Any]) -> Iterable[Any]:
        for value in values:
            children = _children(value)
            if children:
                yield value
                yield from self.descend(children)

    def filtered(self, value: Any, node: Filter) -> Iterable[Any]:
        if not isinstance(value, list):
            raise JSONPathError(f"{sprint(value)} is not array or slice and cannot be filtered")
        for item in value:
            if node.operator == "exists":
                if self.exists(item, node.left):
                    yield item
                continue
            left = self.walk([item], node.left)
            if not left:
                continue
            right = self.walk([item], node.right)
            if len(left) != 1 or len(right) != 1:
                raise JSONPathError("can only compare one element at a time")
            if _compare(node.operator, left[0], right[0]):
                yield item

    def exists(self, item: Any, path: Path) -> bool:
        try:
            return bool(self.walk([item], path))
        except JSONPathError:
            return False


def _word(part: Text | Path) -> str:
    """`range` or `end` where a part begins or ends a block."""
    if isinstance(part, Path):
        for step in part.steps:
            if isinstance(step, Identifier) and step.name in ("range", "end"):
                return step.name
    return ""


def _end_of_block(parts: list[Text | Path], at: int) -> int:
    depth = 0
    for place in range(at, len(parts)):
        word = _word(parts[place])
        if word == "end" and depth == 0:
            return place
        depth += {"range": 1, "end": -1}.get(word, 0)
    return len(parts)


def _children(value: Any) -> list[Any]:
    """The values in a map or list; a string, in Go, is its bytes."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    if isinstance(value, list):
        return value
    return list(value.encode()) if isinstance(value, str) else []


def _sliced(value: Any, node: Slice) -> list[Any]:
    if not isinstance(value, list):
        raise JSONPathError(f"{type_name(value)} is not array or slice")
    size = len(value)
    start = node.start or 0
    end = start + 1 if node.is_index else node.end
    start += size if start < 0 else 0
    if end is None:
        end = size
    elif end < 0 or (end == 0 and node.is_index):
        end += size
    if start == end:
        return []
    if not 0 <= start < size:
        raise JSONPathError(f"array index out of bounds: index {start}, length {size}")
    if not 0 <= end <= size:
        raise JSONPathError(f"array index out of bounds: index {end - 1}, length {size}")
    if start > end:
        raise JSONPathError(f"starting index {start} is greater than ending index {end}")
    if node.step is not None and node.step <= 0:
        raise JSONPathError("step must be > 0")
    return value[start : end : node.step or 1]


def _compare(sign: str, left: Any, right: Any) -> bool:
    compare = COMPARE.get(sign)
    if compare is None:
        raise JSONPathError(f"unrecognized filter operator {sign}")
    for value in (left, right):
        if not isinstance(value, str | bool | int | float):
            raise JSONPathError("invalid type for comparison")
    if type(left) is not type(right):
        raise JSONPathError("incompatible types for comparison")
    if isinstance(left, bool) and sign not in ("==", "!="):
        raise JSONPathError("invalid type for comparison")
    return compare(left, right)
