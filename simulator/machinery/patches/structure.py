"""What strategic merging needs to know of an object's structure, and the directives a patch may carry.

Upstream: k8s.io/apimachinery/pkg/util/strategicpatch
"""

from dataclasses import dataclass
from typing import Any, Final

from simulator.machinery.golang import quoted
from simulator.machinery.patches.errors import LIST_OF_LISTS, PatchError, no_merge_key, wrong_type
from simulator.machinery.patches.values import Json, go_text, go_type, json_type, same
from simulator.machinery.schemas import Form, Type

PATCH: Final = "$patch"
DELETE: Final = "delete"
REPLACE: Final = "replace"
MERGE: Final = "merge"
RETAIN_KEYS: Final = "$retainKeys"
DELETE_FROM_LIST: Final = "$deleteFromPrimitiveList"
ELEMENT_ORDER: Final = "$setElementOrder"

type Map = dict[str, Any]
type List = list[Any]


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """How one field merges: the type below it, the strategy (`merge`, `replace` or none) and the merge key."""

    type: Type
    strategy: str
    merge_key: str
    retain_keys: bool

    @property
    def element(self) -> Type:
        return self.type.element or self.type


def field_info(type: Type, name: str) -> FieldInfo:
    """Look a field up. Raises `PatchError` for one that the structure does not have."""
    if type.form is Form.MAP and type.element is not None:
        found: Type | None = type.element
    elif type.form is Form.ANY or type.preserves_unknown:
        found = type.fields.get(name, type)
    else:
        found = type.fields.get(name)
    if found is None:
        struct = type.short_name or type.form
        raise PatchError(f"unable to find api field in struct {struct} for the json field {quoted(name)}")
    strategies = [strategy for strategy in found.strategies if strategy != "retainKeys"]
    if len(strategies) > 1:
        raise PatchError(f"unexpected patch strategy: {go_text(list(found.strategies))}")
    strategy = strategies[0] if strategies else ""
    return FieldInfo(found, strategy, found.merge_key, "retainKeys" in found.strategies)


def element_kind(*lists: List) -> type:
    """The Python type that all the items have. Raises `PatchError` where they differ or there are none."""
    kind: type | None = None
    for items in lists:
        for item in items:
            if kind is None:
                kind = json_type(item)
                if kind is list:
                    raise PatchError(LIST_OF_LISTS, 422)
            elif json_type(item) is not kind:
                raise PatchError(f"list element types are not identical: {go_text(list(lists))}")
    if kind is None:
        raise PatchError("no elements in any of the given slices")
    return kind


def key_of_item(item: Json, merge_key: str) -> Json:
    """The value of the merge key, which every item of a merging list has to have."""
    if not isinstance(item, dict):
        raise wrong_type({}, item)
    if merge_key not in item:
        raise no_merge_key(item, merge_key)
    return item[merge_key]


def index_of(items: List, merge_key: str, wanted: Json) -> int:
    """Where the item with that merge key is, or -1."""
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise PatchError(f"value for key {index} is not a map.")
        if merge_key in item and same(item[merge_key], wanted):
            return index
    return -1


def position(order: List, item: Json, merge_key: str) -> int:
    """Where an item stands in a list that gives an order, or -1; maps are compared by their merge key."""
    if isinstance(item, dict):
        wanted = item.get(merge_key)
        matches = (isinstance(other, dict) and same(other.get(merge_key), wanted) for other in order)
    else:
        matches = (same(other, item) for other in order)
    return next((index for index, match in enumerate(matches) if match), -1)


def is_deletion(item: Json) -> bool:
    return isinstance(item, dict) and item.get(PATCH) == DELETE


def in_order(items: List, order: List, merge_key: str) -> List:
    """The items as `order` has them, deletions last."""
    if items and isinstance(items[0], dict):
        for item in (*items, *order):
            key_of_item(item, merge_key)
    kept = [item for item in items if not is_deletion(item)]
    kept.sort(key=lambda item: position(order, item, merge_key))
    return kept + [item for item in items if is_deletion(item)]


def sorted_scalars(items: List) -> List:
    return sorted(items, key=go_text)


def without_repeats(items: List) -> List:
    """Each scalar once; the gap a repeat leaves is filled from the end, as upstream does it."""
    result = list(items)
    left = 0
    while left < len(result) - 1:
        right = left + 1
        while right < len(result):
            if same(result[left], result[right]):
                result[right] = result[-1]
                result.pop()
            else:
                right += 1
        left += 1
    return result


def as_list(value: Json) -> List:
    if not isinstance(value, list):
        raise PatchError(f"expected a []interface {{}}, but received a {go_type(value)}")
    return value
