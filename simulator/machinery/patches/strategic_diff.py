"""Strategic merge patches as clients make them: from two objects, or from three as `kubectl apply` does.

Upstream: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
"""

from dataclasses import dataclass, replace

from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.patches.errors import PatchConflictError, PatchError
from simulator.machinery.patches.strategic import OF_PATCHES, merge_map
from simulator.machinery.patches.structure import (
    DELETE,
    DELETE_FROM_LIST,
    ELEMENT_ORDER,
    MERGE,
    PATCH,
    REPLACE,
    RETAIN_KEYS,
    List,
    Map,
    element_kind,
    field_info,
    in_order,
    key_of_item,
    sorted_scalars,
    without_repeats,
)
from simulator.machinery.patches.values import Json, go_text, json_type, private, same
from simulator.machinery.schemas import Type


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which differences belong into the patch."""

    changes: bool = True
    deletions: bool = True
    element_order: bool = True
    retain_keys: bool = False


def two_way(original: Object, modified: Object, type: Type) -> Map:
    """The patch that makes `modified` of `original`. Raises `PatchError`."""
    return diff_maps(original, modified, type, Wanted())


def three_way(original: Object, modified: Object, current: Object, type: Type, *, overwrite: bool = True) -> Map:
    """The patch that brings `current` to `modified`, deleting only what `original` had.

    Raises `PatchConflictError` unless `overwrite`, where someone else changed what the patch changes.
    """
    delta = diff_maps(current, modified, type, Wanted(deletions=False))
    deletions = diff_maps(original, modified, type, Wanted(changes=False))
    patch = merge_map(private(deletions), private(delta), type, OF_PATCHES)
    if not overwrite:
        changed = diff_maps(original, current, type, Wanted(element_order=False))
        if maps_conflict(patch, changed, type):
            words = "conflicts with changes made from original to current"
            raise PatchConflictError(f"patch:\n{yaml.dump(patch)}\n{words}:\n{yaml.dump(changed)}\n", 409)
    return patch


def diff_maps(original: Map, modified: Map, type: Type, wanted: Wanted) -> Map:
    patch: Map = {}
    for key, value in modified.items():
        if key not in original:
            if wanted.changes:
                patch[key] = value
        elif key == PATCH:
            if not same(original[key], value):
                patch[key] = value
        elif json_type(original[key]) is not json_type(value):
            if wanted.changes:
                patch[key] = value
        elif isinstance(value, dict):
            diff_map_field(key, original[key], value, patch, type, wanted)
        elif isinstance(value, list):
            diff_list_field(key, original[key], value, patch, type, wanted)
        elif wanted.changes and not same(original[key], value):
            patch[key] = value
    missing = [key for key in original if key not in modified]
    if wanted.deletions:
        patch.update(dict.fromkeys(missing))
    retained: List = [key for key, value in modified.items() if value is not None] if wanted.retain_keys else []
    if retained and (patch or any(original[key] is not None for key in missing)):
        patch[RETAIN_KEYS] = sorted(retained)
    return patch


def diff_map_field(key: str, original: Map, modified: Map, patch: Map, type: Type, wanted: Wanted) -> None:
    if same(original, modified):
        return
    info = field_info(type, key)
    if info.strategy == REPLACE:
        if wanted.changes:
            patch[key] = modified
        return
    below = diff_maps(original, modified, info.type, replace(wanted, retain_keys=info.retain_keys))
    if below:
        patch[key] = below


def diff_list_field(key: str, original: List, modified: List, patch: Map, type: Type, wanted: Wanted) -> None:
    if same(original, modified):
        return
    info = field_info(type, key)
    if info.strategy != MERGE:
        if wanted.changes:
            patch[key] = modified
        return
    below = replace(wanted, retain_keys=info.retain_keys)
    additions, deletions, order = diff_lists(original, modified, info.element, info.merge_key, below)
    if additions:
        patch[key] = additions
    if deletions:
        patch[f"{DELETE_FROM_LIST}/{key}"] = deletions
    if order:
        patch[f"{ELEMENT_ORDER}/{key}"] = order


def diff_lists(
    original: List, modified: List, element: Type, merge_key: str, wanted: Wanted
) -> tuple[List, List, List]:
    """Items to merge (with deletions as directives), scalars to delete, and the order of the result."""
    if not original:
        return (modified if wanted.changes else []), [], []
    if element_kind(original, modified) is dict:
        return diff_lists_of_maps(original, modified, element, merge_key, wanted)
    additions, deletions = diff_scalars(original, modified, wanted)
    reordered = (wanted.deletions and deletions) or (wanted.changes and not same(original, modified))
    order = modified if wanted.element_order and reordered else []
    return in_order(additions, modified, ""), deletions, order


def diff_scalars(original: List, modified: List, wanted: Wanted) -> tuple[List, List]:
    """Scalars to add and scalars to delete, each repeat counted, in the order of their text."""
    before, after = sorted_scalars(original), sorted_scalars(modified)
    additions: List = []
    deletions: List = []
    while before or after:
        if before and after and go_text(before[0]) == go_text(after[0]):
            before.pop(0)
            after.pop(0)
        elif not before or (after and go_text(before[0]) > go_text(after[0])):
            additions.append(after.pop(0))
        else:
            deletions.append(before.pop(0))
    return (additions if wanted.changes else []), (without_repeats(deletions) if wanted.deletions else [])


def diff_lists_of_maps(
    original: List, modified: List, element: Type, merge_key: str, wanted: Wanted
) -> tuple[List, List, List]:
    before = sorted(original, key=lambda item: go_text(key_of_item(item, merge_key)))
    after = sorted(modified, key=lambda item: go_text(key_of_item(item, merge_key)))
    items: List = []
    deletions: List = []
    while before or after:
        old = go_text(before[0][merge_key]) if before else None
        new = go_text(after[0][merge_key]) if after else None
        if old is not None and old == new:
            item = after.pop(0)
            if below := diff_maps(before.pop(0), item, element, wanted):
                items.append({**below, merge_key: item[merge_key]})
        elif old is None or (new is not None and old > new):
            if wanted.changes:
                items.append(after[0])
            after.pop(0)
        else:
            if wanted.deletions:
                deletions.append({merge_key: before[0][merge_key], PATCH: DELETE})
            before.pop(0)
    items = in_order(items, modified, merge_key) + deletions
    keys = [item[merge_key] for item in modified]
    moved = not same(keys, [item[merge_key] for item in original])
    reordered = (wanted.changes and (items or moved)) or (wanted.deletions and items)
    return items, [], [{merge_key: key} for key in keys] if wanted.element_order and reordered else []


# Conflicts between what a patch changes and what others changed


def values_conflict(left: Json, right: Json, type: Type, strategy: str, merge_key: str) -> bool:
    if isinstance(left, dict):
        if not isinstance(right, dict):
            return True
        if (PATCH in left) != (PATCH in right) or left.get(PATCH) != right.get(PATCH):
            return True
        return strategy != REPLACE and maps_conflict(left, right, type)
    if isinstance(left, list):
        return not isinstance(right, list) or lists_conflict(left, right, type, strategy, merge_key)
    return not same(left, right)


def maps_conflict(left: Map, right: Map, type: Type) -> bool:
    for key, value in left.items():
        if key in (PATCH, RETAIN_KEYS) or key not in right:
            continue
        info = field_info(type, key)
        if values_conflict(value, right[key], info.type, info.strategy, info.merge_key):
            return True
    return False


def lists_conflict(left: List, right: List, type: Type, strategy: str, merge_key: str) -> bool:
    of_maps = element_kind(left, right) is dict
    element = type.element or type
    if strategy == MERGE:
        if not of_maps:
            return False
        ours, theirs = by_key(left, merge_key), by_key(right, merge_key)
        return any(key in theirs and values_conflict(ours[key], theirs[key], element, "", "") for key in ours)
    if len(left) != len(right):
        return True
    if not of_maps:
        left, right = sorted_scalars(without_repeats(left)), sorted_scalars(without_repeats(right))
    return any(values_conflict(one, other, element, "", "") for one, other in zip(left, right, strict=False))


def by_key(items: List, merge_key: str) -> dict[str, Json]:
    for item in items:
        if merge_key not in item:
            raise PatchError(f"cannot find merge key `{merge_key}` in merging list element:{go_text(item)}")
    return {go_text(item[merge_key]): item for item in items}
