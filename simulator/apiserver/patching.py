"""PATCH in its four kinds. Upstream: apiserver/pkg/endpoints/handlers/patch.go"""

from typing import TYPE_CHECKING

from simulator.api.errors import APIError, ApplyConflict, BadRequest, Conflict, Invalid, UnsupportedMediaType
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.encoding import parse_json
from simulator.kernel.state import thaw
from simulator.machinery import managedfields, yaml
from simulator.machinery.field import required
from simulator.machinery.objects import Object, at
from simulator.machinery.patches import PatchConflictError, PatchError, json_patch, merge_patch, strategic
from simulator.machinery.schemas import Schemas, Type
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
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
    patch = parse_json(write.request.body)
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
    return PatchFailed(error.code, "InternalError", str(error))


def structure(schemas: Schemas, resource: Resource, obj: Object) -> Type:
    group, _, version = obj["apiVersion"].rpartition("/")
    found = schemas.type_of_kind(group, version, obj["kind"])
    if found is None:
        raise UnsupportedMediaType(STRATEGIC_PATCH, (JSON_PATCH, MERGE_PATCH, APPLY_PATCH))
    return found


def apply(server: "APIServer", write: "Write") -> tuple[Object, bool]:
    """Server-side apply: merge what a manager wants into what is there, or create it."""
    resource, route, request = write.resource, write.route, write.request
    applied = applied_object(write)
    if not request.parameter("fieldManager"):
        error = required("fieldManager", "is required for apply patch")
        raise Invalid("PatchOptions", "", [error], group="meta.k8s.io")
    stored = server.read(resource.key, (route.namespace, route.name))
    if stored is None and route.subresource:
        server.writer.find(write)
    live = resource.convert(stored, route.version) if stored is not None else None
    wanted = at(applied, "metadata", "resourceVersion")
    if live is not None and wanted and wanted != live["metadata"]["resourceVersion"]:
        raise Conflict(resource.plural, route.name, group=resource.group)
    applied = server.writer.decode(write, applied)
    try:
        merged = managedfields.apply(
            live,
            applied,
            type=server.schemas.type_of_kind(resource.group, route.version, resource.kind),
            manager=request.parameter("fieldManager"),
            force=request.flag("force"),
            now=server.clock.now,
            subresource=route.subresource,
        )
    except managedfields.ApplyConflicts as conflicts:
        raise apply_conflict(conflicts) from None
    merged = thaw(merged)
    if stored is None:
        return server.writer.create(write, merged, applied=True), True
    return server.writer.update(write, merged, stored, applied=True), False


def applied_object(write: "Write") -> Object:
    try:
        applied = yaml.load(write.request.body, unique=True)
    except yaml.YAMLError as error:
        raise BadRequest(f"error decoding YAML: {error}") from None
    if not isinstance(applied, dict):
        raise BadRequest("error decoding YAML: the object provided is not a map")
    metadata = applied.setdefault("metadata", {})
    if metadata.get("managedFields"):
        raise BadRequest("metadata.managedFields must be nil")
    name = metadata.setdefault("name", write.route.name)
    if name != write.route.name:
        raise BadRequest(f"the name of the object ({name}) does not match the name on the URL ({write.route.name})")
    if write.route.namespace:
        metadata.setdefault("namespace", write.route.namespace)
    return applied


def apply_conflict(conflicts: managedfields.ApplyConflicts) -> ApplyConflict:
    """Upstream: apimachinery/pkg/util/managedfields/internal/conflict.go"""
    found = conflicts.conflicts
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {who}", "field": field} for who, field in found
    ]
    count = len(found)
    head = f"Apply failed with {count} conflict{'s' if count != 1 else ''}: "
    if count == 1:
        return ApplyConflict(f"{head}conflict with {found[0][0]}: {found[0][1]}", causes)
    lines = []
    for who in dict.fromkeys(who for who, _ in found):
        lines.append(f"conflicts with {who}:")
        lines.extend(f"- {field}" for manager, field in found if manager == who)
    return ApplyConflict(head + "\n".join(lines), causes)
