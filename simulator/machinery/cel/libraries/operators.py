"""Arithmetic, comparisons, and what lists and maps hold. Upstream: cel-go/common/stdlib"""

from typing import Any, Final

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.lists import merged
from simulator.machinery.cel.values import (
    CELError,
    Duration,
    Optional,
    Spend,
    Timestamp,
    UInt,
    Unfit,
    contains,
    equal,
    is_number,
    known_key,
    type_name,
)

SMALLEST, LARGEST = -(2**63), 2**63 - 1
LARGEST_UNSIGNED = 2**64 - 1
NUMBERS: Final = ("int", "uint", "double")
ORDERED: Final = (*NUMBERS, "bool", "string", "bytes", "timestamp", "duration")
SHORTEST, LONGEST = Timestamp(-62135596800 * 10**9), Timestamp(253402300799 * 10**9 + 999999999)


def whole(value: int, like: int) -> int:
    """A result that still fits its type."""
    if isinstance(like, UInt):
        if not 0 <= value <= LARGEST_UNSIGNED:
            raise CELError("unsigned integer overflow")
        return UInt(value)
    if not SMALLEST <= value <= LARGEST:
        raise CELError("integer overflow")
    return value


def arithmetic(name: str) -> list[str]:
    return [f"{name}({kind}, {kind}) -> {kind}" for kind in NUMBERS]


@function(*arithmetic("_+_"))
def add_numbers(one: Any, other: Any) -> Any:
    return one + other if isinstance(one, float) else whole(int(one) + int(other), one)


@function("_+_(string, string) -> string", "_+_(bytes, bytes) -> bytes")
def add_texts(one: Any, other: Any) -> Any:
    return one + other


@function("_+_(list(A), list(A)) -> list(A)", spends=True)
def add_lists(spend: Spend, one: list[Any], other: list[Any]) -> list[Any]:
    return merged(one, other, spend)


@function(
    "_+_(timestamp, duration) -> timestamp",
    "_+_(duration, timestamp) -> timestamp",
    "_+_(duration, duration) -> duration",
)
def add_times(one: Any, other: Any) -> Any:
    nanos = one.nanos + other.nanos
    return moment(nanos) if isinstance(one, Timestamp) or isinstance(other, Timestamp) else span(nanos)


@function(*arithmetic("_-_"))
def subtract_numbers(one: Any, other: Any) -> Any:
    return one - other if isinstance(one, float) else whole(int(one) - int(other), one)


@function(
    "_-_(timestamp, timestamp) -> duration",
    "_-_(timestamp, duration) -> timestamp",
    "_-_(duration, duration) -> duration",
)
def subtract_times(one: Any, other: Any) -> Any:
    nanos = one.nanos - other.nanos
    return moment(nanos) if isinstance(one, Timestamp) and isinstance(other, Duration) else span(nanos)


def moment(nanos: int) -> Timestamp:
    if not SHORTEST.nanos <= nanos <= LONGEST.nanos:
        raise CELError("timestamp overflow")
    return Timestamp(nanos)


def span(nanos: int) -> Duration:
    if not SMALLEST <= nanos <= LARGEST:
        raise CELError("duration overflow")
    return Duration(nanos)


@function(*arithmetic("_*_"))
def multiply(one: Any, other: Any) -> Any:
    return one * other if isinstance(one, float) else whole(int(one) * int(other), one)


@function(*arithmetic("_/_"))
def divide(one: Any, other: Any) -> Any:
    if isinstance(one, float):
        if other:
            return one / other
        return float("nan") if not one or one != one else float("inf") * one
    if other == 0:
        raise CELError("division by zero")
    quotient = abs(int(one)) // abs(int(other))
    return whole(quotient if (one < 0) == (other < 0) else -quotient, one)


@function("_%_(int, int) -> int", "_%_(uint, uint) -> uint")
def remainder(one: int, other: int) -> int:
    if other == 0:
        raise CELError("modulus by zero")
    rest = abs(int(one)) % abs(int(other))
    return whole(-rest if one < 0 else rest, one)


