"""Laying an applied object over the live one, and taking fields out of it. Upstream: structured-merge-diff/typed"""

from collections import Counter
from typing import Any

from simulator.machinery.managedfields.fieldsets import FieldSet, build, is_member
from simulator.machinery.managedfields.shapes import Shape, shape_of
from simulator.machinery.schemas import Type


def merge(live: Any, applied: Any, kind: Type | None) -> Any:
    """The live value with the applied one laid over it; what was applied as null goes."""
    shape = shape_of(kind, applied)
    if shape.kind == "leaf" or applied is None or live is None:
        return _stripped(applied)
    if shape.kind in ("list", "set"):
        return _merged_list(live, applied, shape)
    if not isinstance(live, dict):
        return _stripped(applied)
    result = dict(live)
    for name, value in applied.items():
        merged = merge(live.get(name), value, shape.below(name))
        if merged is None:
            result.pop(name, None)
        else:
            result[name] = merged
    return result


def _stripped(value: Any) -> Any:
    """A value without the keys that are null."""
    if isinstance(value, dict):
        return {name: _stripped(item) for name, item in value.items() if item is not None}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


def _merged_list(live: list[Any], applied: list[Any], shape: Shape) -> list[Any]:
    """Items in the order in which they were applied, the others where they stood between them."""
    old = [(shape.element_of(item), item) for item in live]
    new = [(shape.element_of(item), item) for item in applied]
    before, after = dict(old), dict(new)
    if len(before) < len(old):  # of several with the same keys none is merged: the new one takes their place
        before |= dict.fromkeys(
            element for element, count in Counter(element for element, _ in old).items() if count > 1
        )
    shared = [element for element, _ in new if element in before]
    done: dict[str, bool] = {}
    result = []
    at = to = 0
    while at < len(old) or to < len(new):
        if at < len(old):
            element, item = old[at]
            if element not in after:
                result.append(item)
                at += 1
                continue
            wanted = next((name for name in shared if name not in done), None)
            if element in done or (to < len(new) and element != new[to][0] and element != wanted):
                at += 1
                continue
        if to >= len(new):
            at += 1
            continue
        element, item = new[to]
        result.append(merge(before.get(element), item, shape.element))
        done[element] = True
        to += 1
        if at < len(old) and old[at][0] == element:
            at += 1
    return result


def remove(value: Any, fields: FieldSet, kind: Type | None) -> Any:
    """A value without the members of a set; what is empty thereby is None."""
    shape = shape_of(kind, value)
    if shape.kind == "leaf" or not value or not fields:
        return value
    if shape.kind in ("list", "set"):
        kept = [_removed(item, fields.get(shape.element_of(item)), shape.element) for item in value]
        return [item for item in kept if item is not None] or None
    result = {name: _removed(item, fields.get(f"f:{name}"), shape.below(name)) for name, item in value.items()}
    return {name: item for name, item in result.items() if item is not None} or None


def _removed(value: Any, node: FieldSet | None, kind: Type | None) -> Any:
    if node is None:
        return value
    return None if is_member(node) else remove(value, node, kind)


def with_named_fields(fields: FieldSet, kind: Type | None) -> FieldSet:
    """The set with each field of a struct that has members below being a member itself."""
    shape = shape_of(kind, None) if kind is not None else None
    result: FieldSet = {}
    for element, node in fields.items():
        if element == ".":
            continue
        name = element[2:]
        named = shape is not None and shape.kind == "struct" and element.startswith("f:") and name in shape.fields
        if shape is None:
            below = None
        else:
            below = shape.below(name) if element.startswith("f:") else shape.element
        built = build(is_member(node) or named, with_named_fields(node, below))
        assert built is not None
        result[element] = built
    return result
