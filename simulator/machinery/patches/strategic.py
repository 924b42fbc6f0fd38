"""Strategic merge patch, applied: lists merge by key where the structure says so, and directives are obeyed.

Upstream: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
"""

from dataclasses import dataclass

from simulator.machinery.objects import Object
from simulator.machinery.patches.errors import (
    BAD_ELEMENT_ORDER,
    BAD_PRIMITIVE_LIST,
    BAD_RETAIN_KEYS,
    PatchError,
    no_merge_key,
)
from simulator.machinery.patches.structure import (
    DELETE,
    DELETE_FROM_LIST,
    ELEMENT_ORDER,
    MERGE,
    PATCH,
    REPLACE,
    RETAIN_KEYS,
    FieldInfo,
    List,
    Map,
    as_list,
    element_kind,
    field_info,
    in_order,
    index_of,
    key_of_item,
    position,
    without_repeats,
)
from simulator.machinery.patches.values import Json, go_text, json_type, private, same
from simulator.machinery.schemas import Type


@dataclass(frozen=True, slots=True)
class Merging:
    """How to merge: obeying the directives, as the server does, or keeping them, as when two patches become one."""

    obey: bool
    ignore_unmatched_nulls: bool


ON_SERVER = Merging(obey=True, ignore_unmatched_nulls=True)
OF_PATCHES = Merging(obey=False, ignore_unmatched_nulls=False)


def apply(original: Object, patch: Map, type: Type) -> Object:
    """The object that the patch makes of `original`, as a private copy. Raises `PatchError`."""
    return merge_map(private(original), private(patch), type, ON_SERVER)


def merge_map(original: Map, patch: Map, type: Type, merging: Merging) -> Map:
    """Merge `patch` into `original`; both are private copies and used up."""
    if PATCH in patch:
        return directed_map(patch)
    retain_keys(original, patch, merging)
    merge_ordered_lists(original, patch, type, merging)
    for key, value in patch.items():
        deleting = key.startswith(DELETE_FROM_LIST)
        if deleting and not merging.obey:
            original[key] = value
            continue
        if deleting:
            key = field_of(key, BAD_PRIMITIVE_LIST)
        if value is None:
            original.pop(key, None)
            if merging.ignore_unmatched_nulls:
                continue
        current = original.get(key)
        if key not in original or json_type(current) is not json_type(value):
            original[key] = value
        elif isinstance(value, dict):
            info = field_info(type, key)
            replaced = info.strategy == REPLACE
            original[key] = value if replaced else merge_map(original[key], value, info.type, merging)
        elif isinstance(value, list):
            original[key] = merge_field(original[key], value, field_info(type, key), merging, deleting=deleting)
        else:
            original[key] = value
    return original


def directed_map(patch: Map) -> Map:
    """What a `$patch` directive makes of a whole map."""
    directive = patch.pop(PATCH)
    if directive == REPLACE:
        return patch
    if directive == DELETE:
        return {}
    raise PatchError(f"unknown patch type: {go_text(directive)} in map: {go_text({PATCH: directive, **patch})}")


def field_of(key: str, error: str) -> str:
    """The field that a directive such as `$setElementOrder/containers` speaks of."""
    _, slash, field = key.partition("/")
    if not slash or key.split("/", 1)[0] not in (DELETE_FROM_LIST, ELEMENT_ORDER):
        raise PatchError(error, 400)
    return field


def retain_keys(original: Map, patch: Map, merging: Merging) -> None:
    """Drop what the `$retainKeys` directive does not name."""
    if RETAIN_KEYS not in patch:
        return
    keys = patch.pop(RETAIN_KEYS)
    if not merging.obey:
        if not same(original.setdefault(RETAIN_KEYS, keys), keys):
            words = "are not deep equal: this may happen when calculating the 3-way diff patch"
            raise PatchError(f"{go_text(original[RETAIN_KEYS])} and {go_text(keys)} {words}")
        return
    if not isinstance(keys, list):
        raise PatchError(BAD_RETAIN_KEYS, 400)
    for key, value in patch.items():
        if value is not None and not key.startswith((DELETE_FROM_LIST, ELEMENT_ORDER)) and key not in keys:
            raise PatchError(BAD_RETAIN_KEYS, 400)
    for key in [key for key in original if key not in keys]:
        del original[key]


