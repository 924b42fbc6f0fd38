"""`pods/proxy`, `services/proxy`, `nodes/proxy`: HTTP through the API server to what listens in a Pod or on a node.

Upstream: pkg/registry/core/{pod,service}, apimachinery/pkg/util/proxy/upgradeaware.go
"""

from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, NotFound, ServiceUnavailable
from simulator.api.requests import Request, Response
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


def pod_proxy(server: "APIServer", write: "Write") -> Response:
    """Reach a port of a Pod, by default the first that it names."""
    name, port = named(write.route.name, "pod")
    server.writer.admit_connect(write, "PodProxyOptions", {"path": f"/{write.route.rest}"})
    pod = found(server, write, name)
    if not port:
        containers = pod["spec"]["containers"]
        port = next((str(each["ports"][0]["containerPort"]) for each in containers if each.get("ports")), "80")
    address = at(pod, "status", "podIP", default="")
    if not address:
        raise BadRequest(f"address not allowed: {quoted(address)}")
    return server.nodes.proxy(address, number(port), handed_on(write))


def service_proxy(server: "APIServer", write: "Write") -> Response:
    """Reach one of a Service's ready endpoints."""
    name, asked = named(write.route.name, "service")
    server.writer.admit_connect(write, "ServiceProxyOptions", {"path": f"/{write.route.rest}"})
    service = found(server, write, name)
    ports = service["spec"].get("ports") or []
    if asked.isdigit():
        known = next((each for each in ports if each["port"] == int(asked)), None)
        if known is None:
            raise ServiceUnavailable(f"no service port {asked} found for service {quoted(name)}")
        asked = known.get("name", "")
    for part in server.items(SLICES, write.route.namespace):
        if part["metadata"].get("labels", {}).get(SERVICE_NAME) != name:
            continue
        port = next((each["port"] for each in part.get("ports") or () if (each.get("name") or "") == asked), None)
        ready = [each for each in part.get("endpoints") or () if at(each, "conditions", "ready") is not False]
        if port is not None and ready:
            return server.nodes.proxy(ready[0]["addresses"][0], port, handed_on(write))
    raise ServiceUnavailable(f"no endpoints available for service {quoted(write.route.name)}")


def node_proxy(server: "APIServer", write: "Write") -> Response:
    """A page of a node's kubelet."""
    name, _ = named(write.route.name, "node")
    found(server, write, name)
    server.writer.admit_connect(write, "NodeProxyOptions", {"path": f"/{write.route.rest}"})
    return server.nodes.node(name, f"/{write.route.rest}")


def named(text: str, kind: str) -> tuple[str, str]:
    """Name and port of `name`, `name:port` or `scheme:name:port`. Upstream: SplitSchemeNamePort"""
    parts = text.split(":")
    if len(parts) == 3 and parts[0] in ("", "http", "https"):
        parts = parts[1:]
    if len(parts) > 2 or not parts[0]:
        raise BadRequest(f"invalid {kind} request {quoted(text)}")
    return parts[0], parts[1] if len(parts) == 2 else ""


def number(port: str) -> int:
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise BadRequest(f"invalid port: {quoted(port)}")
    return int(port)


def found(server: "APIServer", write: "Write", name: str) -> Object:
    obj = server.read(write.resource.key, (write.route.namespace, name))
    if obj is None:
        raise NotFound(write.resource.plural, name)
    return obj


def handed_on(write: "Write") -> Request:
    """The request as what is proxied to sees it."""
    request = write.request
    _, _, rest = request.path.partition(f"/{write.route.name}/proxy")
    return Request(request.method, rest or "/", request.query, request.headers, request.body)
