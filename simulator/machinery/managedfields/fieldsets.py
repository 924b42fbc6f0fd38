"""Sets of fields in the form in which `fieldsV1` shows them. Upstream: structured-merge-diff/fieldpath

A set is a tree of path elements: `f:name` a field or key, `k:{…}` an item of a list by its keys, `v:…` an item by its
value. An element is a member when nothing stands below it or when it holds `.`; the tree itself is never changed.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from simulator.machinery.golang import json_text

type FieldSet = dict[str, Any]

MEMBER: FieldSet = {}


def is_member(node: FieldSet | None) -> bool:
    return node is not None and (not node or "." in node)


def build(member: bool, children: FieldSet) -> FieldSet | None:
    """The node of an element, or nothing where neither it nor anything below is a member."""
    if not children:
        return MEMBER if member else None
    return {".": MEMBER, **children} if member else children


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """The set of what either holds; both are whole sets, not nodes."""
    result = dict(one)
    for element, node in other.items():
        known = result.get(element)
        result[element] = node if known is None else _union_nodes(known, node)
    return result


def _union_nodes(one: FieldSet, other: FieldSet) -> FieldSet:
    merged = union(_children(one), _children(other))
    return build(is_member(one) or is_member(other), merged) or MEMBER


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """The members of one that are not members of the other."""
    result: FieldSet = {}
    for element, node in one.items():
        twin = other.get(element)
        left = node if twin is None else _difference_nodes(node, twin)
        if left is not None:
            result[element] = left
    return result


def _difference_nodes(one: FieldSet, other: FieldSet) -> FieldSet | None:
    return build(is_member(one) and not is_member(other), difference(_children(one), _children(other)))


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
