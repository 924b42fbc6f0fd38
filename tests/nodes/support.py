"""A world in which nodes and programs of the control plane come and go."""

from collections.abc import Iterator
from typing import Any

import orjson

from simulator.api.requests import Request, Response
from simulator.kubelet.kubelet import Kubelet
from simulator.spec import WorldSpec, lab
from simulator.world import World
from tests.world.actions import DEPLOYMENTS, deployment

type Object = dict[str, Any]

MANIFESTS, OFF = "/etc/kubernetes/manifests", "/etc/kubernetes/off"


class Lab:
    """A world, its first cluster, and short ways to what a person would look at."""

    def __init__(self, spec: WorldSpec | None = None) -> None:
        self.world = World.boot(spec or lab())
        self.cluster = self.world.cluster

    @property
    def kubelet(self) -> Kubelet:
        assert self.cluster.kubelet is not None
        return self.cluster.kubelet

    def ask(self, method: str, path: str, body: Object | None = None, kind: str = "application/json") -> Response:
        content = b"" if body is None else orjson.dumps(body)
        return self.world.request(Request.to(method, path, headers={"content-type": kind}, body=content))

    def deploy(self, name: str, replicas: int = 1, image: str = "nginx:1.29") -> None:
        answer = self.ask("POST", DEPLOYMENTS, deployment(name, image, replicas))
        assert answer.status == 201, answer.body

    def pods(self, name: str) -> list[Object]:
        found = self.cluster.store.list("pods", "default")
        return [pod for pod in found if pod["metadata"]["labels"].get("app") == name]

    def ready(self, name: str) -> int:
        return sum(self.condition(pod, "Ready") == "True" for pod in self.pods(name))

    def system(self, name: str) -> Object | None:
        return self.cluster.store.get("pods", ("kube-system", name))

    def node(self, name: str) -> Object:
        found = self.cluster.store.get("nodes", ("", name))
        assert found is not None
        return found

    @staticmethod
    def condition(obj: Object, kind: str, field: str = "status") -> str:
        found = (one for one in obj["status"].get("conditions") or () if one["type"] == kind)
        return str(next(found, {}).get(field, ""))

    def files(self, node: str = "cp-1") -> Any:
        return self.world.machines.volumes.view(self.kubelet.nodes.machine(node))

    def stop(self, program: str, node: str = "cp-1", seconds: float = 5) -> None:
        """Move a manifest away."""
        files = self.files(node)
        if not files.exists(OFF):
            files.make_directory(OFF)
        files.rename(f"{MANIFESTS}/{program}.yaml", f"{OFF}/{program}.yaml")
        self.world.advance(seconds)

    def start(self, program: str, node: str = "cp-1", seconds: float = 40) -> None:
        self.files(node).rename(f"{OFF}/{program}.yaml", f"{MANIFESTS}/{program}.yaml")
        self.world.advance(seconds)

    def edit(self, program: str, old: str, new: str, node: str = "cp-1", seconds: float = 40) -> None:
        """Change a manifest in place."""
        path = f"{MANIFESTS}/{program}.yaml"
        text = self.files(node).text(path)
        assert old in text
        self.files(node).write(path, text.replace(old, new))
        self.world.advance(seconds)

    def events(self, about: str, namespace: str = "default") -> Iterator[str]:
        for event in self.cluster.store.list("events", namespace):
            if event["involvedObject"]["name"] == about:
                yield f"{event['type']} {event['reason']}: {event['message']}"

    def log(self, name: str, container: str, **query: str) -> str:
        asked = "&".join(f"{key}={value}" for key, value in {"container": container, **query}.items())
        answer = self.ask("GET", f"/api/v1/namespaces/kube-system/pods/{name}/log?{asked}")
        assert answer.status == 200, answer.body
        return answer.body.decode() if isinstance(answer.body, bytes) else str(answer.body)
