"""`pods/log`, `exec`, `attach` and `portforward`: handed to the kubelet of the Pod's node.

Upstream: pkg/registry/core/pod/{rest,strategy.go}
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, Invalid
from simulator.api.requests import Request, Response
from simulator.machinery.field import FieldError, forbidden, invalid
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

UPGRADE = {"connection": "Upgrade"}


def log(server: "APIServer", write: "Write") -> Response:
    """What a container has written, and with `follow` what it goes on to write."""
    pod = server.writer.find(write)
    errors = list(log_errors(write.request))
    if errors:
        raise Invalid("PodLogOptions", write.route.name, errors)
    request = with_container(pod, write.request)
    if not pod["spec"].get("nodeName"):
        return Response(200, "")
    text, stream = server.nodes.log(pod, request)
    return Response(200, text, {"content-type": "text/plain"}, stream)


def log_errors(request: Request) -> Iterator[FieldError]:
    """What may not be asked of a log. Upstream: ValidatePodLogOptions"""
    given = {name: request.parameter(name) for name in ("tailLines", "limitBytes", "sinceSeconds", "sinceTime")}
    numbers = {name: int(text) for name, text in given.items() if is_number(text)}
    if numbers.get("tailLines", 0) < 0:
        yield invalid("tailLines", numbers["tailLines"], "must be greater than or equal to 0")
    if numbers.get("limitBytes", 1) < 1:
        yield invalid("limitBytes", numbers["limitBytes"], "must be greater than 0")
    if given["sinceSeconds"] and given["sinceTime"]:
        yield forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified")
    elif numbers.get("sinceSeconds", 1) < 1:
        yield invalid("sinceSeconds", numbers["sinceSeconds"], "must be greater than 0")


def is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def execute(server: "APIServer", write: "Write") -> Response:
    """Run a command in a container."""
    pod = ready_to_connect(server, write)
    if not any(name == "command" for name, _ in write.request.query):
        raise BadRequest("you must specify at least 1 command for exec")
    request = with_container(pod, write.request)
    command = [value for name, value in request.query if name == "command"]
    server.writer.admit_connect(write, "PodExecOptions", {**streams(request), "command": command})
    return Response(101, b"", UPGRADE, server.nodes.execute(pod, request))


def attach(server: "APIServer", write: "Write") -> Response:
    """Look at what a container's first process writes, and speak to it."""
    pod = ready_to_connect(server, write)
    request = with_container(pod, write.request)
    server.writer.admit_connect(write, "PodAttachOptions", streams(request))
    return Response(101, b"", UPGRADE, server.nodes.attach(pod, request))


def port_forward(server: "APIServer", write: "Write") -> Response:
    """Reach the ports of a Pod."""
    pod = ready_to_connect(server, write)
    ports = [int(value) for name, value in write.request.query if name == "ports" and value.isdigit()]
    server.writer.admit_connect(write, "PodPortForwardOptions", {"ports": ports} if ports else {})
    return Response(101, b"", UPGRADE, server.nodes.port_forward(pod, write.request))


def streams(request: Request) -> Object:
    """Which streams of a container are asked for, as admission sees it."""
    found: Object = {name: True for name in ("stdin", "stdout", "stderr", "tty") if request.flag(name)}
    return {**found, "container": request.parameter("container")}


def ready_to_connect(server: "APIServer", write: "Write") -> Object:
    pod = server.writer.find(write)
    name = pod["metadata"]["name"]
    if at(pod, "status", "phase") in ("Succeeded", "Failed"):
        raise BadRequest(f"cannot exec into a container in a completed pod; current phase is {pod['status']['phase']}")
    if not pod["spec"].get("nodeName"):
        raise BadRequest(f"pod {name} does not have a host assigned")
    return pod


def with_container(pod: Object, request: Request) -> Request:
    """The request with the container it means named. Upstream: pkg/registry/core/pod/strategy.go validateContainer"""
    named = request.parameter("container")
    spec, name = pod["spec"], pod["metadata"]["name"]
    containers = [c["name"] for c in spec["containers"]]
    others = [c["name"] for field in ("initContainers", "ephemeralContainers") for c in spec.get(field) or ()]
    if named:
        if named not in containers + others:
            raise BadRequest(f"container {named} is not valid for pod {name}")
        return request
    if len(containers) == 1:
        chosen = containers[0]
    else:
        message = f"a container name must be specified for pod {name}, choose one of: [{' '.join(containers)}]"
        inits = [c["name"] for c in spec.get("initContainers") or ()]
        if inits:
            message += f" or one of the init containers: [{' '.join(inits)}]"
        raise BadRequest(message)
    return Request(request.method, request.path, (*request.query, ("container", chosen)), request.headers, request.body)
