"""From JSON-shaped values to protobuf."""

from typing import Any

from simulator.machinery.protobuf.messages import Field, Message, message
from simulator.machinery.protobuf.types import DECODE_SCALAR, SPECIAL, ZERO, encode_scalar
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
            put_bytes(out, field.number, encode_message(_message(field.type), value))
        elif value.get(field.name) is not None:
            _encode_field(out, field, value[field.name])
        elif not field.shape and not field.optional:
            _encode_zero(out, field)
    return bytes(out)


def _encode_zero(out: bytearray, field: Field) -> None:
    """Go writes what is no pointer even when nothing is set."""
    if field.type in DECODE_SCALAR:
        if ZERO[field.type] is not None:
            encode_scalar(out, field.number, field.type, ZERO[field.type])
    elif field.type in SPECIAL:
        decode, encode = SPECIAL[field.type]
        put_bytes(out, field.number, encode(decode(b"")))
    else:
        put_bytes(out, field.number, encode_message(_message(field.type), {}))


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
