"""What lies on a node's disk before anybody writes to it, and what shows the kubelet's own work.

Upstream: kubeadm's phases, pkg/kubelet/kuberuntime/logs, packages' kubelet.service
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator.apiserver.audit.events import PATH as AUDIT_LOG
from simulator.apiserver.audit.events import log
from simulator.kernel.clock import SECOND
from simulator.kubelet.records import Row
from simulator.nodeshell.files import node_files
from simulator.runtime.nodes import Index, Node, directory, file, index, link

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

LAYERS = ("devices", "debian", "node")
POD_LOGS, CONTAINER_LOGS, PODS = "/var/log/pods", "/var/log/containers", "/var/lib/kubelet/pods"
LIVE = (POD_LOGS, CONTAINER_LOGS, PODS)
API_LOGS = AUDIT_LOG.rpartition("/")[0]


class NodeDisk(dict[str, dict[str, Node]]):
    """The lower layers of a node's disk: directory → name → file. Some folders are worked out when they are read."""

    def __init__(self, kubelet: "Kubelet", node: str) -> None:
        super().__init__(index(LAYERS))
        self._kubelet = kubelet
        self._node = node
        for path, made in node_files(kubelet.cluster, node).items():
            self._place(path, made)
        control_plane = kubelet.cluster.control_plane
        if control_plane is not None and node in control_plane.nodes:
            self._place(API_LOGS, directory(mode=0o700))

    def _place(self, path: str, made: Node) -> None:
        """Put a file over the system's, without touching what other nodes share."""
        above, _, name = path.rpartition("/")
        above = above or "/"
        if above != "/" and above not in self:
            self._place(above, directory())
        self[above] = {**self.get(above, {}), name: made}
        if made["kind"] == "directory":
            self.setdefault(path, {})

    def get(self, path: str, default: Any = None) -> Any:
        if API_LOGS in self and (control_plane := self._kubelet.cluster.control_plane) is not None:
            folder, _, name = control_plane.audit_log.rpartition("/")
            if path == folder and name:
                cluster = self._kubelet.cluster
                content = log(cluster.server.audit, cluster.release)
                return {**super().get(path, {}), name: file(content, mode=0o600)}
        if path.startswith(LIVE):
            for root, show in ((POD_LOGS, self._logs), (CONTAINER_LOGS, self._links), (PODS, self._pods)):
                if path == root or path.startswith(f"{root}/"):
                    return show(path.removeprefix(root).strip("/").split("/") if path != root else [])
        return super().get(path, default)

    # What the kubelet knows.

    def _rows(self) -> list[tuple[str, Row]]:
        return [(uid, row) for uid, row in self._kubelet.pods.rows.items() if row["node"] == self._node]

    def _containers(self, uid: str) -> list[tuple[str, Row]]:
        rows = self._kubelet.containers.rows.items()
        return [(name, row) for (owner, name), row in rows if owner == uid and row.get("machine")]

    def _logs(self, parts: list[str]) -> dict[str, Node]:
        if not parts:
            return {folder_of(uid, row): directory() for uid, row in self._rows()}
        uid = next((uid for uid, row in self._rows() if folder_of(uid, row) == parts[0]), None)
        if uid is None or len(parts) > 2:
            return {}
        if len(parts) == 1:
            return {name: directory() for name, _ in self._containers(uid)}
        row = dict(self._containers(uid)).get(parts[1])
        return {} if row is None else self._log_files(row["machine"])

    def _log_files(self, machine: str) -> dict[str, Node]:
        base, _, last = machine.rpartition("/")
        machines = self._kubelet.cluster.machines
        found = {}
        for attempt in (int(last) - 1, int(last)):
            name = f"{base}/{attempt}"
            if attempt >= 0 and machines.rows.get(name) is not None:
                found[f"{attempt}.log"] = self._log(name)
        return found

    def _log(self, name: str) -> Node:
        """A container's log as the runtime writes it: `2026-11-02T09:00:00.000000000Z stdout F text`."""
        lines, _ = self._kubelet.cluster.machines.log(name)
        text = "".join(
            f"{nanoseconds(when)} {stream} {'F' if words.endswith(chr(10)) else 'P'} {words.rstrip(chr(10))}\n"
            for when, stream, words in lines
        )
        modified = lines[-1][0] if lines else self._kubelet.clock.now
        return file(text.encode("utf-8", "surrogateescape"), mode=0o640, modified=modified)

    def _links(self, parts: list[str]) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for uid, pod in self._rows() if not parts else ():
            for name, row in self._containers(uid):
                attempt = row["machine"].rpartition("/")[2]
                target = f"{POD_LOGS}/{folder_of(uid, pod)}/{name}/{attempt}.log"
                found[f"{pod['name']}_{pod['namespace']}_{name}-{row['id']}.log"] = link(target)
        return found

    def _pods(self, parts: list[str]) -> dict[str, Node]:
        if not parts:
            return {uid: directory(mode=0o750) for uid, _ in self._rows()}
        uid = parts[0]
        found = self._kubelet.known(uid)
        if found is None or found[1]["node"] != self._node:
            return {}
        if len(parts) == 1:
            hosts = file("# Kubernetes-managed hosts file.\n")
            return {name: directory(mode=0o750) for name in ("containers", "plugins", "volumes")} | {"etc-hosts": hosts}
        if parts[1:] == ["containers"]:
            return {name: directory(mode=0o750) for name, _ in self._containers(uid)}
        if parts[1] == "volumes":
            return self._volumes(found[0], parts[2:])
        return {}

    def _volumes(self, pod: dict[str, Any], parts: list[str]) -> dict[str, Node]:
        """The Pod's own volumes by plugin and name, and what is in them."""
        kubelet = self._kubelet
        by_plugin: dict[str, dict[str, str]] = {}
        for volume in pod["spec"].get("volumes") or ():
            kind = next((kind for kind in PLUGINS if kind in volume), "")
            if kind:
                by_plugin.setdefault(PLUGINS[kind], {})[volume["name"]] = kubelet.volumes.tree(pod, volume)
        if not parts:
            return {plugin: directory(mode=0o750) for plugin in by_plugin}
        volumes = by_plugin.get(parts[0], {})
        if len(parts) == 1:
            return {name: directory(mode=0o777) for name in volumes}
        tree = volumes.get(parts[1])
        if tree is None:
            return {}
        inner = "/" + "/".join(parts[2:])
        shown = kubelet.cluster.machines.volumes.folder(tree, inner) or {}
        return {name: node for name, node in shown.items() if node is not None}


PLUGINS = {
    "emptyDir": "kubernetes.io~empty-dir",
    "configMap": "kubernetes.io~configmap",
    "secret": "kubernetes.io~secret",
    "projected": "kubernetes.io~projected",
    "downwardAPI": "kubernetes.io~downward-api",
    "persistentVolumeClaim": "kubernetes.io~csi",
}


def folder_of(uid: str, row: Row) -> str:
    return f"{row['namespace']}_{row['name']}_{uid}"


def nanoseconds(when: int) -> str:
    return f"{datetime.fromtimestamp(when // SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{when % SECOND:06d}000Z"


def bases(kubelet: "Kubelet") -> Callable[[str], Index | None]:
    """What lies below the disks of a cluster's nodes, by volume; made when it is first looked at."""
    made: dict[str, NodeDisk] = {}
    prefix = f"{kubelet.kernel.scope}node/"

    def base(volume: str) -> Index | None:
        if not volume.startswith(prefix):
            return None
        name = volume.removeprefix(prefix)
        if volume not in made:
            if not kubelet.nodes.knows(name):
                return None
            made[volume] = NodeDisk(kubelet, name)
        return made[volume]

    return base
