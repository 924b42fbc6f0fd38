"""Static Pods: those that a kubelet reads from files on its node, and their mirrors in the API.

Upstream: pkg/kubelet/config/file.go, pkg/kubelet/pod/mirror_client.go
"""

from hashlib import md5
from typing import TYPE_CHECKING

from simulator.api.errors import APIError
from simulator.apiserver.decoding import decode_object
from simulator.kernel.clock import MILLISECOND, SECOND, timestamp
from simulator.kernel.state import Table
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.resources.common.quality import quality_of_service

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.kubelet.kubelet import Kubelet

MIRROR = "kubernetes.io/config.mirror"
HASH = "kubernetes.io/config.hash"
SEEN = "kubernetes.io/config.seen"
SOURCE = "kubernetes.io/config.source"
NOTICE = 900 * MILLISECOND
"""How long after a change of the folder the kubelet has dealt with it."""
LARGEST = 256 << 10
"""The most bytes of a manifest."""
MIRROR_RETRY = 5 * SECOND
EVERYWHERE = {"effect": "NoExecute", "operator": "Exists"}


def uid_of(pod: Object) -> str:
    """Under which uid the kubelet knows a Pod: that of its file, for the mirror of a static one."""
    annotations = pod["metadata"].get("annotations")
    if annotations and MIRROR in annotations:
        return str(annotations[MIRROR])
    return str(pod["metadata"]["uid"])


