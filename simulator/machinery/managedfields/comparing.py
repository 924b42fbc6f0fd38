"""The fields of an object, and how two versions of it differ. Upstream: structured-merge-diff/typed"""

from typing import Any, NamedTuple

from simulator.machinery.managedfields.fieldsets import MEMBER, FieldSet, build, of_names, shown
from simulator.machinery.managedfields.shapes import LEAF, ListKeyError, Shape, shape_of
from simulator.machinery.objects import Object
from simulator.machinery.schemas import Type

NOTHING: frozenset[str] = frozenset()


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
            if element in children:
                if unique:
                    raise ListKeyError(f"duplicate entries for key {shown(element)}")
                children[element] = MEMBER  # several of one name have one owner
                continue
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


UNTRACKED = frozenset(
    (
        "name",
        "namespace",
        "creationTimestamp",
        "selfLink",
        "uid",
        "clusterName",
        "generation",
        "managedFields",
        "resourceVersion",
    )
)
"""Metadata that nobody manages."""
HEAD = frozenset(("apiVersion", "kind", "metadata"))


class Comparison(NamedTuple):
    """What an update did: fields that came or changed, and fields that went."""

    changed: FieldSet
    removed: FieldSet

    def is_empty(self) -> bool:
        return not (self.changed or self.removed)

    def apart(self, element: str, name: str) -> "dict[str, Comparison]":
        """What happened below one element of the top by itself, under that name, and all else under the empty one."""
        if element not in self.changed and element not in self.removed:
            return {"": self}
        inside, outside = Comparison({}, {}), Comparison({}, {})
        for fields, within, without in zip(self, inside, outside, strict=True):
            for top, node in fields.items():
                (within if top == element else without)[top] = node
        return {"": outside, name: inside}


class _Absent:
    pass


ABSENT = _Absent()
PARTS = (dict, list)


def compare(old: Object, new: Object, kind: Type | None) -> Comparison:
    """How a new version of an object differs from the old one, but for what nobody manages. What both share costs
    nothing."""
    result = Comparison({}, {})
    shape = shape_of(kind, new)
    _compare_fields(old, new, shape, result, HEAD)
    before, after = old.get("metadata"), new.get("metadata")
    if before is not after:
        below: Comparison = Comparison({}, {})
        _compare_fields(before or {}, after or {}, shape_of(shape.below("metadata"), after or {}), below, UNTRACKED)
        for fields, children in zip(result, below, strict=True):
            if children:
                fields["f:metadata"] = children
    return result


def _compare_fields(old: Any, new: Any, shape: Shape, found: Comparison, passed_over: frozenset[str] = NOTHING) -> None:
    """Compare what either map names."""
    for name, before in old.items():
        after = new.get(name, ABSENT)
        if after is before or name in passed_over or after == before:
            continue
        if after is not None and after is not ABSENT and not isinstance(after, PARTS) and not isinstance(before, PARTS):
            found.changed[f"f:{name}"] = MEMBER
        else:
            _compare(before, after, shape.below(name), f"f:{name}", found)
    for name, after in new.items():
        if name in old or name in passed_over:
            continue
        if after is not None and not isinstance(after, PARTS):
            found.changed[f"f:{name}"] = MEMBER
        else:
            _compare(ABSENT, after, shape.below(name), f"f:{name}", found)


def _compare(old: Any, new: Any, kind: Type | None, element: str, found: Comparison) -> None:
    """Note how one element differs: neither is the other, nor equal to it."""
    gone, come = new is ABSENT, old is ABSENT
    shape = shape_of(kind, old if gone else new)
    if not gone and not come and shape_of(kind, old).kind != shape.kind:
        shape = LEAF
    if shape.kind == "leaf" or not ((None if come else old) or (None if gone else new)):
        (found.removed if gone else found.changed)[element] = MEMBER
        return
    if come and isinstance(new, dict) and not any(isinstance(item, PARTS) for item in new.values()):
        found.changed[element] = of_names(tuple(new))
        return
    below = Comparison({}, {})
    if shape.kind in ("list", "set"):
        _compare_items((None if come else old) or (), (None if gone else new) or (), shape, below)
    else:
        _compare_fields((None if come else old) or {}, (None if gone else new) or {}, shape, below)
    changed, removed = build(come, below.changed), build(gone, below.removed)
    if changed is not None:
        found.changed[element] = changed
    if removed is not None:
        found.removed[element] = removed


