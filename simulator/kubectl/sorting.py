"""Lists in the order of a field. Upstream: kubectl/pkg/cmd/get/sorter.go"""

import re
from collections.abc import Sequence
from typing import Any

from simulator.kubectl.errors import CommandError, Plain
from simulator.kubectl.tracing import log_head
from simulator.machinery import quantities
from simulator.machinery.gosort import go_sorted
from simulator.machinery.jsonpath import JSONPath, JSONPathError, relaxed
from simulator.machinery.objects import Object


class Unsortable(CommandError):
    """Values of which none is before another."""

    def __init__(self, value: Any) -> None:
        self.shown_type = "map[string]interface {}" if isinstance(value, dict) else "[]interface {}"
        super().__init__(f"unsortable type: {self.shown_type}")
        self.field = ""

    def fatal(self, now: int, line: int, inside: str) -> Plain:
        """The line of the log with which the program gives up."""
        words = f"Field {{{self.field}}} in {inside} is an unsortable type: interface, err: {self}"
        return Plain(f"{log_head('F', now)} sorter.go:{line}] {words}")


def sorted_objects(objects: Sequence[Object], path: str, inside: str = "") -> list[Object]:
    """Objects sorted by what stands at a path; `inside` names a field of theirs that holds the object itself."""
    try:
        field = relaxed(path)
        template = JSONPath(field, allow_missing_keys=True)
    except JSONPathError as error:
        raise CommandError(str(error)) from None
    keyed = [(found(template, obj[inside] if inside else obj), obj) for obj in objects]
    if objects and all(value is None for value, _ in keyed):
        raise CommandError(f'couldn\'t find any field with path "{field}" in the list of objects')
    try:
        ordered = go_sorted(keyed, lambda one, other: compare(one[0], other[0]) < 0)
    except Unsortable as error:
        error.field = field.strip("{}")
        raise
    return [obj for _, obj in ordered]


def found(template: JSONPath, obj: Object) -> Any:
    try:
        values = [value for part in template.find(obj) for value in part]
    except JSONPathError:
        return None
    return values[0] if values else None


def compare(left: Any, right: Any) -> int:
    """Below, at or above zero; what is missing comes first."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if isinstance(left, dict | list):
        raise Unsortable(left)
    if isinstance(left, str) and isinstance(right, str):
        return compare_texts(left, right)
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        raise CommandError(f"unsortable type: {type(left).__name__}") from None


def compare_texts(left: str, right: str) -> int:
    """Quantities by their size, other texts with the numbers in them counted as numbers."""
    try:
        one, other = quantities.parse(left), quantities.parse(right)
        return int(other < one) - int(one < other)
    except quantities.QuantityError:
        first, second = natural(left), natural(right)
        return int(first > second) - int(first < second)


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key by which `web-10` comes after `web-9`."""
    parts = re.findall(r"[0-9]+|[^0-9]", text)
    return [(0, int(part), part) if part.isdigit() else (1, 0, part) for part in parts]