class StaticPods:
    """What the manifests on every node ask for. Tables: `static` (uid → Pod, with its status), `static-files`
    (node → how each file was read)."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self.pods: Table[str, Object] = kubelet.table("static")
        self._files: Table[str, tuple[tuple[str, str], ...]] = kubelet.table("static-files")
        self._due: Table[str, int] = kubelet.table("static-due")

    def on_node(self, node: str) -> list[Object]:
        return [pod for pod in self.pods.rows.values() if pod["spec"]["nodeName"] == node]

    # The files.

    def folder(self, node: str) -> str:
        """Where a node's kubelet looks for manifests."""
        return str(self._kubelet.nodes.settings(node).get("staticPodPath") or "")

    def watch(self, node: str) -> None:
        """Hear of changes in the folder, and read it as it is."""
        volumes = self._kubelet.cluster.machines.volumes
        folder = self.folder(node)
        if folder:
            key = self._kubelet.nodes.machine(node), folder.rstrip("/") or "/"
            volumes.watched[key] = lambda: self.notice(node)

    def notice(self, node: str) -> None:
        """Something in the folder changed: read it a moment later."""
        due = self._due.get(node)
        now = self._kubelet.clock.now
        if due is None or due < now:
            self._due.put(node, now + NOTICE)
            self._kubelet.later(NOTICE, "static.read", node)

    def read(self, node: str) -> None:
        """Compare the files with what runs; start what is new, end what is gone."""
        kubelet = self._kubelet
        if not kubelet.nodes.is_running(node):
            return
        wanted = self._wanted(node)
        for pod in self.on_node(node):
            uid = pod["metadata"]["uid"]
            if uid not in wanted and "deletionTimestamp" not in pod["metadata"]:
                self._end(pod)
        for uid, pod in wanted.items():
            known = self.pods.get(uid)
            if known is None:
                self.pods.put(uid, pod)
                self._begin(pod)

    def _wanted(self, node: str) -> dict[str, Object]:
        kubelet = self._kubelet
        folder = self.folder(node)
        view = kubelet.cluster.machines.volumes.view(kubelet.nodes.machine(node))
        found: dict[str, Object] = {}
        outcomes: list[tuple[str, str]] = []
        for name in view.names(folder) if folder and view.is_directory(folder) else ():
            path = f"{folder.rstrip('/')}/{name}"
            if name.startswith(".") or not view.is_file(path):
                continue
            if len(found) >= kubelet.nodes.row(node)["spec"]["pods"]:
                break  # as many as a node may have
            pod, trouble = parsed(kubelet.cluster.server, view.read(path), node)
            outcomes.append((path, trouble))
            if pod is not None:
                seen = {SEEN: timestamp(kubelet.clock.now), SOURCE: "file"}
                annotations = {**(pod["metadata"].get("annotations") or {}), HASH: pod["metadata"]["uid"], **seen}
                found[pod["metadata"]["uid"]] = {**pod, "metadata": {**pod["metadata"], "annotations": annotations}}
        before = dict(self._files.get(node) or ())
        for path, trouble in outcomes:
            if trouble and before.get(path) != trouble:
                text = f'"Could not process manifest file" err="{path}: {trouble}" path="{path}"'
                kubelet.nodes.journal.klog(node, "E", "file.go:187", text)
        self._files.put(node, tuple(outcomes))
        return found

    def _begin(self, pod: Object) -> None:
        """Start a Pod, once the one of the same name that it replaces is gone."""
        if self._predecessor(pod) is None:
            self.mirror(pod["metadata"]["uid"])
            self._kubelet.wake(pod["metadata"]["uid"], pod)

    def _predecessor(self, pod: Object) -> Object | None:
        metadata = pod["metadata"]
        for other in self.on_node(pod["spec"]["nodeName"]):
            about = other["metadata"]
            same = (about["namespace"], about["name"]) == (metadata["namespace"], metadata["name"])
            if same and about["uid"] != metadata["uid"] and "deletionTimestamp" in about:
                return other
        return None

    def _end(self, pod: Object) -> None:
        grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
        moment = {"deletionTimestamp": timestamp(self._kubelet.clock.now), "deletionGracePeriodSeconds": grace}
        ending = {**pod, "metadata": {**pod["metadata"], **moment}}
        self.pods.put(pod["metadata"]["uid"], ending)
        self._kubelet.wake(pod["metadata"]["uid"], ending)

    def gone(self, pod: Object) -> None:
        """Nothing of a Pod runs any more: forget it, and start what waited for its name."""
        metadata = pod["metadata"]
        self.pods.delete(metadata["uid"])
        self._remove_mirror(pod)
        row = self._kubelet.pods.get(metadata["uid"])
        if row is not None:
            self._kubelet.clear(metadata["uid"], row)
        for other in self.on_node(pod["spec"]["nodeName"]):
            if other["metadata"]["name"] == metadata["name"]:
                self._begin(other)

    def leave(self, node: str) -> None:
        """Nothing that the node's manifests asked for is there any more."""
        for pod in self.on_node(node):
            self.pods.delete(pod["metadata"]["uid"])

    # The mirrors.

    def mirror(self, uid: str) -> None:
        """Have the API show a static Pod, under the uid and the status of its mirror."""
        kubelet = self._kubelet
        pod = self.pods.get(uid)
        if pod is None or "deletionTimestamp" in pod["metadata"]:
            return
        node = pod["spec"]["nodeName"]
        if not kubelet.nodes.is_connected(node):
            return  # it is made when the node is connected again
        found = self._found(pod)
        if found is not None:
            if uid_of(found) == uid and "deletionTimestamp" not in found["metadata"]:
                return
            kubelet.client.delete("pods", found, grace=0, propagation=None)
        owner = kubelet.client.get("nodes", "", node)
        if owner is None:
            return
        reference = {
            "apiVersion": "v1", "controller": True, "kind": "Node", "name": node, "uid": owner["metadata"]["uid"],
        }  # fmt: skip
        metadata = {key: value for key, value in pod["metadata"].items() if key != "uid"}
        metadata |= {"annotations": {**metadata["annotations"], MIRROR: uid}, "ownerReferences": [reference]}
        try:
            kubelet.client.create("pods", {**pod, "metadata": metadata, "status": pod.get("status") or {}})
        except APIError:
            kubelet.later(MIRROR_RETRY, "static.mirror", uid)

    def _found(self, pod: Object) -> Object | None:
        return self._kubelet.client.get("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _remove_mirror(self, pod: Object) -> None:
        found = self._found(pod)
        connected = self._kubelet.nodes.is_connected(pod["spec"]["nodeName"])
        if found is not None and uid_of(found) == pod["metadata"]["uid"] and connected:
            self._kubelet.client.delete("pods", found, grace=0, propagation=None)

    def mirror_changed(self, pod: Object) -> None:
        """Somebody touched a mirror: what is deleted comes back, since the file is still there."""
        uid = uid_of(pod)
        if uid in self.pods:
            self._kubelet.later(SECOND, "static.mirror", uid)

    def connected(self, node: str) -> None:
        """The API can be reached again: show what runs now, and nothing else."""
        kubelet = self._kubelet
        for found in kubelet.client.indexed("pods", "node", node):
            if MIRROR in (found["metadata"].get("annotations") or {}) and uid_of(found) not in self.pods:
                kubelet.client.delete("pods", found, grace=0, propagation=None)
        for pod in self.on_node(node):
            self.mirror(pod["metadata"]["uid"])
            kubelet.report(pod)
            self.show(pod, self.pods[pod["metadata"]["uid"]].get("status") or {})

    def reported(self, pod: Object, status: Object) -> None:
        """A static Pod has a new status: keep it, and show it in the mirror."""
        self.pods.put(pod["metadata"]["uid"], {**pod, "status": status})
        self.show(pod, status)

    def show(self, pod: Object, status: Object) -> None:
        if not self._kubelet.nodes.is_connected(pod["spec"]["nodeName"]):
            return
        found = self._found(pod)
        if found is not None and uid_of(found) == pod["metadata"]["uid"] and found.get("status") != status:
            self._kubelet.client.update("pods", {**found, "status": status})


def parsed(server: "APIServer", content: bytes, node: str) -> tuple[Object | None, str]:
    """The Pod in a file as the kubelet of a node runs it, or why there is none; it is read as an API server reads."""
    if len(content) > LARGEST:
        return None, f"file is larger than {LARGEST} bytes"
    try:
        body = yaml.load(content.decode("utf-8", "replace"))
    except ValueError as mistake:
        return None, f"couldn't parse as pod({mistake}), please check config file"
    if not isinstance(body, dict) or body.get("kind") != "Pod":
        return None, "couldn't parse as pod(Object 'Kind' is missing), please check config file"
    resource = server.resource("pods")
    try:
        pod = decode_object(server.schemas, resource, "v1", body, "Ignore", [])
    except APIError as error:
        return None, f"couldn't parse as pod({error}), please check config file"
    metadata = pod["metadata"]
    uid = md5(node.encode() + content, usedforsecurity=False).hexdigest()
    name = f"{metadata.get('name', '')}-{node}"
    metadata |= {"name": name, "namespace": metadata.get("namespace") or "default", "uid": uid}
    for field in ("creationTimestamp", "deletionTimestamp", "ownerReferences", "finalizers", "generateName"):
        metadata.pop(field, None)
    resource.default(pod)
    problems = resource.validate(pod)
    if problems:
        return None, f"invalid pod: [{' '.join(str(each) for each in problems)}]"
    spec = pod["spec"]
    spec |= {"nodeName": node, "tolerations": [*(spec.get("tolerations") or ()), EVERYWHERE]}
    status = {"phase": "Pending", "qosClass": quality_of_service(spec)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}, ""