def merge_ordered_lists(original: Map, patch: Map, type: Type, merging: Merging) -> None:
    """Merge each list that has a `$setElementOrder` directive, and put its items in that order."""
    for directive in [key for key in patch if key.startswith(ELEMENT_ORDER)]:
        wanted = patch.pop(directive)
        if not merging.obey and not same(original.setdefault(directive, wanted), wanted):
            raise PatchError(BAD_ELEMENT_ORDER, 400)
        order = as_list(wanted)
        key = field_of(directive, BAD_ELEMENT_ORDER)
        current = as_list(original[key]) if key in original else None
        change = as_list(patch[key]) if key in patch else None
        info = field_info(type, key)
        check_order(change or [], order, info.merge_key)
        if current is None and change is None:
            continue
        if current is not None and change is not None:
            merged = merge_field(current, change, info, merging)
        else:
            merged = list(current if current is not None else change or [])
        element_kind(current or [], change or [])
        original[key] = interleaved(merged, order, current or [], info.merge_key)
        patch.pop(key, None)


def check_order(change: List, order: List, merge_key: str) -> None:
    """The items of the patch have to be among those ordered, and in that order."""
    if not order or not change:
        return
    ordered = iter(order)
    for item in change:
        if isinstance(item, dict) and PATCH in item:
            continue
        if not any(matches(item, other, merge_key) for other in ordered):
            lists = f"{go_text(change)}\n doesn't match {ELEMENT_ORDER} list:\n{go_text(order)}\n"
            raise PatchError(f"The order in patch list:\n{lists}")


def matches(left: Json, right: Json, merge_key: str) -> bool:
    return same(key_of_item(left, merge_key), key_of_item(right, merge_key)) if merge_key else same(left, right)


def merge_field(current: List, change: List, info: FieldInfo, merging: Merging, *, deleting: bool = False) -> List:
    if info.strategy != MERGE:
        return change
    return merge_list(current, change, info.element, info.merge_key, merging, deleting=deleting)


def merge_list(current: List, change: List, element: Type, merge_key: str, merging: Merging, *, deleting: bool) -> List:
    if not current and not change:
        return current
    if element_kind(current, change) is not dict:
        if merging.obey and deleting:
            return [item for item in current if position(change, item, "") < 0]
        return interleaved(without_repeats([*current, *change]), change, current, "")
    if not merge_key:
        raise PatchError(f"cannot merge lists without merge key for type {element.form}")
    slots = current
    current, change = obeying_items(slots, change, merge_key)
    merged = list(current)
    for item in change:
        index = index_of(merged, merge_key, key_of_item(item, merge_key))
        if index < 0:
            merged.append(item)
            if len(merged) <= len(slots):
                slots[len(merged) - 1] = item
        else:
            merged[index] = merge_map(merged[index], item, element, merging)
    return interleaved(merged, change, current, merge_key)


def obeying_items(current: List, change: List, merge_key: str) -> tuple[List, List]:
    """Carry out the items that are directives: the list without what is deleted or replaced, and the other items.

    Upstream removes and appends in the memory of the list it was given. An order that was asked for is then restored
    from that memory, so what is removed makes room in `current` here too, and new items move in behind.
    """
    plain: List = []
    length = len(current)
    replacing = False
    for item in change:
        directive = item.get(PATCH)
        if PATCH not in item:
            plain.append(item)
        elif directive == DELETE:
            if merge_key not in item:
                raise no_merge_key(item, merge_key)
            while (index := index_of(current[:length], merge_key, item[merge_key])) >= 0:
                current[index : length - 1] = current[index + 1 : length]
                length -= 1
        elif directive == REPLACE:
            replacing = True
        elif directive == MERGE:
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise PatchError(f"unknown patch type: {go_text(directive)} in map: {go_text(item)}")
    return (plain, []) if replacing else (current[:length], plain)


def interleaved(merged: List, order: List, current: List, merge_key: str) -> List:
    """The items that `order` names in its order, and the others where they stood in `current`."""
    named = in_order([item for item in merged if position(order, item, merge_key) >= 0], order, merge_key)
    others = in_order([item for item in merged if position(order, item, merge_key) < 0], current, merge_key)
    result: List = []
    while named and others:
        other, mine = position(current, others[0], merge_key), position(current, named[0], merge_key)
        result.append((others if 0 <= other < mine else named).pop(0))
    return result + named + others
