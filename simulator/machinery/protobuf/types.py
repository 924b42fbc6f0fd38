"""The types whose JSON form is not that of their fields, and the scalars.

Upstream: k8s.io/apimachinery (Time, MicroTime, Duration, FieldsV1, RawExtension, Quantity, IntOrString)
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from simulator.kernel import clock
from simulator.machinery.durations import DurationError, format_duration, parse_duration
from simulator.machinery.protobuf.wire import ProtobufError, fields, put_bytes, put_varint, signed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: int | bytes) -> str:
    if isinstance(value, int):
        raise ProtobufError("proto: wrong wireType = 0 for a string")
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise ProtobufError("proto: a string is not valid UTF-8") from error


def number(value: int | bytes, bits: int) -> int:
    if not isinstance(value, int):
        raise ProtobufError("proto: wrong wireType = 2 for a number")
    return signed(value, bits)


DECODE_SCALAR: dict[str, Callable[[int | bytes], Any]] = {
    "string": text,
    "int32": lambda value: number(value, 32),
    "int64": lambda value: number(value, 64),
    "bool": lambda value: bool(number(value, 64)),
    "bytes": lambda value: b64encode(octets(value)).decode(),
}
ZERO: dict[str, Any] = {"string": "", "int32": 0, "int64": 0, "bool": False, "bytes": None}


def octets(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ProtobufError("proto: wrong wireType = 0 for bytes")
    return value


def encode_scalar(out: bytearray, place: int, kind: str, value: Any) -> None:
    """Write one scalar; a value of another type is refused."""
    if kind == "string" and isinstance(value, str):
        put_bytes(out, place, value.encode(errors="replace"))
    elif kind == "bool" and isinstance(value, bool):
        put_varint(out, place, int(value))
    elif kind in ("int32", "int64") and isinstance(value, int) and not isinstance(value, bool):
        put_varint(out, place, value)
    elif kind == "bytes" and isinstance(value, str):
        put_bytes(out, place, b64decode(value))
    else:
        raise ProtobufError(f"cannot write {type(value).__name__} as {kind}")


def _seconds_and_rest(data: bytes) -> tuple[int, int] | None:
    if not data:
        return None
    found = dict(fields(data))
    return number(found.get(1, 0), 64), number(found.get(2, 0), 32)


def _moment(seconds: int, microseconds: int) -> int:
    try:
        EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ProtobufError(f"a time is out of range: {seconds}") from error
    return seconds * clock.SECOND + microseconds


def decode_time(data: bytes) -> str | None:
    found = _seconds_and_rest(data)
    return None if found is None else clock.timestamp(_moment(found[0], 0))


def decode_micro_time(data: bytes) -> str | None:
    found = _seconds_and_rest(data)
    return None if found is None else clock.micro_timestamp(_moment(found[0], found[1] // 1000))


def encode_time(value: Any) -> bytes:
    if value is None:
        return b""
    try:
        moment = clock.moment(value)
    except (TypeError, ValueError) as error:
        raise ProtobufError(f"cannot write {value!r} as a time") from error
    out = bytearray()
    put_varint(out, 1, moment // clock.SECOND)
    put_varint(out, 2, moment % clock.SECOND * 1000)
    return bytes(out)


def decode_duration(data: bytes) -> str:
    return format_duration(number(dict(fields(data)).get(1, 0), 64) // 1000)


def encode_duration(value: Any) -> bytes:
    out = bytearray()
    try:
        put_varint(out, 1, parse_duration(value) * 1000)
    except (TypeError, DurationError) as error:
        raise ProtobufError(f"cannot write {value!r} as a duration") from error
    return bytes(out)


def decode_quantity(data: bytes) -> str:
    return text(dict(fields(data)).get(1, b"")) or "0"


def encode_quantity(value: Any) -> bytes:
    out = bytearray()
    put_bytes(out, 1, str(value).encode())
    return bytes(out)


def decode_int_or_string(data: bytes) -> int | str:
    found = dict(fields(data))
    if number(found.get(1, 0), 64):
        return text(found.get(3, b""))
    return number(found.get(2, 0), 32)


def encode_int_or_string(value: Any) -> bytes:
    out = bytearray()
    put_varint(out, 1, int(isinstance(value, str)))
    put_varint(out, 2, 0 if isinstance(value, str) else value)
    put_bytes(out, 3, value.encode() if isinstance(value, str) else b"")
    return bytes(out)


def decode_raw(data: bytes) -> Any:
    """The JSON value inside a RawExtension or FieldsV1."""
    inner = octets(dict(fields(data)).get(1, b""))
    if not inner:
        return None
    try:
        return orjson.loads(inner)
    except orjson.JSONDecodeError as error:
        raise ProtobufError(f"the JSON inside the message is not valid: {error}") from error


def encode_raw(value: Any) -> bytes:
    out = bytearray()
    if value is not None:
        put_bytes(out, 1, orjson.dumps(value))
    return bytes(out)


type Codec = tuple[Callable[[bytes], Any], Callable[[Any], bytes]]

SPECIAL: dict[str, Codec] = {
    "meta/v1.Time": (decode_time, encode_time),
    "meta/v1.MicroTime": (decode_micro_time, encode_time),
    "meta/v1.Duration": (decode_duration, encode_duration),
    "meta/v1.FieldsV1": (decode_raw, encode_raw),
    "runtime.RawExtension": (decode_raw, encode_raw),
    "resource.Quantity": (decode_quantity, encode_quantity),
    "intstr.IntOrString": (decode_int_or_string, encode_int_or_string),
}
