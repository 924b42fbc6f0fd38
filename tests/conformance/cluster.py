"""A booted cluster as its users see it: an API, Pods to look into, a terminal with kubectl, and time."""

from collections.abc import Callable
from typing import Any

import orjson

from simulator.api.requests import Request, Response
from simulator.machinery.objects import Object
from simulator.world import World
from tests.apiserver.api import KINDS, Watch
from tests.kubelet.support import command

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.56"
NGINX = "nginx:1.29"
SHELL = "kubelab/shell:1.0"
DEFAULT = "/api/v1/namespaces/default"
PODS = f"{DEFAULT}/pods"
SERVICES = f"{DEFAULT}/services"
CONFIG_MAPS = f"{DEFAULT}/configmaps"
SECRETS = f"{DEFAULT}/secrets"
APPS = "/apis/apps/v1/namespaces/default"
BATCH = "/apis/batch/v1/namespaces/default"


class Cluster:
    """A cluster of one control-plane node and three workers. Answers are bodies; a refusal fails the test unless it
    was asked for."""

    def __init__(self) -> None:
        self.world = World.boot()

    # The API.

    def request(self, method: str, url: str, body: Any = None, **headers: str) -> Response:
        sent = {"content-type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}
        data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        return self.world.request(Request.to(method, url, headers=sent, body=data))

    def send(self, method: str, url: str, body: Any = None, **headers: str) -> Any:
        response = self.request(method, url, body, **headers)
        assert response.status < 400, (method, url, response.body)
        return response.body

    def refused(self, method: str, url: str, body: Any = None, **headers: str) -> Object:
        """The Status of a request that must fail."""
        response = self.request(method, url, body, **headers)
        assert response.status >= 400, (method, url, response.body)
        assert isinstance(response.body, dict)
        return response.body

    def get(self, url: str, **headers: str) -> Any:
        return self.send("GET", url, **headers)

    def items(self, url: str) -> list[Object]:
        found: list[Object] = self.get(url)["items"]
        return found

    def names(self, url: str) -> list[str]:
        return [item["metadata"]["name"] for item in self.items(url)]

    def create(self, url: str, obj: Object) -> Any:
        return self.send("POST", url, obj)

    def update(self, url: str, obj: Object) -> Any:
        return self.send("PUT", url, obj)

    def change(self, url: str, change: Callable[[Object], Any]) -> Any:
        """Read, change, write."""
        found = orjson.loads(orjson.dumps(self.get(url)))
        change(found)
        return self.update(url, found)

    def patch(self, url: str, patch: Any, kind: str = "merge") -> Any:
        return self.send("PATCH", url, patch, content_type=KINDS[kind])

    def delete(self, url: str, **options: Any) -> Any:
        return self.send("DELETE", url, options or None)

    def gone(self, url: str) -> bool:
        return self.request("GET", url).status == 404

    def watch(self, url: str) -> Watch:
        """A watch on what happens from now on, or since the resource version that the address names."""
        joint = "&" if "?" in url else "?"
        if "resourceVersion=" not in url:
            url, joint = f"{url}{joint}resourceVersion={self.get(url)['metadata']['resourceVersion']}", "&"
        response = self.request("GET", f"{url}{joint}watch=true")
        assert response.stream is not None, response.body
        return Watch(self.world, response.stream)

    # Time.

    def advance(self, seconds: float) -> None:
        self.world.advance(seconds)

    def until[T](self, look: Callable[[], T], seconds: float = 60, step: float = 0.5) -> T:
        """Let time pass until it holds, and give what was seen; fails when it does not within so many seconds."""
        for _ in range(int(seconds / step) + 1):
            if seen := look():
                return seen
            self.world.advance(step)
        raise AssertionError(f"still not so after {seconds} s: {look()!r}")

    def always(self, look: Callable[[], Any], seconds: float, step: float = 1) -> None:
        """It holds, and keeps holding."""
        for _ in range(int(seconds / step) + 1):
            assert look()
            self.world.advance(step)

    # Pods.

    def run(self, pod: Object, seconds: float = 60) -> Object:
        """Create a Pod and wait until it is ready."""
        url = f"{PODS}/{self.create(PODS, pod)['metadata']['name']}"
        self.until(lambda: self.is_ready(url), seconds)
        found: Object = self.get(url)
        return found

    def finish(self, pod: Object, phase: str = "Succeeded", seconds: float = 60) -> str:
        """Create a Pod, wait for its end, and give what its first container wrote."""
        name = self.create(PODS, pod)["metadata"]["name"]
        self.until(lambda: self.get(f"{PODS}/{name}")["status"]["phase"] in ("Succeeded", "Failed"), seconds)
        assert self.get(f"{PODS}/{name}")["status"]["phase"] == phase
        return self.logs(name, f"container={pod['spec']['containers'][0]['name']}")

    def is_ready(self, url: str) -> bool:
        conditions = self.get(url).get("status", {}).get("conditions", ())
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def logs(self, name: str, query: str = "", namespace: str = "default") -> str:
        body = self.get(f"/api/v1/namespaces/{namespace}/pods/{name}/log?{query}")
        return body.decode() if isinstance(body, bytes) else str(body)

    def execute(self, name: str, *words: str, container: str = "c", seconds: float = 30) -> str:
        """What a command in a container writes; it must succeed."""
        said, code = self.attempt(name, *words, container=container, seconds=seconds)
        assert code == 0, (words, said, code)
        return said

    def attempt(self, name: str, *words: str, container: str = "c", seconds: float = 30) -> tuple[str, int | None]:
        uid = self.get(f"{PODS}/{name}")["metadata"]["uid"]
        kubelet = self.world.cluster.kubelet
        assert kubelet is not None
        return command(self.world, kubelet.containers[uid, container]["machine"], *words, seconds=seconds)

    # The terminal.

    def shell(self, script: str, *, code: int = 0, seconds: float = 60) -> str:
        """What a script at the workstation writes; it must end with this exit code."""
        said, ended = command(self.world, "workstation", "sh", "-c", script, seconds=seconds)
        assert ended == code, (script, said, ended)
        return said


def named(api_version: str, kind: str, name: str, labels: Object | None = None, **fields: Any) -> Object:
    metadata: Object = {"name": name, "labels": labels} if labels else {"name": name}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def pod(name: str, *command: str, image: str = SHELL, labels: Object | None = None, **fields: Any) -> Object:
    """A Pod of one container `c`; `fields` go to the container, or where they are the Pod's, to its spec."""
    of_pod = {key: fields.pop(key) for key in list(fields) if key in POD_FIELDS}
    container: Object = {"name": "c", "image": image, **fields}
    if command:
        container["command"] = list(command)
    return named("v1", "Pod", name, labels or {"name": name}, spec={"containers": [container], **of_pod})


POD_FIELDS = frozenset({
    "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "containers", "dnsConfig", "dnsPolicy",
    "hostAliases", "hostNetwork", "hostname", "initContainers", "nodeName", "nodeSelector", "overhead",
    "priorityClassName", "restartPolicy", "runtimeClassName", "securityContext", "serviceAccountName", "subdomain",
    "terminationGracePeriodSeconds", "tolerations", "volumes",
})  # fmt: skip


def once(name: str, script: str, **fields: Any) -> Object:
    """A Pod that runs a script and ends."""
    return pod(name, "sh", "-c", script, restartPolicy="Never", **fields)


def workload(kind: str, name: str, replicas: int | None = 1, *, image: str = NGINX, **spec: Any) -> Object:
    """A Deployment, ReplicaSet, StatefulSet or DaemonSet whose Pods carry `app: NAME`."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": image}]}}
    whole = {"selector": {"matchLabels": labels}, "template": template, **spec}
    if replicas is not None:
        whole["replicas"] = replicas
    return named("apps/v1", kind, name, labels, spec=whole)


def replication_controller(name: str, replicas: int = 1, *, image: str = NGINX, **spec: Any) -> Object:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": image}]}}
    whole = {"replicas": replicas, "selector": labels, "template": template, **spec}
    return named("v1", "ReplicationController", name, labels, spec=whole)


def service(name: str, ports: list[Object] | None = None, **spec: Any) -> Object:
    whole = {"selector": {"name": name}, "ports": ports or [{"port": 80}], **spec}
    return named("v1", "Service", name, spec=whole)


def owners(obj: Object) -> list[str]:
    return [one["name"] for one in obj["metadata"].get("ownerReferences", ())]