def _compare_items(old: Any, new: Any, shape: Shape, found: Comparison) -> None:
    kept: list[Any] = []
    if len(old) == len(new):  # what stays where it was costs next to nothing
        pairs = [(one, other) for one, other in zip(old, new, strict=True) if one is not other]
        kept = [one for one, other in zip(old, new, strict=True) if one is other]
        old, new = [one for one, _ in pairs], [other for _, other in pairs]
    before = {shape.element_of(item): item for item in old}
    after = {shape.element_of(item): item for item in new}
    repeated = len(before) < len(old) or len(after) < len(new)
    if repeated or any(element in before or element in after for element in map(shape.element_of, kept)):
        _compare_repeated([*kept, *old], [*kept, *new], shape, found)
        return
    for element, item in before.items():
        other = after.get(element, ABSENT)
        if other is not item and other != item:
            _compare(item, other, shape.element, element, found)
    for element, item in after.items():
        if element not in before:
            _compare(ABSENT, item, shape.element, element, found)


def _compare_repeated(old: Any, new: Any, shape: Shape, found: Comparison) -> None:
    """Compare lists in which several items have the same keys: those are one to whoever owns them."""
    before: dict[str, list[Any]] = {}
    after: dict[str, list[Any]] = {}
    for items, groups in ((old, before), (new, after)):
        for item in items:
            groups.setdefault(shape.element_of(item), []).append(item)
    for element in {**before, **after}:
        gone, come = before.get(element, []), after.get(element, [])
        if gone == come:
            continue
        if len(gone) <= 1 and len(come) <= 1:
            was, now = gone[0] if gone else ABSENT, come[0] if come else ABSENT
            _compare(was, now, shape.element, element, found)
        elif len(come) <= 1:
            if come:
                _compare(ABSENT, come[0], shape.element, element, found)
            found.removed[element] = MEMBER
        else:
            if len(gone) == 1:
                _compare(gone[0], ABSENT, shape.element, element, found)
            found.changed[element] = MEMBER


def is_within(fields: FieldSet, old: Any, new: Any, kind: Type | None) -> bool:
    """Whether all that changed between two versions that share what did not is among these fields, and nothing came or
    went: what a component does again and again."""
    if len(old) != len(new):
        return False
    shape = shape_of(kind, new)
    for name, after in new.items():
        before = old.get(name, ABSENT)
        if before is after:
            continue
        node = fields.get(f"f:{name}")
        if node is None or before is ABSENT:
            return False
        if not isinstance(after, PARTS) and not isinstance(before, PARTS):
            if node or after is None or before is None:
                return False
            continue
        below = shape.below(name)
        if not node:
            if not is_leaf(below, before) or not is_leaf(below, after):
                return False
        elif isinstance(before, dict) and isinstance(after, dict):
            if not is_within(node, before, after, below):
                return False
        elif not _are_within(node, before, after, shape_of(below, after)):
            return False
    return True


def _are_within(fields: FieldSet, old: Any, new: Any, shape: Shape) -> bool:
    """The same of two lists whose items have keys."""
    if shape.kind != "list" or not isinstance(old, list) or len(old) != len(new):
        return False
    for before, after in zip(old, new, strict=True):
        if before is not after:
            element = shape.element_of(after)
            node = fields.get(element)
            if not node or shape.element_of(before) != element or not is_within(node, before, after, shape.element):
                return False
    return True


def is_leaf(kind: Type | None, value: Any) -> bool:
    return shape_of(kind, value).kind == "leaf"
