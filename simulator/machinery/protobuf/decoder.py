"""From protobuf to JSON-shaped values, as Go would show the object it decoded."""

from typing import Any

from simulator.machinery.protobuf.messages import Field, Message, message
from simulator.machinery.protobuf.types import DECODE_SCALAR, SPECIAL, ZERO, octets, text
from simulator.machinery.protobuf.wire import ProtobufError, fields

DEEPEST = 100
"""How far messages may nest; the API's own kinds reach about twenty."""


def decode_message(of: Message, data: bytes, depth: int = 0) -> Any:
    """The value of a message; fields of numbers unknown are skipped, as Go does."""
    if depth > DEEPEST:
        raise ProtobufError("proto: nested too deeply")
    found: dict[str, Any] = {}
    for number, value in fields(data):
        field = of.fields.get(number)
        if field is None:
            continue
        if field.shape == "[]":
            found.setdefault(field.name, []).append(_value(field.type, value, depth))
        elif field.shape == "{}":
            key, entry = _entry(field.type, octets(value), depth)
            found.setdefault(field.name, {})[key] = entry
        else:
            found[field.name] = _value(field.type, value, depth)
    whole = of.whole
    if whole is not None:
        return found.get(whole.name, [])
    return _shown(of, found, depth)


def _value(kind: str, value: int | bytes, depth: int) -> Any:
    scalar = DECODE_SCALAR.get(kind)
    if scalar is not None:
        return scalar(value)
    special = SPECIAL.get(kind)
    if special is not None:
        return special[0](octets(value))
    return decode_message(_message(kind), octets(value), depth + 1)


def _entry(kind: str, data: bytes, depth: int) -> tuple[str, Any]:
    parts = dict(fields(data))
    empty: int | bytes = 0 if kind in ("int32", "int64", "bool") else b""
    return text(parts.get(1, b"")), _value(kind, parts.get(2, empty), depth)


def _shown(of: Message, found: dict[str, Any], depth: int) -> dict[str, Any]:
    """What JSON shows: zero values only where Go has no `omitempty`, inner messages laid out flat."""
    shown: dict[str, Any] = {}
    for field in of.fields.values():
        value = found.get(field.name)
        if value is None and field.shown and not field.shape and not field.optional:
            value = zero_value(field, depth)
        if value is None or (not field.shown and not field.optional and value in ("", 0, False)):
            continue
        if field.is_inline:
            shown.update(value)
        else:
            shown[field.name] = value
    return shown


def zero_value(field: Field, depth: int = 0) -> Any:
    """What JSON shows of a field in which nothing is set."""
    if field.type in ZERO:
        return ZERO[field.type]
    return _value(field.type, b"", depth)


def _message(kind: str) -> Message:
    found = message(kind)
    if found is None:
        raise ProtobufError(f"no message {kind} is known")
    return found
