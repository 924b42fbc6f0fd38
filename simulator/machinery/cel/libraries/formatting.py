"""`'%s is %d'.format([a, b])`. Upstream: cel-go/ext/formatting.go"""

import re
from collections.abc import Callable
from typing import Any, Final

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.libraries.conversions import number
from simulator.machinery.cel.libraries.strings import check_size
from simulator.machinery.cel.values import CELError, Duration, Spend, Timestamp, TypeName, is_number, type_name, weigh

CLAUSE: Final = re.compile(r"%(?:%|(?:\.([0-9]+))?(.))", re.DOTALL)
PRECISION: Final = 6
MOST_DIGITS: Final = 1000


@function("string#format(list(dyn)) -> string", spends=True)
def formatted(spend: Spend, text: str, values: list[Any]) -> str:
    left = iter(values)
    count = 0

    def clause(found: re.Match[str]) -> str:
        nonlocal count
        if found[0] == "%%":
            return "%"
        count += 1
        spend(1)
        try:
            value = next(left)
        except StopIteration:
            raise CELError(f"index {count - 1} out of range") from None
        weigh(value, spend)
        verb = VERBS.get(found[2])
        if verb is None:
            raise CELError(f'could not parse formatting clause: unrecognized formatting clause "{found[2]}"')
        if found[1] is not None and int(found[1][:6]) > MOST_DIGITS:
            raise CELError("could not parse formatting clause: error while parsing precision: value out of range")
        return verb(value, int(found[1]) if found[1] is not None else PRECISION)

    result = CLAUSE.sub(clause, text)
    check_size(len(result))
    return result


def shown(value: Any, precision: int = PRECISION) -> str:
    """A value as `%s` shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, str | int | Timestamp | Duration):
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, TypeName):
        return value.name
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        entries = sorted((shown(key), shown(item)) for key, item in value.items())
        return "{" + ", ".join(f"{key}: {item}" for key, item in entries) + "}"
    raise wrong("string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types", value)


def whole(value: Any, precision: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("decimal clause can only be used on integers", value)
    return number(value) if isinstance(value, float) else str(value)


def fixed(value: Any, precision: int) -> str:
    return f"{amount(value, 'fixed-point'):.{precision}f}"


def scientific(value: Any, precision: int) -> str:
    return f"{amount(value, 'scientific'):.{precision}e}"


def amount(value: Any, clause: str) -> float:
    if isinstance(value, str) and value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if not is_number(value):
        raise wrong(f"{clause} clause can only be used on doubles", value)
    return float(value)


def binary(value: Any, precision: int) -> str:
    if not isinstance(value, int):
        raise wrong("only integers and bools can be formatted as binary", value)
    return f"{int(value):b}"


def octal(value: Any, precision: int) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong("octal clause can only be used on integers", value)
    return f"{value:o}"


def hexadecimal(value: Any, precision: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:x}"
    if isinstance(value, str | bytes):
        return (value.encode() if isinstance(value, str) else value).hex()
    raise wrong("only integers, byte buffers, and strings can be formatted as hex", value)


def wrong(rule: str, value: Any) -> CELError:
    return CELError(f"error during formatting: {rule}, was given {type_name(value)}")


VERBS: Final[dict[str, Callable[[Any, int], str]]] = {
    "s": shown,
    "d": whole,
    "f": fixed,
    "e": scientific,
    "b": binary,
    "o": octal,
    "x": hexadecimal,
    "X": lambda value, precision: hexadecimal(value, precision).upper(),
}
