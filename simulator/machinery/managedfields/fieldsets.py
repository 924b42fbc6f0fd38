"""Sets of fields in the form in which `fieldsV1` shows them. Upstream: structured-merge-diff/fieldpath

A set is a tree of path elements: `f:name` a field or key, `k:{…}` an item of a list by its keys, `v:…` an item by its
value. An element is a member when nothing stands below it or when it holds `.`; the tree itself is never changed.
What an operation leaves as it was, it gives back itself.
"""

from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import Any

import orjson

from simulator.machinery.golang import json_text

type FieldSet = dict[str, Any]

MEMBER: FieldSet = {}
MOST_SHARED = 16_384
"""How many sets are kept to be shared, at least."""


def is_member(node: FieldSet | None) -> bool:
    return node is not None and (not node or "." in node)


def build(member: bool, children: FieldSet) -> FieldSet | None:
    """The node of an element, or nothing where neither it nor anything below is a member."""
    if not children:
        return MEMBER if member else None
    return {".": MEMBER, **children} if member else children


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """The set of what either holds. It serves for nodes as well: `.` is an element like others there."""
    if not one or one is other:
        return other
    result: FieldSet | None = None
    for element, node in other.items():
        known = one.get(element)
        if known is node:
            continue
        merged = node if known is None else _union_nodes(known, node)
        if merged is not known:
            result = dict(one) if result is None else result
            result[element] = merged
    return one if result is None else result


def _union_nodes(one: FieldSet, other: FieldSet) -> FieldSet:
    if not one:
        return one if not other else other if "." in other else {".": MEMBER, **other}
    if not other:
        return one if "." in one else {".": MEMBER, **one}
    return union(one, other)


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """The members of one that are not members of the other."""
    result: FieldSet | None = None
    for element, twin in other.items():
        node = one.get(element)
        if node is None:
            continue
        left = _difference_nodes(node, twin)
        if left is node:
            continue
        result = dict(one) if result is None else result
        if left is None:
            del result[element]
        else:
            result[element] = left
    return one if result is None else result


def _difference_nodes(one: FieldSet, other: FieldSet) -> FieldSet | None:
    if not one:
        return None if is_member(other) else one
    left = difference(one, other) if other else _children(one)
    if left is not one and len(left) == 1 and "." in left:
        return MEMBER
    return left or None


def intersection(one: FieldSet, other: FieldSet) -> FieldSet:
    """The members of both."""
    result: FieldSet = {}
    for element, node in one.items():
        twin = other.get(element)
        if twin is None:
            continue
        below = intersection(_children(node), _children(twin))
        kept = build(is_member(node) and is_member(twin), below)
        if kept is not None:
            result[element] = kept
    return result


def paths(fields: FieldSet, before: str = "") -> Iterator[str]:
    """The members as messages write them (`.spec.containers[name="web"].image`), those of one level first."""
    children = sorted((element, node) for element, node in fields.items() if element != ".")
    for element, node in children:
        if is_member(node):
            yield before + shown(element)
    for element, node in children:
        yield from paths(_children(node), before + shown(element))


def shown(element: str) -> str:
    """A path element as messages write it."""
    kind, _, name = element.partition(":")
    if kind == "f":
        return f".{name}"
    if kind == "v":
        return f"[={name}]"
    if kind == "k":
        keys = orjson.loads(name)
        return f"[{','.join(f'{key}={json_text(value)}' for key, value in keys.items())}]"
    return f"[{name}]"


def _children(node: FieldSet) -> FieldSet:
    return {element: child for element, child in node.items() if element != "."} if "." in node else node


class Pool[K, V]:
    """Values kept so that equal ones are one and the same: those used last, at least so many and at most twice."""

    def __init__(self, least: int) -> None:
        self._least = least
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        found = self._young.get(key)
        if found is None and key in self._old:
            found = self._old[key]
            self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        if len(self._young) >= self._least:
            self._old, self._young = self._young, {}
        self._young[key] = value


_sets: Pool[tuple[Any, ...], FieldSet] = Pool(MOST_SHARED)
_known: Pool[int, FieldSet] = Pool(MOST_SHARED)
"""The same sets by their identity."""


def shared(fields: FieldSet) -> FieldSet:
    """The one value that stands for all equal sets of this process, in upstream's order: most objects of a kind have
    the same, and would hold thousands of small dictionaries."""
    if not fields:
        return MEMBER
    if _known.get(id(fields)) is fields:
        return fields
    order = sorted(fields)
    parts = [shared(child) if child and isinstance(child, dict) else MEMBER for child in map(fields.__getitem__, order)]
    key = (*order, *map(id, parts))
    found = _sets.get(key)
    if found is None:
        found = dict(zip(map(intern, order), parts, strict=True))
        _sets.put(key, found)
    _known.put(id(found), found)
    return found


@lru_cache(maxsize=4096)
def of_names(names: tuple[str, ...]) -> FieldSet:
    """The node of a map that came with these names and nothing below them."""
    return shared({".": MEMBER, **{f"f:{name}": MEMBER for name in names}}) if names else MEMBER
