"""The wire format of protobuf: numbered fields as varints and as bytes of known length."""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class ProtobufError(ValueError):
    """Bytes that are no Kubernetes protobuf object, or an object that has no protobuf form."""


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in order: the number, and a whole number or the bytes."""
    at, end = 0, len(data)
    while at < end:
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise ProtobufError("proto: illegal tag 0")
        if wire == VARINT:
            value, at = varint(data, at)
            yield number, value
            continue
        if wire == BYTES:
            size, at = varint(data, at)
        elif wire in (FIXED32, FIXED64):
            size = 4 if wire == FIXED32 else 8
        else:
            raise ProtobufError(f"proto: illegal wireType {wire}")
        if size > end - at:
            raise ProtobufError("unexpected EOF")
        yield number, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that starts at a place, and the place after it."""
    value = shift = 0
    while True:
        if at >= len(data):
            raise ProtobufError("unexpected EOF")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
        if shift >= 64:
            raise ProtobufError("proto: integer overflow")


def signed(value: int, bits: int) -> int:
    """What a varint means as a signed number of that width."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def put_varint(out: bytearray, number: int, value: int) -> None:
    _put(out, number << 3 | VARINT)
    _put(out, value & 0xFFFF_FFFF_FFFF_FFFF)


def put_bytes(out: bytearray, number: int, value: bytes) -> None:
    _put(out, number << 3 | BYTES)
    _put(out, len(value))
    out += value


def put_fixed64(out: bytearray, number: int, value: bytes) -> None:
    """Eight bytes as they are."""
    _put(out, number << 3 | FIXED64)
    out += value


def _put(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
