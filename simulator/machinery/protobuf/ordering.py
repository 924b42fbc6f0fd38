"""Objects in the order in which Go writes them: fields as their struct declares them, the keys of maps sorted.

Upstream: encoding/json, the structs of k8s.io/api
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.machinery.protobuf.messages import Field, declaration

HEAD = ("kind", "apiVersion")
"""What stands at the beginning of each object, and is in no message."""


@dataclass(frozen=True, slots=True)
class Order:
    """The places of a message's fields, and what orders those whose values have parts."""

    places: dict[str, int]
    parts: dict[str, Callable[[Any], Any]]

    def of(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        places, parts = self.places, self.parts
        try:
            names = sorted(value, key=places.__getitem__)
        except KeyError:  # a schema in the place of a field, or what no release has: it comes last
            names = sorted(value, key=lambda name: places.get(name, len(places)))
        return {name: parts[name](value[name]) if name in parts else value[name] for name in names}


@cache
def order_of(name: str) -> Order:
    """The order of the message of that name, with kind and version first."""
    fields = fields_of(name)
    names = [*(each for each in HEAD if each not in fields), *fields]
    parts = {field.name: part for field in fields.values() if (part := _part(field)) is not None}
    return Order({each: place for place, each in enumerate(names)}, parts)


def fields_of(name: str) -> dict[str, Field]:
    """The fields of a struct by their names in JSON, those of inline structs among them."""
    of = declaration(name)
    assert of is not None
    found: dict[str, Field] = {}
    for field in of.fields.values():
        if field.is_inline and declaration(field.type) is not None:
            found |= fields_of(field.type)
        else:
            found[field.name] = field
    return found


def _part(field: Field) -> Callable[[Any], Any] | None:
    """What orders the values of a field; nothing where they have no order."""
    inner = declaration(field.type)
    if inner is None or inner.whole is not None:
        return _sorted if field.shape == "{}" else None
    name = inner.name
    if field.shape == "[]":
        return lambda value: [order_of(name).of(item) for item in value] if isinstance(value, list) else value
    if field.shape == "{}":
        return lambda value: {key: order_of(name).of(item) for key, item in _sorted(value).items()} if value else value
    return lambda value: order_of(name).of(value)


def _sorted(value: Any) -> Any:
    return dict(sorted(value.items())) if isinstance(value, dict) else value
