"""Lists as wholes, and as sets. Upstream: apiserver/pkg/cel/library/lists.go, cel-go/ext/sets.go"""

from itertools import pairwise
from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.libraries.operators import NUMBERS, ORDERED, add_numbers, span
from simulator.machinery.cel.values import CELError, Duration, Spend, contains, equal, is_number, type_name


def over(name: str, kinds: tuple[str, ...], result: str = "") -> list[str]:
    return [f"list({kind})#{name}() -> {result or kind}" for kind in kinds]


@function(*over("isSorted", ORDERED, "bool"))
def is_sorted(items: list[Any]) -> bool:
    return all(not after < before for before, after in pairwise(comparable(items)))


@function(*over("sum", (*NUMBERS, "duration")))
def total(items: list[Any]) -> Any:
    if items and all(isinstance(item, Duration) for item in items):
        return span(sum(item.nanos for item in items))
    if not all(is_number(item) for item in items):
        raise CELError("no such overload")
    found: Any = 0.0 if items and isinstance(items[0], float) else 0
    for item in items:
        found = add_numbers(found, item)
    return found


@function(*over("min", ORDERED))
def smallest(items: list[Any]) -> Any:
    if not items:
        raise CELError("min called on empty list")
    return min(comparable(items))


@function(*over("max", ORDERED))
def largest(items: list[Any]) -> Any:
    if not items:
        raise CELError("max called on empty list")
    return max(comparable(items))


def comparable(items: list[Any]) -> list[Any]:
    """Items of one type, which can be put in order."""
    names = {"number" if is_number(item) else type_name(item) for item in items}
    if len(names) > 1 or names & {"map", "list", "null_type", "optional_type", "type"}:
        raise CELError("no such overload")
    return items


@function("list(A)#indexOf(A) -> int", spends=True)
def index_of(spend: Spend, items: list[Any], wanted: Any) -> int:
    return next((index for index, item in enumerate(items) if equal(item, wanted, spend)), -1)


@function("list(A)#lastIndexOf(A) -> int", spends=True)
def last_index_of(spend: Spend, items: list[Any], wanted: Any) -> int:
    return next((index for index in reversed(range(len(items))) if equal(items[index], wanted, spend)), -1)


@function("sets.contains(list(A), list(A)) -> bool", spends=True)
def set_contains(spend: Spend, items: list[Any], wanted: list[Any]) -> bool:
    return all(contains(items, item, spend) for item in wanted)


@function("sets.intersects(list(A), list(A)) -> bool", spends=True)
def set_intersects(spend: Spend, items: list[Any], others: list[Any]) -> bool:
    return any(contains(items, item, spend) for item in others)


@function("sets.equivalent(list(A), list(A)) -> bool", spends=True)
def set_equivalent(spend: Spend, items: list[Any], others: list[Any]) -> bool:
    return set_contains(spend, items, others) and set_contains(spend, others, items)
