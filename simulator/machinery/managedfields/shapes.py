"""How server-side apply sees a type: what is taken as a whole, what is taken apart, and by which keys.

Upstream: structured-merge-diff/schema, k8s.io/kube-openapi/pkg/schemaconv
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import orjson

from simulator.machinery.schemas import Form, Type


class ListKeyError(ValueError):
    """Items of a list that their keys do not tell apart: `.spec.containers: duplicate entries for key [name="web"]`."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.message = message
        self.path = path

    def below(self, step: str) -> "ListKeyError":
        """The same mistake, seen from one step further up."""
        return ListKeyError(self.message, step + self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A `leaf` has one owner; the parts of a `struct`, `map`, `list` (by keys) and `set` have each their own."""

    kind: Literal["leaf", "struct", "map", "list", "set"]
    fields: dict[str, Type] = field(default_factory=dict)
    element: Type | None = None
    keys: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)

    def below(self, name: str) -> "Type | None":
        """The type of a field or of a key's value; None where nothing is known of it."""
        return self.fields.get(name) if self.kind == "struct" else self.element

    def element_of(self, item: Any) -> str:
        """The path element of an item of a list."""
        if self.kind == "set":
            return "v:" + orjson.dumps(item).decode()
        if not isinstance(item, dict):
            raise ListKeyError("associative list with keys may not have non-map elements")
        values = []
        for key in self.keys:
            value = item.get(key)
            if value is None:
                value = self.defaults.get(key)
            if value is None:
                why = "(and doesn't have default value)"
                raise ListKeyError(f'associative list with keys has an element that omits key field "{key}" {why}')
            values.append(value)
        if all(isinstance(value, str) for value in values):
            return element_of_keys(self.keys, tuple(values))
        return key_element(self.keys, values)


def key_element(keys: tuple[str, ...], values: Iterable[Any]) -> str:
    return "k:" + orjson.dumps(dict(zip(keys, values, strict=True)), option=orjson.OPT_SORT_KEYS).decode()


@lru_cache(maxsize=8192)
def element_of_keys(keys: tuple[str, ...], values: tuple[str, ...]) -> str:
    """The same, of keys that are text; known of most conditions, containers and addresses."""
    return key_element(keys, values)


LEAF = Shape("leaf")
UNKNOWN_MAP = Shape("map")
KEY_DEFAULTS = {"protocol": "TCP"}
"""Keys of built-in lists with a default that the schemas do not tell. Upstream: k8s.io/api/core/v1 (`+default`)"""


def shape_of(kind: Type | None, value: Any) -> Shape:
    """The shape of a value of a type; of what no schema describes, maps are taken apart and lists are whole."""
    if kind is None:
        return UNKNOWN_MAP if isinstance(value, dict) else LEAF
    shape = _shape(kind)
    if shape.kind == "leaf":
        return UNKNOWN_MAP if kind.preserves_unknown and isinstance(value, dict) and kind.form is Form.ANY else shape
    wanted = list if shape.kind in ("list", "set") else dict
    return shape if value is None or isinstance(value, wanted) else LEAF


@lru_cache(maxsize=16_384)
def _shape(kind: Type) -> Shape:
    if kind.map_type == "atomic":
        return LEAF
    match kind.form:
        case Form.STRUCT:
            return Shape("struct", fields=kind.fields)
        case Form.MAP:
            return Shape("map", element=kind.element)
        case Form.LIST if kind.list_type == "set":
            return Shape("set", element=kind.element)
        case Form.LIST if kind.list_type == "map":
            items = kind.element.fields if kind.element else {}
            defaults = {key: _default(items[key]) for key in kind.list_keys if key in items}
            known = KEY_DEFAULTS | {key: value for key, value in defaults.items() if value is not None}
            return Shape("list", element=kind.element, keys=kind.list_keys, defaults=known)
    return LEAF


def _default(kind: Type) -> Any:
    return kind.schema.get("default", kind.target.get("default"))
