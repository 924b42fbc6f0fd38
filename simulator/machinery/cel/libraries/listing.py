"""Parts of lists, and lists in another order. Upstream: cel-go/ext/lists.go"""

from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.libraries.operators import ORDERED
from simulator.machinery.cel.values import CELError, Spend, contains, is_number, type_name

SINCE = 34
LONGEST_RANGE = 10_000_000
UNORDERED = ("list", "map", "null_type", "optional_type", "type")


@function("list(A)#slice(int, int) -> list(A)", since=SINCE)
def slice_of(items: list[Any], start: int, end: int) -> list[Any]:
    what = f"cannot slice({start}, {end}), "
    if start < 0 or end < 0:
        raise CELError(f"{what}negative indexes not supported")
    if start > end:
        raise CELError(f"{what}start index must be less than or equal to end index")
    if len(items) < end:
        raise CELError(f"{what}list is length {len(items)}")
    return items[start:end]


@function("list(list(A))#flatten() -> list(A)", since=SINCE, spends=True)
def flatten_once(spend: Spend, items: list[Any]) -> list[Any]:
    return flatten(spend, items, 1)


@function("list(dyn)#flatten(int) -> list(dyn)", since=SINCE, spends=True)
def flatten(spend: Spend, items: list[Any], depth: int) -> list[Any]:
    if depth < 0:
        raise CELError("level must be non-negative")
    found: list[Any] = []
    for item in items:
        spend(1)
        if isinstance(item, list) and depth:
            found.extend(flatten(spend, item, depth - 1))
        else:
            found.append(item)
    return found


@function("list(A)#reverse() -> list(A)", since=SINCE)
def reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@function("list(A)#distinct() -> list(A)", since=SINCE, spends=True)
def distinct(spend: Spend, items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if not contains(found, item, spend):
            found.append(item)
    return found


@function("lists.range(int) -> list(int)", since=SINCE, spends=True)
def numbers(spend: Spend, count: int) -> list[int]:
    if count < 0:
        raise CELError(f"lists.range: size must be non-negative, got {count}")
    if count > LONGEST_RANGE:
        raise CELError(f"lists.range: size {count} exceeds maximum allowed ({LONGEST_RANGE})")
    spend(count)
    return list(range(count))


@function(*(f"list({kind})#sort() -> list({kind})" for kind in ORDERED), since=SINCE, spends=True)
def ordered(spend: Spend, items: list[Any]) -> list[Any]:
    return sorted_by(spend, items, items)


@function(*(f"list(A)#@sortByAssociatedKeys(list({kind})) -> list(A)" for kind in ORDERED), since=SINCE, spends=True)
def sorted_by(spend: Spend, items: list[Any], keys: list[Any]) -> list[Any]:
    """Items in the order of their keys; those with the same key stay as they are."""
    spend(2 * len(keys))
    names = {"number" if is_number(key) else type_name(key) for key in keys}
    if names & set(UNORDERED):
        raise CELError("list elements must be comparable")
    if len(names) > 1:
        raise CELError("list elements must have the same type")
    return [items[index] for index in sorted(range(len(items)), key=keys.__getitem__)]
