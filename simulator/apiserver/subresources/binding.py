"""`pods/binding` and `bindings`: gives a Pod its node. Upstream: pkg/registry/core/pod/storage BindingREST"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, Conflict, NotFound, Unexplained
from simulator.api.requests import Response
from simulator.kernel.clock import timestamp
from simulator.machinery.field import FieldError, not_supported, required
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


def binding(server: "APIServer", write: "Write") -> Response:
    """Assign a Pod to the node the Binding names."""
    body = server.body(write)
    name = at(body, "metadata", "name", default="")
    if write.route.resource == "pods" and name != write.route.name:
        raise BadRequest("name in URL does not match name in Binding object")
    node, errors = at(body, "target", "name", default=""), list(errors_of(body))
    if errors:
        shown = ", ".join(map(str, errors))
        raise Unexplained(shown if len(errors) == 1 else f"[{shown}]")
    pod = server.read("pods", (write.route.namespace, name))
    if pod is None:
        raise NotFound("pods", name)
    if pod["metadata"].get("deletionTimestamp"):
        raise Conflict("pods/binding", name, f"pod {name} is being deleted, cannot be assigned to a host")
    if pod["spec"].get("nodeName"):
        raise Conflict("pods/binding", name, f'pod {name} is already assigned to node "{pod["spec"]["nodeName"]}"')
    server.trusted_update("pods", bound(pod, node, server.clock.now), write.manager, "binding")
    return Response(201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})


def errors_of(binding: Object) -> Iterator[FieldError]:
    """What is wrong with a Binding. Upstream: ValidatePodBinding"""
    kind = at(binding, "target", "kind", default="")
    if kind not in ("", "Node"):
        yield not_supported("target.kind", kind, ("Node", "<empty>"))
    if not at(binding, "target", "name", default=""):
        yield required("target.name")


def bound(pod: Object, node: str, now: int) -> Object:
    """A Pod with its node, and the condition that says so."""
    conditions = [entry for entry in at(pod, "status", "conditions", default=()) if entry["type"] != "PodScheduled"]
    scheduled = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": timestamp(now)}
    status = {**pod.get("status", {}), "conditions": [*conditions, scheduled]}
    return {**pod, "spec": {**pod["spec"], "nodeName": node}, "status": status}
