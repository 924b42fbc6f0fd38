"""The nodes themselves: registering, heartbeats, what fits, and what happens when one is lost.

Upstream: pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodelease, pkg/kubelet/lifecycle/predicate.go
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.api.errors import APIError
from simulator.kernel.clock import MINUTE, SECOND, micro_timestamp, timestamp
from simulator.kernel.state import Table
from simulator.kubelet.records import Row
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.runtime.images import PullError, pull
from simulator.spec import NodeSpec

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

LEASE_EVERY = 10 * SECOND
LEASE_SECONDS = 40
STATUS_EVERY = 5 * MINUTE
LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
FIRST_ADDRESS = 10
DISK = "101430960Ki"
DISK_ALLOCATABLE = "93478772582"
CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
NODE_IMAGES = ("registry.k8s.io/pause:3.10.1",)


class Nodes:
    """What a kubelet says of its own node, and whether it says anything at all."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._rows: Table[str, Row] = kubelet.table("nodes")

    def register(self, specs: Iterable[NodeSpec]) -> None:
        """Bring every node up."""
        for number, spec in enumerate(specs):
            self.add(spec, number)

    def add(self, spec: NodeSpec, number: int) -> None:
        """Register one node and start its heartbeats."""
        kubelet = self._kubelet
        address = f"10.0.0.{FIRST_ADDRESS + number}"
        row: Row = {"ip": address, "up": True, "number": number, "reported": kubelet.clock.now}
        self._rows.put(spec.name, row)
        kubelet.images.seed(spec.name, list(NODE_IMAGES))
        node = kubelet.client.create("nodes", self._object(spec, number, address))
        kubelet.client.create(LEASES, self._lease(spec.name))
        kubelet.tell_node(node, "Starting", "Starting kubelet.")
        kubelet.later((number * 700_000) % LEASE_EVERY + SECOND, "heartbeat", spec.name)

    def _object(self, spec: NodeSpec, number: int, address: str) -> Object:
        now = timestamp(self._kubelet.clock.now)
        system = self._kubelet.random.uuid("machine")
        labels = {
            "beta.kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": spec.name,
            "kubernetes.io/os": "linux",
            **spec.labels,
        }
        node_spec: Object = {"podCIDR": f"10.244.{number}.0/24", "podCIDRs": [f"10.244.{number}.0/24"]}
        if spec.taints:
            node_spec["taints"] = [dict(taint) for taint in spec.taints]
        capacity = {
            "cpu": spec.cpu,
            "ephemeral-storage": DISK,
            "hugepages-1Gi": "0",
            "hugepages-2Mi": "0",
            "memory": spec.memory,
            "pods": str(spec.pods),
        }
        allocatable = {
            **capacity,
            "cpu": spec.allocatable_cpu,
            "ephemeral-storage": DISK_ALLOCATABLE,
            "memory": spec.allocatable_memory,
        }
        version = (
            f"v{self._kubelet.cluster.spec.kubernetes}.{1 if self._kubelet.cluster.spec.kubernetes == '1.37' else 0}"
        )
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": spec.name,
                "labels": dict(sorted(labels.items())),
                "annotations": {
                    "node.alpha.kubernetes.io/ttl": "0",
                    "volumes.kubernetes.io/controller-managed-attach-detach": "true",
                },
            },
            "spec": node_spec,
            "status": {
                "addresses": [
                    {"address": address, "type": "InternalIP"},
                    {"address": spec.name, "type": "Hostname"},
                ],
                "allocatable": allocatable,
                "capacity": capacity,
                "conditions": [
                    {
                        "type": kind,
                        "status": value,
                        "lastHeartbeatTime": now,
                        "lastTransitionTime": now,
                        "reason": reason,
                        "message": message,
                    }
                    for kind, value, reason, message in CONDITIONS
                ],
                "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
                "images": self._images(spec.name),
                "nodeInfo": {
                    "architecture": "amd64",
                    "bootID": self._kubelet.random.uuid("machine"),
                    "containerRuntimeVersion": "containerd://2.2.0",
                    "kernelVersion": "6.12.57+deb13-amd64",
                    "kubeProxyVersion": "",
                    "kubeletVersion": version,
                    "machineID": system.replace("-", ""),
                    "operatingSystem": "linux",
                    "osImage": "Debian GNU/Linux 13 (trixie)",
                    "systemUUID": system,
                },
                "runtimeHandlers": [
                    {"features": {"recursiveReadOnlyMounts": True, "userNamespaces": True}, "name": ""}
                ],
            },
        }

    def _images(self, node: str) -> list[Object]:
        return shown_images(tuple(self._kubelet.images.names_on(node)[:50]))

    def _lease(self, name: str) -> Object:
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": name, "namespace": LEASE_NAMESPACE},
            "spec": {
                "holderIdentity": name,
                "leaseDurationSeconds": LEASE_SECONDS,
                "renewTime": micro_timestamp(self._kubelet.clock.now),
            },
        }

    def heartbeat(self, name: str) -> None:
        """Renew the lease; every few minutes, or when something changed, post the status."""
        row = self._rows.get(name)
        if row is None:
            return
        kubelet = self._kubelet
        if row["up"]:
            lease = kubelet.client.get(LEASES, LEASE_NAMESPACE, name)
            if lease is None:
                kubelet.client.create(LEASES, self._lease(name))
            else:
                spec = {**lease["spec"], "renewTime": micro_timestamp(kubelet.clock.now)}
                kubelet.client.update(LEASES, {**lease, "spec": spec})
            self._post_status(name, row)
        kubelet.later(LEASE_EVERY, "heartbeat", name)

    def post(self, name: str) -> None:
        """Post a node's status now, for something about it has changed."""
        row = self._rows.get(name)
        if row is not None and row["up"]:
            self._post_status(name, {**row, "reported": 0})

    def _post_status(self, name: str, row: Row) -> None:
        kubelet = self._kubelet
        node = kubelet.client.get("nodes", "", name)
        if node is None:
            return
        images = self._images(name)
        status = node["status"]
        ready = all(c["status"] == "True" for c in status["conditions"] if c["type"] == "Ready")
        if ready and images == status.get("images") and kubelet.clock.now - row["reported"] < STATUS_EVERY:
            return
        now = timestamp(kubelet.clock.now)
        known = (*CONDITIONS, kubelet.eviction.pressure(name), kubelet.disk.pressure(name))
        wanted = {kind: (value, reason, message) for kind, value, reason, message in known}
        conditions = []
        for entry in status["conditions"]:
            value, reason, message = wanted.get(entry["type"], (entry["status"], entry["reason"], entry["message"]))
            moved = entry["lastTransitionTime"] if entry["status"] == value else now
            conditions.append(
                {
                    **entry,
                    "status": value,
                    "lastHeartbeatTime": now,
                    "lastTransitionTime": moved,
                    "reason": reason,
                    "message": message,
                }
            )
        if not ready:
            kubelet.tell_node(node, "NodeReady", f"Node {name} status is now: NodeReady")
        self._rows.put(name, {**row, "reported": kubelet.clock.now})
        try:
            kubelet.client.update_status("nodes", node, conditions=conditions, images=images)
        except APIError:
            return

    def is_running(self, name: str) -> bool:
        """Whether the node's kubelet is up."""
        row = self._rows.rows.get(name)
        return row is not None and bool(row["up"])

    def knows(self, name: str) -> bool:
        return name in self._rows

    def address(self, name: str) -> str:
        """The node's own IP address."""
        row = self._rows.get(name)
        return row["ip"] if row is not None else ""

    def named(self, address: str) -> str:
        """The node that has an address; "" when none has."""
        return next((name for name, row in self._rows.rows.items() if row["ip"] == address), "")

    @property
    def count(self) -> int:
        return len(self._rows)

    def number(self, name: str) -> int:
        row = self._rows.get(name)
        return row["number"] if row is not None else 255

    def names(self) -> list[str]:
        return sorted(self._rows)

    def stop(self, name: str) -> None:
        """The node loses power: no heartbeat, no probe, no container of it answers."""
        row = self._rows.get(name)
        if row is not None:
            self._rows.put(name, {**row, "up": False})

    def resume(self, name: str) -> None:
        """The node is back: its kubelet reports and syncs what it finds."""
        row = self._rows.get(name)
        if row is None:
            return
        self._rows.put(name, {**row, "up": True, "reported": 0})
        kubelet = self._kubelet
        for pod in kubelet.client.indexed("pods", "node", name):
            kubelet.wake(pod["metadata"]["uid"], pod)

    def refusal(self, pod: Object) -> tuple[str, str] | None:
        """Why the kubelet will not run a Pod that was given to its node, past the scheduler or because of a race."""
        node = self._kubelet.client.get("nodes", "", pod["spec"]["nodeName"])
        if node is None:
            return None
        selector = pod["spec"].get("nodeSelector") or {}
        labels = node["metadata"].get("labels") or {}
        if any(labels.get(key) != value for key, value in selector.items()):
            return "NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
        return self._overfull(pod, node)

    def _overfull(self, pod: Object, node: Object) -> tuple[str, str] | None:
        allocatable = node["status"]["allocatable"]
        others = [
            other
            for other in self._kubelet.client.indexed("pods", "node", node["metadata"]["name"])
            if other["metadata"]["uid"] in self._kubelet.pods
            and other.get("status", {}).get("phase") not in ("Succeeded", "Failed")
        ]
        if len(others) + 1 > int(allocatable.get("pods", "110")):
            return "OutOfpods", "Node didn't have enough resource: pods"
        for resource in ("cpu", "memory"):
            asked = requested(pod, resource)
            if not asked:
                continue
            used = sum(requested(other, resource) for other in others)
            capacity = parse(allocatable[resource]).milli()
            if used + asked > capacity:
                scale = 1 if resource == "cpu" else 1000
                return (
                    f"OutOf{resource}",
                    f"Node didn't have enough resource: {resource}, requested: {asked // scale}, "
                    f"used: {used // scale}, capacity: {capacity // scale}",
                )
        return None


@lru_cache(maxsize=256)
def shown_images(names: tuple[str, ...]) -> list[Object]:
    """Images as a Node's status lists them, largest first."""
    shown = []
    for name in names:
        try:
            image = pull(name)
        except PullError:
            continue
        shown.append({"names": [image.reference, image.name], "sizeBytes": image.size})
    return sorted(shown, key=lambda entry: -int(entry["sizeBytes"]))


def requested(pod: Object, resource: str) -> int:
    """What a Pod's containers request of a resource, in thousandths."""
    total = 0
    for container in pod["spec"]["containers"]:
        asked = (container.get("resources") or {}).get("requests", {}).get(resource)
        if asked is not None:
            total += parse(asked).milli()
    return total
