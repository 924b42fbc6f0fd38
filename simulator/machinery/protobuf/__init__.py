"""Kubernetes objects as protobuf, the form in which kubectl sends part of its requests.

Upstream: k8s.io/apimachinery/pkg/runtime/serializer/protobuf
"""

from simulator.machinery.objects import Object

CONTENT_TYPE = "application/vnd.kubernetes.protobuf"


class ProtobufError(ValueError):
    """Bytes that are no Kubernetes protobuf object, or an object that has no protobuf form."""


def decode(data: bytes) -> Object:
    """The object that the bytes hold, in JSON shape, with its `apiVersion` and `kind`."""
    raise NotImplementedError


def encode(obj: Object) -> bytes:
    """An object of a built-in kind as protobuf."""
    raise NotImplementedError
