"""`scale`: the replicas of a workload, in the one shape that serves every kind. Upstream: autoscaling/v1 Scale"""

from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, Conflict, Invalid
from simulator.api.requests import Response
from simulator.kernel.state import thaw
from simulator.machinery.field import invalid
from simulator.machinery.objects import Object, at
from simulator.machinery.selectors import from_object

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


def scale_of(obj: Object) -> Object:
    """The Scale of a workload."""
    metadata = obj["metadata"]
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    selector = obj["spec"].get("selector")
    if isinstance(selector, dict) and not ("matchLabels" in selector or "matchExpressions" in selector):
        selector = {"matchLabels": selector}
    status: Object = {"replicas": at(obj, "status", "replicas", default=0)}
    if selector:
        status["selector"] = str(from_object(selector))
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: metadata[field] for field in kept if field in metadata},
        "spec": {"replicas": obj["spec"]["replicas"]} if obj["spec"].get("replicas") else {},
        "status": status,
    }


def scale(server: "APIServer", write: "Write") -> Response:
    """Read, replace or patch a Scale; a change is a change of the workload's `spec.replicas`."""
    obj = server.writer.find(write)
    if write.route.verb == "get":
        return Response(200, scale_of(obj))
    before = scale_of(obj)
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
    changed = thaw(obj)
    changed["spec"]["replicas"] = replicas
    return Response(200, scale_of(server.writer.update(write, changed, obj)))
