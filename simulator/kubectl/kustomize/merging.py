"""Strategic merge as kustomize does it: what a patch lists comes first. Upstream: kyaml/yaml/merge2"""

from collections.abc import Sequence
from typing import Any

from simulator.machinery.objects import Object
from simulator.machinery.patches.structure import PATCH
from simulator.machinery.schemas import Type


def merged(original: Object, patch: Object, type: Type | None) -> Object | None:
    """The object with the patch in it, None where the patch deletes it."""
    directive = patch.get(PATCH)
    if directive == "delete":
        return None
    body = {key: value for key, value in patch.items() if key != PATCH}
    if directive == "replace":
        return body
    found = dict(original)
    for key, value in body.items():
        new = merged_value(found.get(key), value, key, type)
        if new is None:
            found.pop(key, None)
        else:
            found[key] = new
    return found


def merged_value(current: Any, value: Any, key: str, type: Type | None) -> Any:
    if value is None:
        return None
    field = None if type is None else type.fields.get(key, type.element)
    if isinstance(value, dict):
        return merged(current if isinstance(current, dict) else {}, value, field)
    if isinstance(value, list) and isinstance(current, list) and field is not None and "merge" in field.strategies:
        if any(isinstance(item, dict) for item in value):
            return merged_items(current, value, field)
        return [*value, *(item for item in current if item not in value)]
    return value


def merged_items(current: list[Any], patch: list[Any], type: Type) -> list[Any]:
    """Items found by their keys: those of the patch, merged, in its order, then the rest."""
    if any(isinstance(item, dict) and item.get(PATCH) == "replace" and len(item) == 1 for item in patch):
        return [item for item in patch if not (isinstance(item, dict) and PATCH in item)]
    keys = type.list_keys or (type.merge_key,)
    left = list(current)
    found = []
    for item in patch:
        place = next((at for at, old in enumerate(left) if is_same(old, item, keys)), None)
        old = {} if place is None else left.pop(place)
        new = merged(old, item, type.element) if isinstance(item, dict) else item
        if new is not None:
            found.append(new)
    return [*found, *left]


def is_same(old: Any, item: Any, keys: Sequence[str]) -> bool:
    """Whether both have the same values of the keys, as far as the patch gives them."""
    if not isinstance(old, dict) or not isinstance(item, dict):
        return False
    given = [key for key in keys if item.get(key) not in (None, "")]
    return bool(given) and all(old.get(key) == item[key] for key in given)
