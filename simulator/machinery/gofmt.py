"""Values as Go's fmt prints them: `%v`, `%#v` and the other verbs. Upstream: Go's fmt"""

import re
from collections.abc import Sequence
from typing import Any

from simulator.machinery.floats import format_shortest
from simulator.machinery.golang import quoted

_VERB = re.compile(r"%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:\[(\d+)\])?(.?)", re.DOTALL)
WIDEST = 1_000_000
"""Go ignores a width or precision beyond this."""


class Int(int):
    """Go's `int`, as constants and lengths in templates are; a plain number stands for `int64`, as in parsed JSON."""


def sprint(value: Any) -> str:
    """A value as `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return "<nil>"
        case float():
            return format_shortest(value)
        case dict():
            return f"map[{' '.join(f'{sprint(key)}:{sprint(value[key])}' for key in sorted(value, key=str))}]"
        case list() | tuple():
            return f"[{' '.join(map(sprint, value))}]"
        case _:
            return str(value)


def as_source(value: Any) -> str:
    """A JSON value as `%#v` prints it: as Go would write it in a program."""
    match value:
        case str():
            return quoted(value)
        case None:
            return "interface {}(nil)"
        case dict():
            inner = ", ".join(f"{as_source(key)}:{as_source(value[key])}" for key in sorted(value, key=str))
            return f"map[string]interface {{}}{{{inner}}}"
        case list() | tuple():
            return f"[]interface {{}}{{{', '.join(map(as_source, value))}}}"
        case _:
            return sprint(value)


def type_name(value: Any) -> str:
    """The Go type of a JSON value."""
    names = {
        bool: "bool",
        int: "int64",
        Int: "int",
        float: "float64",
        str: "string",
        list: "[]interface {}",
        type(None): "<nil>",
    }
    return names.get(type(value), "map[string]interface {}" if isinstance(value, dict) else type(value).__name__)


def sprintf(template: str, values: Sequence[Any]) -> str:
    """`printf` as Go does it; what does not fit shows as `%!d(string=x)`, `%!s(MISSING)` or `%!(EXTRA int=1)`."""
    out = []
    rest, place, reordered = template, 0, False
    while True:
        before, percent, after = rest.partition("%")
        out.append(before)
        if not percent:
            break
        found = _VERB.match(percent + after)
        assert found is not None
        rest = (percent + after)[found.end() :]
        flags, width, precision, index, verb = found.groups()
        has_precision = "." in found[0].removesuffix(verb)
        if width == "*":
            width, place = _star(values, place)
        if precision == "*":
            precision, place = _star(values, place)
        if index is not None:
            place, reordered = int(index) - 1, True
        if not verb:
            out.append("%!(NOVERB)")
        elif verb == "%":
            out.append("%")
        elif place >= len(values) or place < 0:
            out.append(f"%!{verb}({'BADINDEX' if index is not None else 'MISSING'})")
        else:
            limit = int(precision or 0) if has_precision else None
            out.append(_padded(_format(verb, flags, limit, values[place]), flags, int(width or 0), verb, values[place]))
            place += 1
    if place < len(values) and not reordered:
        extra = ", ".join("<nil>" if v is None else f"{type_name(v)}={sprint(v)}" for v in values[place:])
        out.append(f"%!(EXTRA {extra})")
    return "".join(out)


def _star(values: Sequence[Any], place: int) -> tuple[str, int]:
    value = values[place] if place < len(values) else 0
    return str(value) if isinstance(value, int) and 0 <= value <= WIDEST else "0", place + 1


def _padded(text: str, flags: str, width: int, verb: str, value: Any) -> str:
    width = 0 if width > WIDEST else width
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and isinstance(value, int | float) and text[:1] in "+-" and text:
        return text[0] + text[1:].rjust(width - 1, "0")
    return text.rjust(width, "0" if "0" in flags else " ")


def _format(verb: str, flags: str, precision: int | None, value: Any) -> str:
    """One value by one verb, unpadded."""
    if verb == "T":
        return type_name(value)
    if verb == "v":
        return as_source(value) if "#" in flags else _signed(sprint(value), flags, value)
    if isinstance(value, list | tuple):
        return "[" + " ".join(_format(verb, flags, precision, item) for item in value) + "]"
    if isinstance(value, dict):
        pairs = (
            f"{_format(verb, flags, precision, k)}:{_format(verb, flags, precision, value[k])}" for k in sorted(value)
        )
        return f"map[{' '.join(pairs)}]"
    text = None
    if isinstance(value, bool):
        text = sprint(value) if verb == "t" else None
    elif isinstance(value, int):
        text = _integer(verb, flags, precision, value)
    elif isinstance(value, float):
        text = _float(verb, flags, precision, value)
    elif isinstance(value, str):
        text = _text(verb, flags, precision, value)
    if text is None:
        return f"%!{verb}({'<nil>' if value is None else f'{type_name(value)}={sprint(value)}'})"
    return text


def _integer(verb: str, flags: str, precision: int | None, value: int) -> str | None:
    prefixes = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}
    if verb in "dxXob":
        digits = format(abs(value), verb)
        digits = digits.rjust(precision, "0") if precision else digits
        digits = (prefixes.get(verb, "") if "#" in flags else "") + digits
        return _signed(("-" if value < 0 else "") + digits, flags, value)
    if verb == "O":
        return f"0o{value:o}"
    if verb == "c":
        return chr(value) if 0 <= value < 0x110000 else "\ufffd"
    if verb == "q":
        return "'" + quoted(chr(value) if 0 <= value < 0x110000 else "\ufffd")[1:-1] + "'"
    if verb == "U":
        return f"U+{value:04X}"
    return None


def _float(verb: str, flags: str, precision: int | None, value: float) -> str | None:
    if verb in "fF":
        return _signed(f"{value:.{6 if precision is None else precision}f}", flags, value)
    if verb in "eE":
        return _signed(f"{value:.{6 if precision is None else precision}{verb}}", flags, value)
    if verb in "gG":
        text = format_shortest(value) if precision is None else f"{value:.{precision or 1}g}"
        return _signed(text.upper() if verb == "G" else text, flags, value)
    return None


def _text(verb: str, flags: str, precision: int | None, value: str) -> str | None:
    value = value if precision is None else value[:precision]
    if verb == "s":
        return value
    if verb == "q":
        return f"`{value}`" if "#" in flags and "`" not in value else quoted(value)
    if verb in "xX":
        digits = value.encode().hex(" ") if " " in flags else value.encode().hex()
        return digits.upper() if verb == "X" else digits
    return None


def _signed(text: str, flags: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or text.startswith(("-", "+")):
        return text
    return "+" + text if "+" in flags else " " + text if " " in flags else text
