"""Kubernetes objects as protobuf, the form in which kubectl sends part of its requests.

Upstream: k8s.io/apimachinery/pkg/runtime/serializer/protobuf
"""

from functools import cache, lru_cache

from simulator.machinery.objects import Object
from simulator.machinery.protobuf.decoder import decode_message
from simulator.machinery.protobuf.encoder import encode_message
from simulator.machinery.protobuf.messages import Message, message_of
from simulator.machinery.protobuf.structs import shown_message, typed_message, zero_message
from simulator.machinery.protobuf.types import octets, text
from simulator.machinery.protobuf.wire import ProtobufError, fields, put_bytes

__all__ = ["CONTENT_TYPE", "ProtobufError", "decode", "encode", "shown", "typed", "zero"]

CONTENT_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
LARGEST = 3 * 1024 * 1024
"""Bytes in one object; the API server refuses larger bodies."""


type Kind = tuple[str, str]
"""An `apiVersion` and a `kind`."""


def decode(data: bytes, default: Kind | None = None) -> Object:
    """The object that the bytes hold, in JSON shape; raises ProtobufError.

    `default` says what kind it is where the bytes do not, such as a watch event, and they stay unsaid.
    """
    if not data.startswith(MAGIC):
        raise ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    if len(data) > LARGEST:
        raise ProtobufError(f"the object is larger than {LARGEST} bytes")
    unknown = dict(fields(data[len(MAGIC) :]))
    meta = dict(fields(octets(unknown.get(1, b""))))
    said = (text(meta.get(1, b"")), text(meta.get(2, b"")))
    decoded: Object = decode_message(_message(said if any(said) else default or said), octets(unknown.get(2, b"")))
    return {"apiVersion": said[0], "kind": said[1]} | decoded if any(said) else decoded


def encode(obj: Object, default: Kind | None = None) -> bytes:
    """An object of a built-in kind as protobuf; raises ProtobufError when it does not fit its kind."""
    said = (obj.get("apiVersion", ""), obj.get("kind", ""))
    body = encode_message(_message(said if any(said) else default or said), obj)
    meta, unknown = bytearray(), bytearray()
    put_bytes(meta, 1, said[0].encode())
    put_bytes(meta, 2, said[1].encode())
    put_bytes(unknown, 1, bytes(meta))
    put_bytes(unknown, 2, body)
    put_bytes(unknown, 3, b"")
    put_bytes(unknown, 4, b"")
    return MAGIC + bytes(unknown)


def typed(obj: Object) -> Object:
    """A copy of an object as Go would show it: `resources: {}` where a struct is empty, no null and no needless zero.

    This is what the API server makes of JSON by reading it into its types. Kinds not built in come back as they are.
    """
    found = message_of(obj.get("apiVersion", ""), obj.get("kind", ""))
    return obj if found is None else typed_message(found, obj)


@cache
@lru_cache(maxsize=512)
def zero(api_version: str, kind: str) -> Object:
    """What Go shows of an object in which nothing is set; empty for kinds not built in. Not to be changed."""
    found = message_of(api_version, kind)
    return {} if found is None else zero_message(found)


def shown(obj: Object) -> Object:
    """An object of a built-in kind as Go writes it once it has read it: see `structs.shown_message`."""
    found = message_of(obj.get("apiVersion", ""), obj.get("kind", ""))
    return obj if found is None else shown_message(found, obj)


def _message(kind: Kind) -> Message:
    found = message_of(*kind)
    if found is None:
        raise ProtobufError(f'no kind "{kind[1]}" is registered for version "{kind[0]}"')
    return found
