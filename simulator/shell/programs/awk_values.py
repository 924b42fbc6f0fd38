"""Values of awk: numbers, texts, and texts that look like numbers. Upstream: awk(1)"""

from __future__ import annotations

import math
from typing import Any

import re2

type Value = str | float | Numeric


class Numeric(str):
    """Text from the input; it compares as a number where it looks like one."""

    __slots__ = ()


class Leave(Exception):
    """`next`, `break`, `continue`, `return` or `exit` on its way out."""

    def __init__(self, kind: str, value: Any = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.value = value


def number(value: Value) -> float:
    if isinstance(value, float):
        return value
    found = re2.match(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", value)
    return float(found.group(0)) if found else 0.0


def text(value: Value, form: str = "%.6g") -> str:
    if isinstance(value, str):
        return value
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if math.isinf(value) or math.isnan(value):
        return ("-" if value < 0 else "") + ("inf" if math.isinf(value) else "nan")
    return form % value


def looks_numeric(value: str) -> bool:
    return re2.match(r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$", value) is not None


def split(expression: Any, source: str) -> list[str]:
    parts, position = [], 0
    for found in expression.finditer(source):
        if found.end() > found.start():
            parts.append(source[position : found.start()])
            position = found.end()
    return [*parts, source[position:]]


def filled(replacement: str, found: str) -> str:
    made, position = [], 0
    while position < len(replacement):
        if replacement.startswith(("\\&", "\\\\"), position):
            made.append(replacement[position + 1])
            position += 2
        else:
            made.append(found if replacement[position] == "&" else replacement[position])
            position += 1
    return "".join(made)
