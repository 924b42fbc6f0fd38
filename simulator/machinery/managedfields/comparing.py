"""The fields of an object, and how two versions of it differ. Upstream: structured-merge-diff/typed"""

from dataclasses import dataclass, field
from typing import Any

from simulator.machinery.managedfields.fieldsets import MEMBER, FieldSet, build, shown, union
from simulator.machinery.managedfields.shapes import ListKeyError, Shape, shape_of
from simulator.machinery.schemas import Type


def field_set(value: Any, kind: Type | None, *, unique: bool = False) -> FieldSet:
    """The fields that an object names. `unique` refuses two items of the same keys with ListKeyError."""
    return _fields(value, kind, unique)[1]


def _fields(value: Any, kind: Type | None, unique: bool) -> tuple[bool, FieldSet]:
    """Whether a value is a field by itself, and the fields below it."""
    shape = shape_of(kind, value)
    children: FieldSet = {}
    if shape.kind == "leaf":
        return True, children
    if value is None:
        return False, children
    if shape.kind in ("list", "set"):
        for index, item in enumerate(value):
            try:
                element = shape.element_of(item)
            except ListKeyError as error:
                raise ListKeyError(f"element {index}: {error}") from None
            if unique and element in children:
                raise ListKeyError(f"duplicate entries for key {shown(element)}")
            try:
                _, below = _fields(item, shape.element, unique)
            except ListKeyError as error:
                raise error.below(shown(element)) from None
            children[element] = build(True, below)
        return False, children
    for name, item in value.items():
        try:
            member, below = _fields(item, shape.below(name), unique)
        except ListKeyError as error:
            raise error.below(f".{name}") from None
        node = build(member or item is None or item == {} or name not in shape.fields, below)
        if node is not None:
            children[f"f:{name}"] = node
    return False, children


@dataclass(slots=True)
class Comparison:
    """What an update did: fields that came, changed and went."""

    added: FieldSet = field(default_factory=dict)
    modified: FieldSet = field(default_factory=dict)
    removed: FieldSet = field(default_factory=dict)

    @property
    def changed(self) -> FieldSet:
        return union(self.modified, self.added)

    def is_empty(self) -> bool:
        return not (self.added or self.modified or self.removed)


class _Absent:
    pass


ABSENT = _Absent()


def compare(old: Any, new: Any, kind: Type | None) -> Comparison:
    """How a new version of an object differs from the old one."""
    result = Comparison()
    shape = shape_of(kind, new)
    for name, before, after in _pairs(old, new):
        _compare(before, after, shape.below(name), f"f:{name}", (result.added, result.modified, result.removed))
    return result


type _Sets = tuple[FieldSet, FieldSet, FieldSet]


def _compare(old: Any, new: Any, kind: Type | None, element: str, sets: _Sets) -> None:
    """Note in the sets how one element differs."""
    if old is new or old == new:
        return
    gone, come = new is ABSENT, old is ABSENT
    shape = shape_of(kind, old if gone else new)
    if not gone and not come and shape_of(kind, old).kind != shape.kind:
        shape = shape_of(None, [])
    if shape.kind == "leaf" or not ((None if come else old) or (None if gone else new)):
        sets[0 if come else 2 if gone else 1][element] = MEMBER
        return
    below: _Sets = ({}, {}, {})
    if shape.kind in ("list", "set"):
        _compare_items(None if come else old, None if gone else new, shape, below)
    else:
        for name, before, after in _pairs(None if come else old, None if gone else new):
            _compare(before, after, shape.below(name), f"f:{name}", below)
    for at, children in enumerate(below):
        node = build((come and at == 0) or (gone and at == 2), children)
        if node is not None:
            sets[at][element] = node


def _compare_items(old: Any, new: Any, shape: Shape, sets: _Sets) -> None:
    before = {shape.element_of(item): item for item in old or ()}
    after = {shape.element_of(item): item for item in new or ()}
    for element, item in before.items():
        _compare(item, after.get(element, ABSENT), shape.element, element, sets)
    for element, item in after.items():
        if element not in before:
            _compare(ABSENT, item, shape.element, element, sets)


def _pairs(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """The names in either map, each with its old and its new value."""
    old, new = old or {}, new or {}
    pairs = [(name, value, new.get(name, ABSENT)) for name, value in old.items()]
    return pairs + [(name, ABSENT, value) for name, value in new.items() if name not in old]
