"""How large values of a schema can become within one request, which is what expressions about them can cost.

Upstream: apiserver/pkg/cel/common/schemas.go, apiserver/pkg/cel/limits.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.machinery.cel.names import escape
from simulator.machinery.objects import Object

REQUEST: Final = 3 * 1024 * 1024
"""The most bytes of a request."""
LEAST: Final = {"boolean": 4, "integer": 1, "number": 1, "string": 2}
"""The fewest bytes of a value in JSON."""
TEXTS: Final = {"duration": 32, "date": 12, "date-time": 21}
"""The longest texts of some formats."""


@dataclass(frozen=True, slots=True)
class Sized:
    """What is known of a value's size: the most elements or letters it can have, and its fewest bytes."""

    most: int = 0
    least: int = 2
    item: "Sized | None" = None
    key: "Sized | None" = None
    fields: Mapping[str, "Sized"] = field(default_factory=dict)
    other: "Sized | None" = None
    """Of a field that is not among them."""

    def at(self, path: tuple[str, ...]) -> "Sized | None":
        """What is below, by fields and `@items`, `@values`, `@keys`."""
        found: Sized | None = self
        for name in path:
            if found is None:
                return None
            if name in ("@items", "@values"):
                found = found.item
            elif name == "@keys":
                found = found.key
            else:
                found = found.fields.get(name, found.other)
        return found


METADATA: Final = Sized(fields={"name": Sized(REQUEST - 2), "generateName": Sized(REQUEST - 2)})


def sized(schema: Object, *, is_root: bool = False) -> Sized | None:
    """The sizes of what a schema describes; None for what expressions cannot see."""
    if schema.get("x-kubernetes-int-or-string"):
        return Sized(REQUEST - 2, 1)
    kind = schema.get("type")
    if kind == "array":
        item = sized(schema.get("items") or {})
        if item is None:
            return None
        most = schema.get("maxItems")
        return Sized((REQUEST - 2) // (item.least + 1) if most is None else max(most, 0), 2, item)
    if kind == "object":
        return sized_object(schema, is_root=is_root or bool(schema.get("x-kubernetes-embedded-resource")))
    if kind == "string":
        return Sized(longest(schema), LEAST["string"])
    return Sized(0, LEAST[kind]) if kind in LEAST else None


def sized_object(schema: Object, *, is_root: bool) -> Sized | None:
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        item = sized(others)
        if item is None:
            return None
        most = schema.get("maxProperties")
        return Sized((REQUEST - 2) // (item.least + 6) if most is None else max(most, 0), 2, item, Sized())
    fields: dict[str, Sized] = {}
    required, least = schema.get("required") or (), 2
    for name, part in (schema.get("properties") or {}).items():
        found, spelled = sized(part), escape(name)
        if found is None:
            continue
        if spelled is not None:
            fields[spelled] = found
        if name in required and "default" not in part:
            least += len(name) + found.least + 4
    if is_root:
        fields |= {"apiVersion": Sized(REQUEST - 2), "kind": Sized(REQUEST - 2), "metadata": METADATA}
    return Sized(0, least, fields=fields)


def longest(schema: Object) -> int:
    """The most letters (or bytes) of a text."""
    kind: str = schema.get("format", "")
    most: int | None = schema.get("maxLength")
    if kind in TEXTS:
        return TEXTS[kind]
    if most is not None:
        return max(most, 0) if kind == "byte" else 4 * max(most, 0)
    if schema.get("enum"):
        return max(len(str(value)) for value in schema["enum"])
    return REQUEST - 2
