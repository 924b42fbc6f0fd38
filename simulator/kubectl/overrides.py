"""Inline patches of an object that is about to be created. Upstream: kubectl/pkg/cmd/util/override_options.go"""

import orjson

from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.patching import VERSION
from simulator.machinery import protobuf
from simulator.machinery.objects import Object
from simulator.machinery.patches import PatchError, json_patch, merge_patch, strategic
from simulator.machinery.schemas import schemas

OVERRIDES = (
    Flag("override-type", "merge", "How --overrides is merged: json, merge, or strategic."),
    Flag("overrides", "", "JSON that changes the object before it is created; it has to carry an apiVersion."),
)


def overridden(kubectl: Kubectl, obj: Object) -> Object:
    """The object with what --overrides says of it, as far as its kind has such fields. Raises CommandError."""
    found = merged(kubectl, obj)
    if found is obj:
        return obj
    try:
        return protobuf.decode(protobuf.encode(found))
    except protobuf.ProtobufError:
        return found  # the server says what is wrong


def merged(kubectl: Kubectl, obj: Object) -> Object:
    text, kind = kubectl.options.text("overrides"), kubectl.options.text("override-type")
    if not text:
        return obj
    if kind not in ("json", "merge", "strategic"):
        raise CommandError(f"invalid override type: {kind}")
    try:
        patch = orjson.loads(text)
        if kind == "json":
            return json_patch.apply(obj, patch)
        if kind == "merge":
            return merge_patch.apply(obj, patch)
        group, _, version = str(obj["apiVersion"]).rpartition("/")
        schema = schemas(VERSION).type_of_kind(group, version, obj["kind"])
        assert schema is not None, "kubectl creates kinds that it knows"
        return strategic.apply(obj, patch, schema)
    except (orjson.JSONDecodeError, PatchError, TypeError, AttributeError):
        raise CommandError("Invalid JSON Patch") from None
