"""From one type to another. Upstream: cel-go/common/types"""

import math
import re
from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.libraries.operators import LARGEST, LARGEST_UNSIGNED, SMALLEST
from simulator.machinery.cel.values import (
    NANOSECOND,
    CELError,
    Duration,
    Timestamp,
    TypeName,
    UInt,
    duration,
    timestamp,
    type_name,
)

WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
DECIMAL = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)", re.ASCII | re.IGNORECASE
)
"""Numbers with a point as Go reads them, but for its hexadecimal ones."""


@function("type(A) -> type(A)")
def type_of(value: Any) -> TypeName:
    return TypeName(type_name(value))


@function("dyn(A) -> dyn")
def dynamic(value: Any) -> Any:
    return value


@function("int(int) -> int", "int(uint) -> int", "int(double) -> int", "int(string) -> int")
@function("int(timestamp) -> int", "int(duration) -> int")
def to_int(value: Any) -> int:
    if isinstance(value, str):
        if not WHOLE.fullmatch(value) or len(value) > 20:
            raise CELError(f'strconv.ParseInt: parsing "{value}": invalid syntax')
        value = int(value)
    elif isinstance(value, Timestamp):
        return value.nanos // NANOSECOND
    elif isinstance(value, Duration):
        return value.nanos
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        raise CELError("integer overflow")
    if not SMALLEST <= value <= LARGEST:
        raise CELError("integer overflow")
    return int(value)


@function("uint(uint) -> uint", "uint(int) -> uint", "uint(double) -> uint", "uint(string) -> uint")
def to_uint(value: Any) -> UInt:
    if isinstance(value, str):
        if not WHOLE.fullmatch(value) or not value.isdigit() or len(value) > 20:
            raise CELError(f'strconv.ParseUint: parsing "{value}": invalid syntax')
        value = int(value)
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        raise CELError("unsigned integer overflow")
    if not 0 <= value <= LARGEST_UNSIGNED:
        raise CELError("unsigned integer overflow")
    return UInt(value)


@function("double(double) -> double", "double(int) -> double", "double(uint) -> double", "double(string) -> double")
def to_double(value: Any) -> float:
    if isinstance(value, str) and not DECIMAL.fullmatch(value):
        raise CELError(f'strconv.ParseFloat: parsing "{value}": invalid syntax')
    return float(value)


@function("bool(bool) -> bool", "bool(string) -> bool")
def to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if value in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise CELError(f'strconv.ParseBool: parsing "{value}": invalid syntax')


@function("bytes(bytes) -> bytes", "bytes(string) -> bytes")
def to_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@function("string(string) -> string", "string(int) -> string", "string(uint) -> string", "string(double) -> string")
@function("string(bool) -> string", "string(bytes) -> string", "string(timestamp) -> string")
@function("string(duration) -> string")
def to_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise CELError("invalid UTF-8 in bytes, cannot convert to string") from None
    return str(value)


def number(value: float) -> str:
    """A double as Go prints it with `%g`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    if "e" not in text and abs(value) >= 1e21:
        text = f"{value:e}"
    return text.removesuffix(".0")


@function("timestamp(timestamp) -> timestamp", "timestamp(string) -> timestamp", "timestamp(int) -> timestamp")
def to_timestamp(value: Any) -> Timestamp:
    if isinstance(value, str):
        return timestamp(value)
    if isinstance(value, Timestamp):
        return value
    if not -62135596800 <= value <= 253402300799:
        raise CELError("timestamp overflow")
    return Timestamp(value * NANOSECOND)


@function("duration(duration) -> duration", "duration(string) -> duration", "duration(int) -> duration")
def to_duration(value: Any) -> Duration:
    if isinstance(value, str):
        return duration(value)
    return value if isinstance(value, Duration) else Duration(value)
