"""From JSON-shaped values to protobuf."""

from typing import Any

from simulator.machinery.protobuf.messages import Field, Message, message
from simulator.machinery.protobuf.types import DECODE_SCALAR, SPECIAL, encode_scalar
from simulator.machinery.protobuf.wire import ProtobufError, put_bytes


def encode_message(of: Message, value: Any) -> bytes:
    """The bytes of a value; keys that the message does not have are left out."""
    out = bytearray()
    whole = of.whole
    if whole is not None:
        value = {whole.name: value}
    if not isinstance(value, dict):
        raise ProtobufError(f"cannot write {type(value).__name__} as {of.name}")
    for field in sorted(of.fields.values(), key=lambda field: field.number):
        if field.is_inline:
            _encode_inline(out, field, value)
        elif value.get(field.name) is not None:
            _encode_field(out, field, value[field.name])
        elif field.shown and not field.shape and not field.optional and field.type not in DECODE_SCALAR:
            put_bytes(out, field.number, b"")
    return bytes(out)


def _encode_inline(out: bytearray, field: Field, value: dict[str, Any]) -> None:
    inner = encode_message(_message(field.type), value)
    if inner or not field.optional:
        put_bytes(out, field.number, inner)


def _encode_field(out: bytearray, field: Field, value: Any) -> None:
    if field.shape == "[]":
        if not isinstance(value, list):
            raise ProtobufError(f"cannot write {type(value).__name__} as a list")
        for item in value:
            _encode_value(out, field.number, field.type, item)
    elif field.shape == "{}":
        if not isinstance(value, dict):
            raise ProtobufError(f"cannot write {type(value).__name__} as a map")
        for key in sorted(value):
            entry = bytearray()
            put_bytes(entry, 1, key.encode())
            _encode_value(entry, 2, field.type, value[key])
            put_bytes(out, field.number, bytes(entry))
    else:
        _encode_value(out, field.number, field.type, value)


def _encode_value(out: bytearray, number: int, kind: str, value: Any) -> None:
    if kind in DECODE_SCALAR:
        encode_scalar(out, number, kind, value)
    elif kind in SPECIAL:
        put_bytes(out, number, SPECIAL[kind][1](value))
    else:
        put_bytes(out, number, encode_message(_message(kind), value))


def _message(kind: str) -> Message:
    found = message(kind)
    if found is None:
        raise ProtobufError(f"no message {kind} is known")
    return found
