"""A cluster's API as a client speaks to it, for the tests of the API server."""

import json
from typing import Any

from simulator.api.requests import Polled, Request, Response
from simulator.machinery.objects import Object
from simulator.spec import lab
from simulator.world import World

KINDS = {
    "apply": "application/apply-patch+yaml",
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


class API:
    """Sends requests; answers are status and body."""

    def __init__(self, world: World) -> None:
        self.world = world

    def request(self, method: str, url: str, body: Any = None, **headers: str) -> Response:
        sent = {
            "content-type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.world.request(Request.to(method, url, headers=sent, body=data))

    def body(self, method: str, url: str, body: Any = None, **headers: str) -> Any:
        return self.request(method, url, body, **headers).body

    def get(self, url: str, **headers: str) -> Any:
        return self.body("GET", url, **headers)

    def create(self, url: str, obj: Object, **headers: str) -> Any:
        return self.body("POST", url, obj, **headers)

    def patch(self, kind: str, url: str, patch: Any, **headers: str) -> Any:
        return self.body("PATCH", url, patch, content_type=KINDS[kind], **headers)

    def delete(self, url: str, options: Object | None = None) -> Any:
        return self.body("DELETE", url, options)

    def watch(self, url: str, **headers: str) -> "Watch":
        response = self.request("GET", url, **headers)
        assert response.stream is not None, response.body
        return Watch(self.world, response.stream)


class Watch:
    """An open watch; `events` are those since one last looked."""

    def __init__(self, world: World, stream: Any) -> None:
        self.world = world
        self.stream = stream

    def events(self) -> list[tuple[str, Any]]:
        assert self.stream is not None, "the watch has ended"
        polled: Polled = self.world.poll(self.stream)
        self.stream = polled.stream
        return [(event["type"], event["object"]) for _, event in polled.chunks if isinstance(event, dict)]

    def names(self) -> list[str]:
        return [f"{kind} {obj['metadata'].get('name', obj['kind'])}" for kind, obj in self.events()]


def frozen_world() -> World:
    """A control plane without nodes, whose stored objects refuse to be changed in place."""
    return World.boot(lab(0, with_control_plane=False, without=("kubelet", "scheduler")))


def config_map(name: str, **fields: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **fields}


def pod(name: str, **fields: Any) -> Object:
    containers = [{"name": "c", "image": "nginx"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers, **fields}}


def deployment(name: str, *, replicas: int = 1) -> Object:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
