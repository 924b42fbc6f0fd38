"""PATCH in its four kinds. Upstream: apiserver/pkg/endpoints/handlers/patch.go"""

import re
from typing import TYPE_CHECKING

from simulator.api.errors import (
    APIError,
    ApplyConflict,
    BadRequest,
    Conflict,
    Invalid,
    RequestEntityTooLarge,
    Unexplained,
    UnsupportedMediaType,
)
from simulator.api.texts import written
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.decoding import Unreadable, decode_object
from simulator.apiserver.encoding import NoJSON, parse_json
from simulator.apiserver.routes import Route
from simulator.apiserver.tracking import reset_at
from simulator.kernel.state import thaw
from simulator.machinery import managedfields, yaml
from simulator.machinery.field import invalid, required
from simulator.machinery.golang import json_text
from simulator.machinery.objects import Object, at
from simulator.machinery.patches import PatchConflictError, PatchError, json_patch, merge_patch, strategic
from simulator.machinery.patches.values import go_text
from simulator.machinery.protobuf.messages import declaration_of
from simulator.machinery.schemas import Schemas, Type
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
SCALARS = ("string", "bool", "int32", "int64", "float64", "uint8")
KINDS = (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH)


class PatchFailed(APIError):
    """A patch that cannot be applied, with the code its cause carries."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


def patch_body(schemas: Schemas, write: "Write", obj: Object) -> Object:
    """A private copy of an object with the request's patch applied."""
    kind = write.request.header("content-type").split(";")[0].strip()
    if kind not in KINDS:
        raise UnsupportedMediaType(kind, KINDS)
    try:
        patch = parse_json(write.request.body)
    except NoJSON as error:
        raise BadRequest(f"error decoding patch: {error.why}" if kind == MERGE_PATCH else error.why) from None
    try:
        if kind == JSON_PATCH:
            return json_patch.apply(obj, patch)
        if not isinstance(patch, dict):
            raise BadRequest(
                "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
            )
        if kind == MERGE_PATCH:
            return merge_patch.apply(obj, patch)
        if isinstance(write.resource, CustomResource):
            raise UnsupportedMediaType(STRATEGIC_PATCH, (JSON_PATCH, MERGE_PATCH, APPLY_PATCH))
        return strategic.apply(obj, patch, structure(schemas, write.resource, obj))
    except PatchConflictError as error:
        raise Conflict(write.resource.plural, write.route.name, str(error), group=write.resource.group) from None
    except PatchError as error:
        raise failed(error, write.resource, write.route.name) from None


def failed(error: PatchError, resource: Resource, name: str) -> APIError:
    if error.code == 422:
        return PatchFailed(422, "Invalid", "the server rejected our request due to an error in our request")
    if error.code == 400:
        return BadRequest(str(error))
    if error.code == 413:
        return RequestEntityTooLarge(str(error))
    return Unexplained(str(error))


def unfit(schemas: Schemas, write: "Write", live: Object, error: Unreadable) -> Invalid:
    """What answers a patch whose result cannot be read as its kind; it shows the text that was patched."""
    if write.request.header("content-type").startswith(STRATEGIC_PATCH):
        shown, cause = go_text(parse_json(write.request.body)), restored(error.cause)
    else:
        text = parse_json(written(live, declaration_of(live["apiVersion"], live["kind"])))
        shown, cause = json_text(patch_body(schemas, write, text)), error.cause
    return Invalid("", "", [invalid("patch", shown, cause)])


def restored(cause: str) -> str:
    """A decoder's complaint of a wrong type as the converter of maps words it, by which strategic patches go.

    Upstream: apimachinery/pkg/runtime/converter.go
    """
    found = re.fullmatch(r"json: cannot unmarshal (\S+)(?: \S+)? into Go .* of type (\S+)", cause)
    if found is None:
        return cause
    given = {"object": "map", "array": "slice", "number": "int64"}.get(found[1], found[1])
    wanted = found[2]
    if wanted.startswith("[]"):
        return f"cannot restore slice from {given}"
    if wanted.startswith("map["):
        return f"cannot restore map from {given}"
    if wanted in SCALARS:
        if wanted == "string" and given == "int64":
            return "cannot convert int64 to string"
        return f"unrecognized type: {wanted}"
    return f"cannot restore struct from: {given}"


