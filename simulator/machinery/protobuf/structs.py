"""Objects as Go shows them once it has read them into its types: which empty structs and zeros stand, which go.

Upstream: the struct tags of k8s.io/api (`omitempty`, pointers), encoding/json
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.machinery.protobuf.decoder import zero_value
from simulator.machinery.protobuf.messages import Field, Message, message


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a message by their names in JSON, those of inline messages among them."""

    fields: dict[str, tuple[Field, Message | None]]
    shown: tuple[tuple[Field, Message | None], ...]
    """Those that JSON shows even when nothing is set."""


@cache
def layout_of(name: str) -> Layout:
    fields: dict[str, tuple[Field, Message | None]] = {}
    of = message(name)
    assert of is not None
    for field in of.fields.values():
        inner = message(field.type)
        if field.is_inline and inner is not None:
            fields |= layout_of(inner.name).fields
        else:
            fields[field.name] = (field, inner)
    return Layout(fields, tuple(both for both in fields.values() if both[0].shown))


def typed_message(of: Message, value: dict[str, Any]) -> dict[str, Any]:
    """A copy of a value of a message; what the message does not know is kept."""
    layout = layout_of(of.name)
    result: dict[str, Any] = {}
    for name, item in value.items():
        field, inner = layout.fields.get(name, (None, None))
        if field is None:
            result[name] = item
        elif item is not None and not _is_empty(field, item):
            result[name] = item if inner is None else _each(field, inner, item, typed_message)
    for field, inner in layout.shown:
        if field.name not in result and not field.shape and not field.optional:
            # an inner struct shows what it would show if it had been given empty
            zero = zero_value(field) if inner is None or inner.whole is not None else typed_message(inner, {})
            if zero is not None:
                result[field.name] = zero
    return result


def shown_message(of: Message, value: dict[str, Any]) -> dict[str, Any]:
    """A value of a message as Go writes it: in the order of the struct, with lists, maps and times that are not set.

    What the message does not know comes last.
    """
    layout = layout_of(of.name)
    result: dict[str, Any] = {}
    for name, (field, inner) in layout.fields.items():
        is_struct = inner is not None and inner.whole is None
        if name in value:
            result[name] = _each(field, inner, value[name], shown_message) if inner is not None else value[name]
        elif field.shown and (field.shape or field.optional or (not is_struct and zero_value(field) is None)):
            result[name] = None
    return result | {name: item for name, item in value.items() if name not in layout.fields}


def zero_message(of: Message) -> dict[str, Any]:
    """What Go shows of a message in which nothing is set: inner structs, zero scalars, null lists and maps."""
    zeros: dict[str, Any] = {}
    for field, inner in layout_of(of.name).shown:
        if field.shape or field.optional:
            zeros[field.name] = None
        elif inner is not None and inner.whole is None:
            zeros[field.name] = zero_message(inner)
        else:
            zeros[field.name] = zero_value(field)
    return zeros


def _is_empty(field: Field, item: Any) -> bool:
    """Whether `omitempty` leaves a value out."""
    if field.shown or field.optional:
        return False
    return item in ("", 0, False) if not field.shape else not item


def _each(field: Field, inner: Message, item: Any, made: Callable[[Message, dict[str, Any]], dict[str, Any]]) -> Any:
    """What is made of the inner messages that a field holds."""
    if inner.whole is not None:
        return item
    if field.shape == "[]" and isinstance(item, list):
        return [made(inner, part) if isinstance(part, dict) else part for part in item]
    if not isinstance(item, dict):
        return item
    if field.shape == "{}":
        return {key: made(inner, part) if isinstance(part, dict) else part for key, part in item.items()}
    return made(inner, item)
