"""The functions every Go template knows. Upstream: Go's text/template/funcs.go"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from simulator.machinery.gofmt import Int, sprint, sprintf, type_name
from simulator.machinery.templates.errors import FunctionError

type Functions = Mapping[str, Callable[..., Any]]

HTML = {"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
JAVASCRIPT = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def truth(value: Any) -> bool:
    """Whether a value counts as true: anything but nothing, false, zero and what is empty."""
    return bool(value)


def kind(value: Any) -> str:
    """The basic kind that decides what a value compares with."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "string"
        case None:
            return "nil"
        case _:
            return ""


def equal(first: Any, *others: Any) -> bool:
    if not others:
        raise FunctionError("missing argument for comparison")
    return any(_same(first, other) for other in others)


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    if kind(one) != kind(other):
        raise FunctionError(f"incompatible types for comparison: {type_name(one)} and {type_name(other)}")
    if not kind(one):
        raise FunctionError(f"non-comparable type {sprintf('%s', [one])}: {type_name(one)}")
    return bool(one == other)


def not_equal(one: Any, other: Any) -> bool:
    return not _same(one, other)


def less(one: Any, other: Any) -> bool:
    for value in (one, other):
        if kind(value) in ("", "nil"):
            raise FunctionError("invalid type for comparison")
    if kind(one) != kind(other):
        raise FunctionError(f"incompatible types for comparison: {type_name(one)} and {type_name(other)}")
    if kind(one) == "bool":
        raise FunctionError("invalid type for comparison")
    return bool(one < other)


def less_or_equal(one: Any, other: Any) -> bool:
    return less(one, other) or _same(one, other)


def greater(one: Any, other: Any) -> bool:
    return not less_or_equal(one, other)


def greater_or_equal(one: Any, other: Any) -> bool:
    return not less(one, other)


def index(item: Any, *places: Any) -> Any:
    """`index x 1 2` is x[1][2]; a key that a map does not have finds nothing."""
    for place in places:
        if item is None:
            raise FunctionError("index of untyped nil")
        if isinstance(item, dict):
            if not isinstance(place, str):
                raise FunctionError(f"value has type {type_name(place)}; should be string")
            item = item.get(place)
        elif isinstance(item, list | str):
            at = _place(place, len(item) - 1, item)
            item = item.encode()[at] if isinstance(item, str) else item[at]
        else:
            raise FunctionError(f"can't index item of type {type_name(item)}")
    return item


def slice_of(item: Any, *places: Any) -> Any:
    """`slice x 1 2` is x[1:2]."""
    if not isinstance(item, str | list):
        raise FunctionError("slice of untyped nil" if item is None else f"can't slice item of type {type_name(item)}")
    if len(places) > 3:
        raise FunctionError(f"too many slice indexes: {len(places)}")
    if len(places) == 3 and isinstance(item, str):
        raise FunctionError("cannot 3-index slice a string")
    units = item.encode() if isinstance(item, str) else item
    bounds = [_place(place, len(units), item) for place in places]
    start, end = (bounds + [0, len(units)][len(bounds) :])[:2]
    if start > end:
        raise FunctionError(f"invalid slice index: {start} > {end}")
    cut = units[start:end]
    return cut.decode(errors="replace") if isinstance(cut, bytes) else cut


def _place(place: Any, last: int, item: Any) -> int:
    if place is None:
        raise FunctionError("cannot index slice/array with nil")
    if isinstance(place, bool) or not isinstance(place, int):
        raise FunctionError(f"cannot index slice/array with type {type_name(place)}")
    if not 0 <= place <= last:
        raise FunctionError(f"index out of range: {place}")
    return place


def length(item: Any) -> int:
    if item is None:
        raise FunctionError("len of nil pointer")
    if isinstance(item, str):
        return Int(len(item.encode()))
    if isinstance(item, dict | list):
        return Int(len(item))
    raise FunctionError(f"len of type {type_name(item)}")


def call(function: Any, *values: Any) -> Any:
    if function is None:
        raise FunctionError("call of nil")
    if not callable(function):
        raise FunctionError(f"non-function {sprint(function)} of type {type_name(function)}")
    return function(*values)


def joined(*values: Any) -> str:
    """`print`: blanks only between two values of which neither is a string."""
    out = []
    for place, value in enumerate(values):
        if place and not isinstance(value, str) and not isinstance(values[place - 1], str):
            out.append(" ")
        out.append(sprint(value))
    return "".join(out)


def line(*values: Any) -> str:
    return " ".join(map(sprint, values)) + "\n"


def html(*values: Any) -> str:
    return "".join(HTML.get(character, character) for character in _evaluated(values))


def javascript(*values: Any) -> str:
    return "".join(map(_javascript, _evaluated(values)))


def _javascript(character: str) -> str:
    if character in JAVASCRIPT:
        return JAVASCRIPT[character]
    if character < " " or (character > "~" and not character.isprintable()):
        return f"\\u{ord(character):04X}"
    return character


def url_query(*values: Any) -> str:
    return quote_plus(_evaluated(values), safe="~")


def _evaluated(values: tuple[Any, ...]) -> str:
    return joined(*("<no value>" if value is None else value for value in values))


def print_format(template: str, *values: Any) -> str:
    return sprintf(template, values)


def both(first: Any, *others: Any) -> Any:
    """`and`: the first value that is not true, else the last. The evaluator does not even look at what follows."""
    return next((value for value in (first, *others) if not truth(value)), (first, *others)[-1])


def either(first: Any, *others: Any) -> Any:
    """`or`: the first value that is true, else the last."""
    return next((value for value in (first, *others) if truth(value)), (first, *others)[-1])


BUILTINS: Functions = {
    "and": both,
    "call": call,
    "eq": equal,
    "ge": greater_or_equal,
    "gt": greater,
    "html": html,
    "index": index,
    "js": javascript,
    "le": less_or_equal,
    "len": length,
    "lt": less,
    "ne": not_equal,
    "not": lambda value: not truth(value),
    "or": either,
    "print": joined,
    "printf": print_format,
    "println": line,
    "slice": slice_of,
    "urlquery": url_query,
}
