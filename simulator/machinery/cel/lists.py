"""Adding lists that are sets or are keyed: what is there already is not there twice.

Upstream: apiserver/pkg/cel/common/values.go
"""

from typing import Any

from simulator.machinery.cel.values import PER_SIZE, MapList, SetList, Spend, contains, equal


def merged(one: list[Any], other: list[Any], spend: Spend) -> list[Any]:
    """The sum of two lists by the rules of the first one's kind."""
    if isinstance(one, SetList):
        return SetList([*one, *(item for item in other if not contains(one, item, spend))])
    if not isinstance(one, MapList):
        return [*one, *other]
    items = list(one)
    for item in other:
        key = one.key(item)
        spend(1 + len(items) // PER_SIZE)
        place = next((index for index, known in enumerate(items) if equal_keys(one.key(known), key, spend)), None)
        if place is None:
            items.append(item)
        else:
            items[place] = item
    return MapList(items, one.keys)


def equal_keys(one: Any, other: Any, spend: Spend) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return all(equal(left, right, spend) for left, right in zip(one, other, strict=True))
    return equal(one, other, spend)
