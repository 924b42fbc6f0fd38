"""Groups that another server answers for: so far the one of the metrics server.

Upstream: kube-aggregator/pkg/apiserver/handler_proxy.go, metrics-server/pkg/api
"""

from typing import TYPE_CHECKING, Protocol

from simulator.api.errors import NotFound, ServiceUnavailable
from simulator.api.requests import Response
from simulator.apiserver.encoding import list_answer
from simulator.apiserver.selecting import predicate
from simulator.machinery.objects import Object, condition
from simulator.resources import metrics

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

API_SERVICES = "apiservices.apiregistration.k8s.io"


class MetricsAccess(Protocol):
    """What the API server asks of a metrics server."""

    def pods(self, namespace: str) -> list[Object]:
        """What the Pods of a namespace (or of all) used, as far as that has been measured."""
        ...

    def nodes(self) -> list[Object]:
        """What the nodes used."""
        ...


class NoMetrics:
    """Nobody measures."""

    def pods(self, namespace: str) -> list[Object]:
        return []

    def nodes(self) -> list[Object]:
        return []


def is_available(api_service: Object | None) -> bool:
    found = condition(api_service, "Available") if api_service is not None else None
    return found is not None and found["status"] == "True"


def measured(server: "APIServer", write: "Write") -> Response:
    """Answer for `metrics.k8s.io`, or say that nobody does."""
    if not is_available(server.read(API_SERVICES, ("", metrics.API_SERVICE))):
        asked = f"get {write.resource.name}"  # clients word it so, by the HTTP method
        raise ServiceUnavailable(f"the server is currently unable to handle the request ({asked})")
    where, resource = write.route, write.resource
    found = server.metrics.nodes() if resource is metrics.NODES else server.metrics.pods(where.namespace)
    if where.verb == "get":
        one = next((each for each in found if each["metadata"]["name"] == where.name), None)
        if one is None:
            name = f"{where.namespace}/{where.name}" if where.namespace else where.name
            raise NotFound(resource.singular, name, group=metrics.GROUP)
        return server.shown(write, one)
    fits = predicate(resource, write.request.parameter("labelSelector"), write.request.parameter("fieldSelector"))
    items = [each for each in found if fits(each)]
    response = list_answer(write.request, resource, items, {}, server.clock.now)
    if isinstance(response.body, dict) and "kind" not in response.body:
        head = {"kind": resource.list_kind, "apiVersion": resource.api_version(where.version)}
        return Response(200, {**head, **response.body})
    return response
