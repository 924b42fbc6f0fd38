"""`pods/proxy`, `services/proxy`, `nodes/proxy`: HTTP through the API server to what listens in a Pod or on a node.

Upstream: pkg/registry/core/{pod,service,node}
"""

from typing import TYPE_CHECKING, Any

from simulator.api.errors import BadRequest, NotFound, ServiceUnavailable
from simulator.api.requests import Request, Response
from simulator.apiserver.subresources.proxied import through
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

KUBELET = 10250
SCHEMES = ("", "http", "https")
MOST_PORT = 65535


def pod_proxy(server: "APIServer", write: "Write") -> Response:
    """Reach a port of a Pod, by default the first that it names."""
    server.writer.admit_connect(write, "PodProxyOptions", {"path": f"/{write.route.rest}"})
    scheme, name, port = named(write.route.name, "pod")
    pod = found(server, write, name)
    if not port:
        containers = pod["spec"]["containers"]
        port = next((str(each["ports"][0]["containerPort"]) for each in containers if each.get("ports")), "")
    address = at(pod, "status", "podIP", default="")
    if not address:
        raise BadRequest("address not allowed")
    return reach(server, write, scheme, address, port)


def service_proxy(server: "APIServer", write: "Write") -> Response:
    """Reach one of a Service's Pods that are ready; what stands in Endpoints by hand is not believed."""
    server.writer.admit_connect(write, "ServiceProxyOptions", {"path": f"/{write.route.rest}"})
    scheme, name, asked = named(write.route.name, "service")
    if asked.isdigit():
        ports = found(server, write, name)["spec"].get("ports") or []
        known = next((each for each in ports if each["port"] == int(asked)), None)
        if known is None:
            raise ServiceUnavailable(f"no service port {asked} found for service {quoted(name)}")
        asked = known.get("name", "")
    endpoints = server.read("endpoints", (write.route.namespace, name))
    if endpoints is None:
        raise NotFound("endpoints", name)
    subsets = endpoints.get("subsets") or []
    if not subsets:
        raise ServiceUnavailable(f"no endpoints available for service {quoted(name)}")
    for subset in turned(server, subsets):
        port = next((one["port"] for one in subset.get("ports") or () if (one.get("name") or "") == asked), None)
        addresses = (subset.get("addresses") or []) if port is not None else []
        for address in turned(server, addresses):
            if is_of_a_pod(server, write.route.namespace, address):
                return reach(server, write, scheme, address["ip"], str(port))
    raise ServiceUnavailable(f"no endpoints available for service {quoted(write.route.name)}")


def turned(server: "APIServer", items: list[Any]) -> list[Any]:
    """All of some, beginning with any of them."""
    first = server.kernel.random.below("service proxy", len(items)) if len(items) > 1 else 0
    return [*items[first:], *items[:first]]


def is_of_a_pod(server: "APIServer", namespace: str, address: Object) -> bool:
    """Upstream: isValidAddress"""
    target = address.get("targetRef")
    if target is None or target.get("namespace") != namespace:
        return False
    pod = server.read("pods", (namespace, target.get("name", "")))
    return pod is not None and any(one["ip"] == address["ip"] for one in at(pod, "status", "podIPs", default=()))


def node_proxy(server: "APIServer", write: "Write") -> Response:
    """A page of a node's kubelet, or what else listens on the node."""
    server.writer.admit_connect(write, "NodeProxyOptions", {"path": f"/{write.route.rest}"})
    scheme, name, port = named(write.route.name, "node")
    node = found(server, write, name)
    if port in ("", str(KUBELET)):
        address = f"https://{internal(node)}:{KUBELET}"
        return through(server, write, address, lambda asked: server.nodes.node(name, asked.path))
    return reach(server, write, scheme, internal(node), port)


def internal(node: Object) -> str:
    """The address at which the API server looks for a kubelet."""
    known = at(node, "status", "addresses", default=())
    found = next((one["address"] for one in known if one["type"] == "InternalIP"), node["metadata"]["name"])
    return str(found)


def named(text: str, kind: str) -> tuple[str, str, str]:
    """Scheme, name and port of `name`, `name:port` or `scheme:name:port`. Upstream: SplitSchemeNamePort"""
    parts = text.split(":")
    scheme, name, port = parts if len(parts) == 3 else ("", *parts, "")[:3]
    if len(parts) > 3 or not name or scheme not in SCHEMES:
        raise BadRequest(f"invalid {kind} request {quoted(text)}")
    return scheme, name, port


def reach(server: "APIServer", write: "Write", scheme: str, address: str, port: str) -> Response:
    """Hand the request on to an address."""
    if port and not (port.isascii() and port.isdigit()):
        page = "This request caused apiserver to panic. Look in the logs for details.\n"
        return Response(500, page, {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"})
    if port and int(port) > MOST_PORT:
        raise ServiceUnavailable(f"error trying to reach service: dial tcp: address {port}: invalid port")
    number = int(port) if port else 443 if scheme == "https" else 80
    place = f"{scheme or 'http'}://{address}" + (f":{port}" if port else "")

    def ask(asked: Request) -> Response:
        return server.nodes.proxy(address, number, asked, encrypted=scheme == "https")

    return through(server, write, place, ask)


def found(server: "APIServer", write: "Write", name: str) -> Object:
    obj = server.read(write.resource.key, (write.route.namespace, name))
    if obj is None:
        raise NotFound(write.resource.plural, name)
    return obj
