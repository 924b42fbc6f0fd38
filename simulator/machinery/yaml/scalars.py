"""What a plain scalar means: YAML 1.1 as go-yaml reads it. Upstream: sigs.k8s.io/yaml/goyaml.v2/resolve.go"""

import re
from datetime import datetime
from typing import Any

OLD_WORDS: dict[str, Any] = dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True) | dict.fromkeys(
    ("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False
)
"""What YAML 1.2 reads as texts."""
WORDS: dict[str, Any] = (
    OLD_WORDS
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
    | dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan"))
    | dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf"))
    | dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf"))
)

_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9][0-9]*|0))")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_BASE60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_CLOCK = r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?"
_TIMESTAMP = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:[Tt]{_CLOCK}(?:Z|[-+]\d\d:\d\d)| {_CLOCK})?")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def resolve(text: str) -> Any:
    """The value of a plain scalar; a timestamp stays text."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    number = _number(text)
    return text if number is None else number


def resolve_v3(text: str) -> Any:
    """The value of a plain scalar as go-yaml's third version has it: old words are texts, and a day is a moment."""
    if text in OLD_WORDS:
        return text
    found = _DAY.fullmatch(text)
    if found is not None and is_timestamp(text):
        year, month, day = (int(part) for part in found.groups())
        return f"{year:04}-{month:02}-{day:02}T00:00:00Z"
    return resolve(text)


def is_ambiguous(text: str) -> bool:
    """Whether a text would be read as something else, or as a date, without quotes."""
    if text in WORDS:
        return True
    if text[0] not in "+-.0123456789":
        return False
    return _number(text) is not None or is_timestamp(text) or _BASE60.fullmatch(text) is not None


def is_timestamp(text: str) -> bool:
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return False
    year, month, day, *clock = (int(part) for part in found.groups() if part is not None)
    hour, minute, second = clock or (0, 0, 0)
    try:
        datetime(max(year, 1), month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def _number(text: str) -> int | float | None:
    plain = text if text[0] == "." else text.replace("_", "")
    found = _INTEGER.fullmatch(plain)
    if found is not None and (number := _integer(*found.groups())) is not None:
        return number
    if _FLOAT.fullmatch(plain) is not None:
        return float(plain)
    return None


def _integer(sign: str, hexadecimal: str, octal: str, binary: str, decimal: str) -> int | None:
    """The number, or nothing where 64 bits do not hold it (it is then read as a float)."""
    for digits, base in ((hexadecimal, 16), (octal, 8), (binary, 2), (decimal, 10)):
        if digits:
            if len(digits) > 64:
                return None
            number = int(digits, base)
            number = -number if sign == "-" else number
            return number if -(2**63) <= number < 2**64 else None
    return None
