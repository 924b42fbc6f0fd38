"""`scale`: the replicas of a workload, in the one shape that serves every kind. Upstream: autoscaling/v1 Scale"""

from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, Conflict, Invalid
from simulator.api.requests import Response
from simulator.apiserver.custom.resource import CustomResource
from simulator.apiserver.encoding import object_answer
from simulator.kernel.state import thaw
from simulator.machinery.field import invalid
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.selectors import from_object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age
from simulator.resources.resource import Resource

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


PATHS = (("spec", "replicas"), ("status", "replicas"), ("spec", "selector"))
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
        return object_answer(write.request, SCALE, scale_of(obj, paths), server.clock.now)
    before = scale_of(obj, paths)
    after = server.patched(write, before) if write.route.verb == "patch" else server.body(write)
    if not isinstance(after, dict):
        raise BadRequest("the object provided is unrecognized (must be of type Scale)")
    version = at(after, "metadata", "resourceVersion")
    if version and version != obj["metadata"]["resourceVersion"]:
        raise Conflict(write.resource.plural, write.route.name, group=write.resource.group)
    replicas = at(after, "spec", "replicas", default=0)
    if not isinstance(replicas, int) or replicas < 0:
        error = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        raise Invalid("Scale", write.route.name, [error], group="autoscaling")
    wanted = thaw(changed(obj, paths[0], replicas))
    return Response(200, scale_of(server.writer.update(write, wanted, obj), paths))
