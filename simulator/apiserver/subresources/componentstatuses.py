"""`componentstatuses`: how the control plane is. Upstream: pkg/registry/core/componentstatus"""

from typing import TYPE_CHECKING

from simulator.api.errors import NotFound
from simulator.api.requests import Response
from simulator.apiserver.encoding import list_answer
from simulator.machinery.objects import Object

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

COMPONENTS = ("controller-manager", "etcd-0", "scheduler")


def component_status(server: "APIServer", write: "Write") -> Response:
    if write.route.verb == "get":
        if write.route.name not in COMPONENTS:
            raise NotFound("componentstatuses", write.route.name)
        return server.shown(write, status_of(write.route.name))
    items = [status_of(name) for name in COMPONENTS]
    response = list_answer(write.request, write.resource, items, {}, server.clock.now)
    if isinstance(response.body, dict) and "kind" not in response.body:
        return Response(200, {"kind": "ComponentStatusList", "apiVersion": "v1", **response.body})
    return response


def status_of(name: str) -> Object:
    condition = {"type": "Healthy", "status": "True", "message": "ok"}
    return {
        "kind": "ComponentStatus",
        "apiVersion": "v1",
        "metadata": {"name": name, "creationTimestamp": None},
        "conditions": [condition],
    }