def structure(schemas: Schemas, resource: Resource, obj: Object) -> Type:
    group, _, version = obj["apiVersion"].rpartition("/")
    found = schemas.type_of_kind(group, version, obj["kind"])
    if found is None:
        raise UnsupportedMediaType(STRATEGIC_PATCH, (JSON_PATCH, MERGE_PATCH, APPLY_PATCH))
    return found


def apply(server: "APIServer", write: "Write") -> tuple[Object, bool]:
    """Server-side apply: merge what a manager wants into what is there, or create it."""
    resource, route = write.resource, write.route
    applied = applied_object(write)
    stored = server.read(resource.key, (route.namespace, route.name))
    if stored is None and route.subresource:
        server.writer.find(write)
    live = resource.convert(stored, route.version) if stored is not None else None
    wanted = at(applied, "metadata", "resourceVersion")
    if live is not None and wanted and wanted != live["metadata"]["resourceVersion"]:
        raise Conflict(resource.plural, route.name, group=resource.group)
    given, applied = applied, declared(server, write, applied)
    uid = at(applied, "metadata", "uid")
    if live is None and uid:
        why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        raise Conflict(resource.plural, route.name, why, group=resource.group)
    shaped, reset = server.writer.tracking.shaped_in(resource), reset_at(resource, route.subresource)
    merged = thaw(merged_in(server, write, live, applied, given=given, reset=reset, shaped=shaped))
    if stored is None:
        return server.writer.create(write, merged, applied=True), True
    return server.writer.update(write, merged, stored, applied=True), False


def merged_in(
    server: "APIServer",
    write: "Write",
    live: Object | None,
    applied: Object,
    *,
    given: Object | None = None,
    reset: managedfields.Filter = managedfields.EVERYTHING,
    shaped: managedfields.Shaped | None = None,
) -> Object:
    """What is there with what a request applies. Raises `ApplyConflict`."""
    request, (group, _, version) = write.request, applied["apiVersion"].rpartition("/")
    try:
        return managedfields.apply(
            live,
            applied,
            given=given,
            type=server.schemas.type_of_kind(group, version, applied["kind"]),
            manager=request.parameter("fieldManager"),
            force=request.flag("force"),
            now=server.waiting.began,
            subresource=write.route.subresource,
            reset=reset,
            shaped=shaped,
        )
    except managedfields.ApplyConflicts as error:
        causes = [
            {"reason": "FieldManagerConflict", "message": message, "field": field} for message, field in error.causes
        ]
        raise ApplyConflict(str(error), causes) from None
    except managedfields.ListKeyError as error:
        raise Unexplained(untyped(write.resource, write.route, error)) from None


def applied_object(write: "Write") -> Object:
    if not write.request.parameter("fieldManager"):
        error = required("fieldManager", "is required for apply patch")
        raise Invalid("PatchOptions", "", [error], group="meta.k8s.io")
    try:
        applied = yaml.load(write.request.body, unique=True)
    except yaml.YAMLError as error:
        raise BadRequest(f"error decoding YAML: {error}") from None
    if not isinstance(applied, dict):
        raise BadRequest("error decoding YAML: the object provided is not a map")
    metadata = applied["metadata"] = applied.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise BadRequest("error decoding YAML: the object's metadata is not a map")
    if metadata.get("managedFields"):
        raise BadRequest("metadata.managedFields must be nil")
    name = metadata.setdefault("name", write.route.name)
    if name != write.route.name:
        raise BadRequest(f"the name of the object ({name}) does not match the name on the URL ({write.route.name})")
    if write.route.namespace:
        metadata.setdefault("namespace", write.route.namespace)
    return applied


def declared(server: "APIServer", write: "Write", applied: Object) -> Object:
    """The applied object as its kind; fields that its schema does not know are refused whatever a client asks for."""
    try:
        return decode_object(server.schemas, write.resource, write.route.version, applied, "Strict", write.warnings)
    except Unreadable as error:
        unknown = re.findall(r'unknown field "([^"]+)"', error.cause)
        if not unknown:
            raise
        lines = [f".{field}: field not declared in schema" for field in unknown]
        why = lines[0] if len(lines) == 1 else "errors:\n" + "\n".join(f"  {line}" for line in lines)
        raise Unexplained(untyped(write.resource, write.route, why)) from None


def untyped(resource: Resource, route: Route, why: object) -> str:
    """The words for an applied object that does not fit its schema. Upstream: managedfields/internal"""
    kind = f"{resource.group}/{route.version}, Kind={resource.kind}"
    return f"failed to create typed patch object ({route.namespace}/{route.name}; {kind}): {why}"
