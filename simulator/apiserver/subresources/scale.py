"""`scale`: the replicas of a workload, in the one shape that serves every kind.

Upstream: autoscaling/v1 Scale, apimachinery/pkg/util/managedfields/scalehandler.go
"""

from typing import TYPE_CHECKING, Any

from simulator.api.errors import BadRequest, Conflict, InternalError, Invalid, MethodNotAllowed
from simulator.api.requests import Response
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.decoding import object_to, read
from simulator.apiserver.encoding import object_answer
from simulator.apiserver.patching import APPLY_PATCH, applied_object, merged_in
from simulator.kernel.state import thaw
from simulator.machinery.field import invalid
from simulator.machinery.golang import quoted
from simulator.machinery.managedfields.fieldsets import difference, intersection
from simulator.machinery.managedfields.managers import in_order
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.selectors import from_object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


VERSION, REPLICAS = "autoscaling/v1", ("spec", "replicas")
PATHS = (REPLICAS, ("status", "replicas"), ("spec", "selector"))
"""Where a workload keeps the replicas wanted, the replicas there are, and their selector."""


def row(scale: Object, now: int) -> Cells:
    desired, available = at(scale, "spec", "replicas", default=0), at(scale, "status", "replicas", default=0)
    return [scale["metadata"]["name"], desired, available, age(scale, now)]


COLUMNS = (
    NAME,
    Column("Desired", Field("autoscaling.v1.ScaleSpec", "replicas"), "integer"),
    Column("Available", Field("autoscaling.v1.ScaleStatus", "replicas"), "integer"),
    AGE,
)
SCALE = Resource("autoscaling", "Scale", "scales", printer=Printer(COLUMNS, row))
"""What a table of it shows. Upstream: printScale"""


def paths_of(resource: Resource, version: str) -> tuple[tuple[str, ...], ...]:
    return resource.scale_paths(version) if isinstance(resource, CustomResource) else PATHS


def scale_of(obj: Object, paths: tuple[tuple[str, ...], ...] = PATHS) -> Object:
    """The Scale of a workload."""
    metadata = obj["metadata"]
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    wanted, actual, selected = paths
    selector = at(obj, *selected)
    status: Object = {"replicas": at(obj, *actual, default=0)}
    if selector:
        status["selector"] = selector if isinstance(selector, str) else selector_text(selector)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: metadata[field] for field in kept if field in metadata},
        "spec": {"replicas": at(obj, *wanted)} if at(obj, *wanted) else {},
        "status": status,
    }


def selector_text(selector: Object) -> str:
    """A selector as the Scale tells it; ReplicationControllers have plain labels."""
    plain = not ("matchLabels" in selector or "matchExpressions" in selector)
    return str(from_object({"matchLabels": selector} if plain else selector))


def scale(server: "APIServer", write: "Write") -> Response:
    """Read, replace or patch a Scale; a change is a change of the workload's `spec.replicas`."""
    obj = server.writer.find(write)
    paths = paths_of(write.resource, write.route.version)
    if write.route.verb == "get":
        if isinstance(write.resource, CustomResource) and at(obj, *paths[0]) is None:
            raise InternalError(f"the spec replicas field {quoted('.' + '.'.join(paths[0]))} does not exist")
        return object_answer(write.request, SCALE, scale_of(obj, paths), server.clock.now)
    if write.route.verb not in ("update", "patch"):
        raise MethodNotAllowed()
    before = scale_of(obj, paths)
    if write.request.header("content-type").split(";")[0].strip() == APPLY_PATCH and write.route.verb == "patch":
        return applied(server, write, obj, paths)
    after = server.patched(write, before) if write.route.verb == "patch" else server.body(write)
    wanted = thaw(changed(obj, paths[0], replicas_in(write, obj, decoded(server, write, after))))
    return Response(200, scale_of(server.writer.update(write, wanted, obj), paths))


