"""Values of awk: numbers, texts, and texts that look like numbers. Upstream: awk(1)"""

from __future__ import annotations

import math
import re
from typing import Any

type Value = str | float | Numeric


LEADING = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
"""The number that a text begins with."""


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
    found = LEADING.match(value)
    return float(found[0]) if found else 0.0


def text(value: Value, form: str = "%.6g") -> str:
    if isinstance(value, str):
        return value
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if math.isinf(value) or math.isnan(value):
        return ("-" if value < 0 else "") + ("inf" if math.isinf(value) else "nan")
    return form % value


def looks_numeric(value: str) -> bool:
    found = LEADING.match(value)
    return found is not None and not value[found.end() :].strip()


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
