"""A world for tests about the network: objects by manifest, and what comes of a call, in a word."""

from simulator.api.requests import Request
from simulator.machinery import yaml
from simulator.network.resolver import is_address
from simulator.resources.registry import by_kind
from simulator.runtime.network import (
    HttpRequest,
    NameNotFound,
    NetworkFailure,
    Refused,
    ResolverTimedOut,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from simulator.world import World
from tests.kubelet.support import Object, send

SECOND = 1_000_000
WORDS: tuple[tuple[type[NetworkFailure], str], ...] = (
    (NameNotFound, "nxdomain"),
    (ResolverTimedOut, "no resolver"),
    (ServerFailed, "servfail"),
    (Refused, "refused"),
    (TimedOut, "timeout"),
    (Unreachable, "unreachable"),
)


def apply(world: World, manifest: str, seconds: float = 0) -> None:
    """Create the objects of a manifest, or replace those that are there."""
    for obj in yaml.load_all(manifest):
        resource = next(one for one in by_kind().values() if one.kind == obj["kind"] and one.is_stored)
        version = obj["apiVersion"]
        base = f"/apis/{version}" if "/" in version else f"/api/{version}"
        where = f"/namespaces/{obj['metadata'].setdefault('namespace', 'default')}" if resource.namespaced else ""
        path = f"{base}{where}/{resource.plural}"
        name = f"{path}/{obj['metadata']['name']}"
        if world.request(Request.to("GET", name)).status == 404:
            send(world, "POST", path, obj)
        else:
            send(world, "PATCH", name, obj, "application/merge-patch+json")
    world.advance(seconds)


def machine(world: World, where: str) -> str:
    """The machine of a Pod's only container (`namespace/name`), of a node (`node/NAME`), or the name as it is."""
    namespace, slash, name = where.partition("/")
    pod = world.cluster.store.get("pods", (namespace, name)) if slash else None
    if pod is None or world.cluster.kubelet is None:
        return where
    return str(
        world.cluster.kubelet.containers[pod["metadata"]["uid"], pod["spec"]["containers"][0]["name"]]["machine"]
    )


def call(world: World, where: str, url: str, seconds: float = 3, **headers: str) -> str:
    """The status that a GET over a new connection brings, or how it fails."""
    request = HttpRequest("GET", url, headers, timeout=round(seconds * SECOND))
    try:
        return str(world.network.request(machine(world, where), request).status)
    except NetworkFailure as failure:
        return next(word for kind, word in WORDS if isinstance(failure, kind))


def said(world: World, where: str, url: str, **headers: str) -> str:
    """The body of an answer."""
    request = HttpRequest("GET", url, headers, timeout=3 * SECOND)
    return world.network.request(machine(world, where), request).body.decode().strip()


def pod_ip(world: World, namespace: str, name: str) -> str:
    found = world.cluster.store.get("pods", (namespace, name))
    assert found is not None
    address = str(found["status"]["podIP"])
    assert is_address(address)
    return address


def web(
    name: str, namespace: str = "default", *, node: str = "", image: str = "kubelab/web:1.0", **labels: str
) -> Object:
    """A Pod of one web server that answers on 8080, a port called `http`."""
    container: Object = {"name": "c", "image": image, "ports": [{"name": "http", "containerPort": 8080}]}
    container["env"] = [{"name": "APP", "value": name}]
    spec: Object = {"containers": [container], **({"nodeName": node} if node else {})}
    metadata = {"name": name, "namespace": namespace, "labels": {"app": name, **labels}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