@function("-_(int) -> int", "-_(double) -> double")
def negate(value: Any) -> Any:
    return -value if isinstance(value, float) else whole(-value, value)


@function("!_(bool) -> bool")
def invert(value: bool) -> bool:
    return not value


@function("_&&_(bool, bool) -> bool", "_||_(bool, bool) -> bool", "@not_strictly_false(bool) -> bool")
@function("_?_:_(bool, A, A) -> A")
def decided_by_the_evaluator(*values: Any) -> Any:
    raise Unfit()


@function("_==_(A, A) -> bool", spends=True)
def same(spend: Spend, one: Any, other: Any) -> bool:
    return equal(one, other, spend)


@function("_!=_(A, A) -> bool", spends=True)
def different(spend: Spend, one: Any, other: Any) -> bool:
    return not equal(one, other, spend)


def comparisons(name: str) -> list[str]:
    mixed = [f"{name}({one}, {other}) -> bool" for one in NUMBERS for other in NUMBERS if one != other]
    return [*(f"{name}({kind}, {kind}) -> bool" for kind in ORDERED), *mixed]


@function(*comparisons("_<_"))
def less(one: Any, other: Any) -> bool:
    return bool(one < other)


@function(*comparisons("_<=_"))
def at_most(one: Any, other: Any) -> bool:
    return bool(one <= other)


@function(*comparisons("_>_"))
def greater(one: Any, other: Any) -> bool:
    return bool(one > other)


@function(*comparisons("_>=_"))
def at_least(one: Any, other: Any) -> bool:
    return bool(one >= other)


@function("@in(A, list(A)) -> bool", spends=True)
def in_list(spend: Spend, item: Any, items: list[Any]) -> bool:
    return contains(items, item, spend)


@function("@in(A, map(A, B)) -> bool")
def in_map(key: Any, entries: dict[Any, Any]) -> bool:
    return known_key(key) and key in entries


@function("_[_](list(A), int) -> A")
def item_at(items: list[Any], index: Any) -> Any:
    if not 0 <= index < len(items):
        raise CELError(f"index out of bounds: {index}")
    return items[index]


@function("_[_](map(A, B), A) -> B")
def value_at(entries: dict[Any, Any], key: Any) -> Any:
    if not known_key(key) or key not in entries:
        raise CELError(f"no such key: {key}")
    return entries[key]


@function("_[_](optional_type(list(A)), int) -> optional_type(A)", "_[?_](list(A), int) -> optional_type(A)")
@function("_[_](optional_type(map(A, B)), A) -> optional_type(B)", "_[?_](map(A, B), A) -> optional_type(B)")
@function("_[?_](optional_type(list(A)), int) -> optional_type(A)")
@function("_[?_](optional_type(map(A, B)), A) -> optional_type(B)")
def maybe_at(owner: Any, key: Any) -> Optional:
    if isinstance(owner, Optional):
        if not owner.is_there:
            return owner
        owner = owner.value
    if isinstance(owner, list) and is_number(key):
        return Optional(owner[key]) if 0 <= key < len(owner) else Optional(None, False)
    if isinstance(owner, dict):
        return Optional(owner[key]) if known_key(key) and key in owner else Optional(None, False)
    raise Unfit(f"no such overload: _[?_]({type_name(owner)}, {type_name(key)})")


@function("size(string) -> int", "size(bytes) -> int", "size(list(A)) -> int", "size(map(A, B)) -> int")
@function("string#size() -> int", "bytes#size() -> int", "list(A)#size() -> int", "map(A, B)#size() -> int")
def length(value: Any) -> int:
    return len(value)


@function("@insert(map(A, B), A, B) -> map(A, B)")
def insert(entries: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    return merge(entries, {key: value})


@function("@merge(map(A, B), map(A, B)) -> map(A, B)")
def merge(entries: dict[Any, Any], more: dict[Any, Any]) -> dict[Any, Any]:
    """A loop's own map grows in place."""
    for key, value in more.items():
        if key in entries:
            raise CELError(f"insert failed: key {key} already exists")
        entries[key] = value
    return entries
