"""The functions of jq on JSON values. Upstream: jq(1)"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson
import re2

from simulator.shell import regular

ORDER = {"null": 0, "boolean": 1, "number": 2, "string": 3, "array": 4, "object": 5}
LARGEST = 1 << 20


class Mistake(Exception):
    """An error of the filter, which `try` can catch; `value` is what `error(v)` was given."""

    def __init__(self, value: Any) -> None:
        super().__init__(str(value))
        self.value = value


def kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def written(value: Any) -> str:
    """Compact JSON."""
    return orjson.dumps(tidy(value)).decode()


def tidy(value: Any) -> Any:
    """Whole numbers without a fraction, and what orjson cannot write replaced."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if value.is_integer() and abs(value) < 1e17:
            return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 63:
        return float(value)
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if isinstance(value, dict):
        return {key: tidy(item) for key, item in value.items()}
    return value


def shown(value: Any) -> str:
    """A value within an error message."""
    text = written(value)
    return f"{kind(value)} ({text if len(text) < 30 else text[:26] + '...'})"


def rank(value: Any) -> Any:
    """Sort key for jq's order of all values."""
    name = kind(value)
    if name == "array":
        return (4, [rank(item) for item in value])
    if name == "object":
        keys = sorted(value)
        return (5, (keys, [rank(value[key]) for key in keys]))
    return (ORDER[name], value if value is not None else 0)


def truth(value: Any) -> bool:
    return value is not None and value is not False


def calculate(operator: str, left: Any, right: Any) -> Any:
    if operator in ("==", "!="):
        return (rank(left) == rank(right)) == (operator == "==")
    if operator in ("<", "<=", ">", ">="):
        a, b = rank(left), rank(right)
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
    if kind(left) == kind(right) == "number":
        return _numbers(operator, left, right)
    special = SPECIAL.get((operator, kind(left), kind(right)))
    if special is not None:
        return special(left, right)
    if operator == "+" and (left is None or right is None):
        return right if left is None else left
    words = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided", "%": "divided"}[operator]
    raise Mistake(f"{shown(left)} and {shown(right)} cannot be {words}")


def _numbers(operator: str, left: Any, right: Any) -> Any:
    if operator in "/%" and not right:
        raise Mistake(f"{shown(left)} and {shown(right)} cannot be divided because the divisor is zero")
    if operator == "/":
        return left / right
    if operator == "%":
        return int(math.fmod(int(left), int(right)))
    return left + right if operator == "+" else left - right if operator == "-" else left * right


def _merged(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    made = {**left, **right}
    for key in left:
        if key in right and isinstance(left[key], dict) and isinstance(right[key], dict):
            made[key] = _merged(left[key], right[key])
    return made


def _repeated(text: str, count: Any) -> Any:
    if count <= 0:
        return None
    if len(text) * count > LARGEST:
        raise Mistake("Repeat string result too long")
    return text * max(int(count), 1)


SPECIAL: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", "string", "string"): lambda a, b: a + b,
    ("+", "array", "array"): lambda a, b: a + b,
    ("+", "object", "object"): lambda a, b: {**a, **b},
    ("-", "array", "array"): lambda a, b: [item for item in a if not any(rank(item) == rank(other) for other in b)],
    ("*", "object", "object"): _merged,
    ("*", "string", "number"): _repeated,
    ("*", "number", "string"): lambda a, b: _repeated(b, a),
    ("/", "string", "string"): lambda a, b: a.split(b) if b else list(a),
}


def length(value: Any) -> Any:
    if value is None:
        return 0
    if isinstance(value, bool):
        raise Mistake(f"{shown(value)} has no length")
    return abs(value) if isinstance(value, int | float) else len(value)


