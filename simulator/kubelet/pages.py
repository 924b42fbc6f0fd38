"""What a kubelet answers on its port, which one reaches through `nodes/proxy`. Upstream: pkg/kubelet/server"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson

from simulator.api.errors import ServiceUnavailable
from simulator.api.requests import Response
from simulator.kernel.clock import timestamp
from simulator.kubelet.metrics import MetricsServer
from simulator.kubelet.records import RUNNING
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.runtime.errors import OSFailure

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

CONFIG, LOGS = "/var/lib/kubelet/config.yaml", "/var/log"
TEXT = {"content-type": "text/plain; charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}
PORT = 10250


class Pages:
    """The pages of the kubelets, by path."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def answer(self, node: str, path: str) -> Response:
        """A page of a node's kubelet. Raises `ServiceUnavailable` where it does not answer."""
        if node not in self._kubelet.nodes.names() or not self._kubelet.nodes.is_running(node):
            address = self._kubelet.nodes.address(node) if node in self._kubelet.nodes.names() else node
            why = f"dial tcp {address}:{PORT}: connect: connection refused"
            raise ServiceUnavailable(f"error trying to reach service: {why}")
        head, _, rest = path.lstrip("/").partition("/")
        page = PAGES.get(head)
        return page(self, node, rest) if page is not None else Response(404, "404 page not found\n", TEXT)

    def healthz(self, node: str, rest: str) -> Response:
        return Response(200, "ok", TEXT)

    def pods(self, node: str, rest: str) -> Response:
        """The Pods of the node as its kubelet knows them."""
        items = self._kubelet.client.indexed("pods", "node", node)
        return as_json({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items})

    def configz(self, node: str, rest: str) -> Response:
        files = self._kubelet.cluster.machines.volumes.view(self._kubelet.nodes.machine(node))
        try:
            found = yaml.load(files.text(CONFIG))
        except (OSFailure, yaml.YAMLError):
            found = {}
        shown = {name: value for name, value in found.items() if name not in ("apiVersion", "kind")}
        return as_json({"kubeletconfig": shown})

    def logs(self, node: str, rest: str) -> Response:
        """What lies in the node's `/var/log`: a folder as a list of links, a file as it is."""
        files = self._kubelet.cluster.machines.volumes.view(self._kubelet.nodes.machine(node))
        path = f"{LOGS}/{rest}".rstrip("/")
        try:
            if files.is_directory(path):
                names = [f"{name}/" if files.is_directory(f"{path}/{name}") else name for name in files.names(path)]
                links = "".join(f'<a href="{name}">{name}</a>\n' for name in sorted(names))
                return Response(200, f"<pre>\n{links}</pre>\n", HTML)
            return Response(200, files.read(path), TEXT)
        except OSFailure:
            return Response(404, "404 page not found\n", TEXT)

    def metrics(self, node: str, rest: str) -> Response:
        """A few of the kubelet's own measures."""
        pods = self._kubelet.client.indexed("pods", "node", node)
        rows = [row for pod in pods for row in self._kubelet.rows(pod).values()]
        running = sum(row["state"] == RUNNING for row in rows)
        state = '{container_state="running"}'
        measures = (
            ("kubelet_node_name", "The node's name. The count is always 1.", f'{{node="{node}"}}', 1),
            ("kubelet_running_containers", "Number of containers currently running", state, running),
            ("kubelet_running_pods", "Number of pods that have a running pod sandbox", "", len(pods)),
        )
        lines = [
            f"# HELP {name} [ALPHA] {about}\n# TYPE {name} gauge\n{name}{labels} {value}\n"
            for name, about, labels, value in measures
        ]
        return Response(200, "".join(lines), {"content-type": "text/plain; version=0.0.4; charset=utf-8"})

    def stats(self, node: str, rest: str) -> Response:
        if rest.rstrip("/") != "summary":
            return Response(404, "404 page not found\n", TEXT)
        server, now = MetricsServer(self._kubelet), timestamp(self._kubelet.clock.now)
        usage: Object = next((each["usage"] for each in server.nodes() if each["metadata"]["name"] == node), {})
        own = {pod["metadata"]["uid"]: pod for pod in self._kubelet.client.indexed("pods", "node", node)}
        named = {(pod["metadata"]["namespace"], pod["metadata"]["name"]): uid for uid, pod in own.items()}
        pods = [
            {
                "podRef": {**{k: found["metadata"][k] for k in ("name", "namespace")}, "uid": uid},
                "startTime": own[uid].get("status", {}).get("startTime"),
                "containers": [{"name": each["name"], **measured(each["usage"], now)} for each in found["containers"]],
            }
            for found in server.pods("")
            if (uid := named.get((found["metadata"]["namespace"], found["metadata"]["name"]))) is not None
        ]
        return as_json({"node": {"nodeName": node, **measured(usage, now)}, "pods": pods})


PAGES: dict[str, Callable[[Pages, str, str], Response]] = {
    "configz": Pages.configz,
    "healthz": Pages.healthz,
    "logs": Pages.logs,
    "metrics": Pages.metrics,
    "pods": Pages.pods,
    "stats": Pages.stats,
}


def measured(usage: Object, now: str) -> Object:
    """CPU and memory as the summary has them."""
    if not usage:
        return {}
    return {
        "cpu": {"time": now, "usageNanoCores": parse(usage["cpu"]).nanos},
        "memory": {"time": now, "workingSetBytes": parse(usage["memory"]).value()},
    }


def as_json(value: Object) -> Response:
    return Response(200, orjson.dumps(value), {"content-type": "application/json"})
