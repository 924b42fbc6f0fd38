"""API objects as values: how to read them, and how to change one without touching what is stored.

An object is the plain JSON shape (`dict`, `list`, `str`, numbers, `True`, `None`). Once stored it is shared by the
store, its watchers and every fork, so nobody changes it in place: `changed` copies the path and shares the rest.
"""

from collections.abc import Mapping
from typing import Any

type Object = dict[str, Any]
type Key = tuple[str, str]
"""Namespace (empty for what is cluster-scoped) and name."""


def key_of(obj: Mapping[str, Any]) -> Key:
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def changed(obj: Object, path: tuple[str, ...], value: Any) -> Object:
    """A copy of `obj` with `value` at `path`; what lies beside the path is shared."""
    copy = dict(obj)
    head, *rest = path
    copy[head] = changed(copy.get(head) or {}, tuple(rest), value) if rest else value
    return copy


def without(obj: Object, path: tuple[str, ...]) -> Object:
    """A copy of `obj` without what stands at `path`."""
    head, *rest = path
    if head not in obj:
        return obj
    copy = dict(obj)
    if rest:
        copy[head] = without(copy[head], tuple(rest))
    else:
        del copy[head]
    return copy


def sharing(new: Object, old: Object) -> Object:
    """`new`, made of the very parts of `old` wherever they are equal, so that what did not change is kept once."""
    shared = {}
    for key, value in new.items():
        before = old.get(key)
        if value is before or before is None:
            shared[key] = value
        elif value == before:
            shared[key] = before
        elif isinstance(value, dict) and isinstance(before, dict):
            shared[key] = sharing(value, before)
        elif isinstance(value, list) and isinstance(before, list):
            shared[key] = _sharing_items(value, before)
        else:
            shared[key] = value
    return shared


def _sharing_items(new: list[Any], old: list[Any]) -> list[Any]:
    items = list(new)
    for index, (item, before) in enumerate(zip(new, old, strict=False)):
        if item == before:
            items[index] = before
        elif isinstance(item, dict) and isinstance(before, dict):
            items[index] = sharing(item, before)
    return items


def at(obj: Any, *path: str | int, default: Any = None) -> Any:
    """The value at a path, or `default` where the path ends early."""
    for step in path:
        if isinstance(obj, dict | Mapping) or (isinstance(obj, list) and isinstance(step, int)):
            try:
                obj = obj[step]  # type: ignore[index]
            except (KeyError, IndexError):
                return default
        else:
            return default
    return default if obj is None else obj


def controller_of(obj: Object) -> Object | None:
    """The owner reference of the controller that manages an object."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            found: Object = reference
            return found
    return None


def owner_reference(owner: Object, *, controller: bool = True) -> Object:
    """The reference a dependent carries to its owner. Upstream: metav1.NewControllerRef"""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": controller,
        "blockOwnerDeletion": True,
    }


def condition(obj: Object, kind: str) -> Object | None:
    """The condition of that type in an object's status."""
    for entry in at(obj, "status", "conditions", default=()):
        if entry["type"] == kind:
            return dict(entry)
    return None