def keys(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted(value)
    if isinstance(value, list):
        return list(range(len(value)))
    raise Mistake(f"{shown(value)} has no keys")


def items(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    else:
        raise Mistake(f"Cannot iterate over {shown(value) if value is not None else 'null'}")


def add(value: Any) -> Any:
    made = None
    for item in items(value):
        made = calculate("+", made, item)
    return made


def number(value: Any) -> Any:
    if kind(value) == "number":
        return value
    try:
        if isinstance(value, str):
            return int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        pass
    raise Mistake(f"{shown(value)} cannot be parsed as a number")


def text(value: Any) -> str:
    return value if isinstance(value, str) else written(value)


def needs_text(value: Any, words: str) -> str:
    if not isinstance(value, str):
        raise Mistake(f"{shown(value)} {words}")
    return value


def parsed(value: Any) -> Any:
    try:
        return orjson.loads(needs_text(value, "cannot be parsed as JSON"))
    except orjson.JSONDecodeError as mistake:
        raise Mistake(f"{mistake} (while parsing '{value}')") from None


def flatten(value: Any, depth: float = math.inf) -> list[Any]:
    made: list[Any] = []
    for item in items(value):
        made += flatten(item, depth - 1) if isinstance(item, list) and depth > 0 else [item]
    return made


def unique(value: Any) -> list[Any]:
    made: list[Any] = []
    for item in sorted(items(value), key=rank):
        if not made or rank(made[-1]) != rank(item):
            made.append(item)
    return made


def to_entries(value: Any) -> list[Any]:
    if not isinstance(value, dict):
        raise Mistake(f"{shown(value)} has no keys")
    return [{"key": key, "value": item} for key, item in value.items()]


def from_entries(value: Any) -> dict[str, Any]:
    made = {}
    for entry in items(value):
        key = next(
            (entry[name] for name in ("key", "k", "name", "Name", "Key", "K") if entry.get(name) is not None), None
        )
        made[key if isinstance(key, str) else written(key)] = entry.get("value", entry.get("v", entry.get("Value")))
    return made


def contains(one: Any, other: Any) -> bool:
    if kind(one) != kind(other):
        raise Mistake(f"{shown(one)} and {shown(other)} cannot have their containment checked")
    if isinstance(one, dict):
        return all(key in one and contains(one[key], item) for key, item in other.items())
    if isinstance(one, list):
        return all(any(kind(mine) == kind(item) and contains(mine, item) for mine in one) for item in other)
    return other in one if isinstance(one, str) else bool(one == other)


def moment(value: Any) -> Any:
    try:
        when = datetime.fromisoformat(needs_text(value, "cannot be parsed as a date").replace("Z", "+00:00"))
    except ValueError:
        raise Mistake(f'date "{value}" does not match format "%Y-%m-%dT%H:%M:%SZ"') from None
    return int(when.timestamp())


def iso(value: Any) -> str:
    return datetime.fromtimestamp(int(number(value)), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decoded(value: Any) -> str:
    packed = text(value)
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8", "replace")
    except ValueError:
        raise Mistake(f"{shown(value)} is not valid base64 data") from None


def row(value: Any, form: str) -> str:
    if not isinstance(value, list):
        raise Mistake(f"{shown(value)} cannot be {form[1:]}-formatted, only an array can be")
    made = []
    for item in value:
        if isinstance(item, dict | list):
            raise Mistake(f"{shown(item)} is not valid in a {form[1:]} row")
        if form == "@csv":
            made.append(
                '"' + item.replace('"', '""') + '"' if isinstance(item, str) else "" if item is None else written(item)
            )
        else:
            plain = "" if item is None else text(item)
            made.append(plain.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r"))
    return ("," if form == "@csv" else "\t").join(made)


def _shell(value: Any) -> str:
    def one(item: Any) -> str:
        return "'" + item.replace("'", "'\\''") + "'" if isinstance(item, str) else written(item)

    return " ".join(map(one, value)) if isinstance(value, list) else one(value)


def _html(value: Any) -> str:
    made = text(value)
    for sign, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ("'", "#39"), ('"', "quot")):
        made = made.replace(sign, f"&{name};")
    return made


FORMATS: dict[str, Callable[[Any], str]] = {
    "@text": text, "@json": written, "@base64": lambda value: base64.b64encode(text(value).encode()).decode(),
    "@base64d": decoded, "@uri": lambda value: quote(text(value), safe="-_.~"), "@sh": _shell, "@html": _html,
    "@csv": lambda value: row(value, "@csv"), "@tsv": lambda value: row(value, "@tsv"),
}  # fmt: skip


def extreme(value: Any, sign: int) -> Any:
    found = sorted(items(value), key=rank)
    return None if not found else found[-1 if sign > 0 else 0]


def expression(pattern: Any, flags: Any = "") -> Any:
    letters = "".join(letter for letter in (flags or "") if letter in "isx").replace("x", "")
    try:
        return regular.compiled(
            (f"(?{letters})" if letters else "") + needs_text(pattern, "cannot be matched, as it is not a string")
        )
    except re2.error as mistake:
        raise Mistake(f"{pattern} (at offset 0) is not a valid regex: {mistake}") from None


def transposed(value: Any) -> list[Any]:
    longest = max(map(len, value), default=0)
    return [[line[place] if place < len(line) else None for line in value] for place in range(longest)]


SIMPLE: dict[str, Callable[[Any], Any]] = {
    "length": length, "keys": keys, "add": add, "not": lambda value: not truth(value), "tonumber": number,
    "tostring": text,
    "type": kind, "sort": lambda value: sorted(items(value), key=rank), "unique": unique, "flatten": flatten,
    "reverse": lambda value: value[::-1] if value is not None else [], "to_entries": to_entries,
    "from_entries": from_entries,
    "tojson": written, "fromjson": parsed, "floor": lambda value: math.floor(number(value)),
    "any": lambda value: any(map(truth, items(value))),
    "ceil": lambda value: math.ceil(number(value)), "round": lambda value: math.floor(number(value) + 0.5),
    "sqrt": lambda value: math.sqrt(number(value)), "fabs": lambda value: abs(number(value)),
    "abs": lambda value: abs(number(value)),
    "ascii_downcase": lambda value: needs_text(value, "cannot be downcased").lower(),
    "all": lambda value: all(map(truth, items(value))),
    "ascii_upcase": lambda value: needs_text(value, "cannot be upcased").upper(), "min": lambda value: extreme(value,
    -1),
    "max": lambda value: extreme(value, 1), "first": lambda value: value[0] if value else None,
    "last": lambda value: value[-1] if value else None, "utf8bytelength": lambda value: len(text(value).encode()),
    "keys_unsorted": lambda value: list(value) if isinstance(value, dict) else keys(value), "transpose": transposed,
    "fromdateiso8601": moment, "fromdate": moment, "todate": iso, "todateiso8601": iso,
    "trim": lambda value: text(value).strip(),
    "ltrim": lambda value: text(value).lstrip(), "rtrim": lambda value: text(value).rstrip(),
    "explode": lambda value: [ord(character) for character in value], "implode": lambda value: "".join(map(chr, value)),
    "ascii": lambda value: chr(int(value)), "isnan": lambda value: isinstance(value, float) and math.isnan(value),
}  # fmt: skip