def decoded(server: "APIServer", write: "Write", body: Any) -> Object:
    """The Scale that somebody sends. Raises `BadRequest` where it is none, or another's."""
    if not isinstance(body, dict):
        raise BadRequest("the object provided is unrecognized (must be of type Scale)")
    version, kind, name = body.get("apiVersion") or VERSION, body.get("kind") or "Scale", write.route.name
    if version != VERSION:
        raise BadRequest(f"the API version in the data ({version}) does not match the expected API version ({VERSION})")
    if kind != "Scale":
        raise BadRequest(
            f'{kind} in version "v1" cannot be handled as a Scale: converting ({kind}) to (Scale): unknown conversion'
        )
    type = server.schemas.type_of_kind("autoscaling", "v1", "Scale")
    if type is None:
        return body
    found = read("Scale", "v1", body, type)
    object_to(found.objections, "Scale", "v1", write.validation, write.warnings)
    given = at(found.object, "metadata", "name", default="") or name
    if given != name:
        raise BadRequest(f"the name of the object ({given}) does not match the name on the URL ({name})")
    return found.object


def replicas_in(write: "Write", obj: Object, scale: Object) -> int:
    """What a Scale asks for. Raises `Conflict` and `Invalid`."""
    version = at(scale, "metadata", "resourceVersion")
    if version and version != obj["metadata"]["resourceVersion"]:
        raise Conflict(write.resource.plural, write.route.name, group=write.resource.group)
    replicas = at(scale, "spec", "replicas", default=0)
    if not isinstance(replicas, int) or replicas < 0:
        error = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        raise Invalid("Scale", write.route.name, [error], group="autoscaling")
    return replicas


# Server-side apply: to the Scale, its managers are those of the workload's replicas.


def applied(server: "APIServer", write: "Write", obj: Object, paths: tuple[tuple[str, ...], ...]) -> Response:
    """Apply a Scale."""
    scale = applied_object(write)
    if scale.get("apiVersion") != VERSION:
        given = scale.get("apiVersion", "")
        words = f"Incorrect version specified in apply patch. Specified patch version: {given}, expected: {VERSION}"
        raise BadRequest(words)
    owned, entries = field(paths[0]), obj["metadata"].get("managedFields") or []
    live = scale_of(obj, paths)
    live["metadata"]["managedFields"] = [
        {**entry, "apiVersion": VERSION, "fieldsV1": field(REPLICAS)} for entry in entries if holds(entry, owned)
    ]
    merged = merged_in(server, write, live, scale)
    metadata = {**obj["metadata"], "managedFields": handed_back(write, entries, merged, owned)}
    wanted = thaw(changed({**obj, "metadata": metadata}, paths[0], replicas_in(write, obj, merged)))
    return Response(200, scale_of(server.writer.update(write, wanted, obj, applied=True), paths))


def handed_back(write: "Write", entries: list[Object], scale: Object, owned: Object) -> list[Object]:
    """The managers of the workload after an apply to its Scale. Upstream: ScaleHandler.ToParent"""
    owners = [entry for entry in scale["metadata"].get("managedFields") or () if holds(entry, field(REPLICAS))]
    kept = []
    for entry in entries:
        left = entry
        if holds(entry, owned):
            same = [one for one in owners if manager_of(one) == manager_of(entry)]
            owners = [one for one in owners if one not in same]
            left = entry if same else {**entry, "fieldsV1": difference(entry["fieldsV1"], owned)}
        if left["fieldsV1"]:
            kept.append(left)
    version = write.resource.api_version(write.route.version)
    bare = [{name: value for name, value in one.items() if name != "time"} for one in owners]
    return in_order([*kept, *({**one, "apiVersion": version, "fieldsV1": owned} for one in bare)])


def field(path: tuple[str, ...]) -> Object:
    """The set of the one field at a path."""
    found: Object = {}
    for name in reversed(path):
        found = {f"f:{name}": found}
    return found


def holds(entry: Object, owned: Object) -> bool:
    return bool(intersection(entry.get("fieldsV1") or {}, owned))


def manager_of(entry: Object) -> tuple[str, ...]:
    return entry.get("manager", ""), entry.get("operation", ""), entry.get("subresource", "")
