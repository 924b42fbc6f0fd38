"""The nodes themselves: registering, heartbeats, what fits, and what happens when one is lost.

Upstream: pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodelease, pkg/kubelet/lifecycle/predicate.go
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simulator.api.client import Step, Steps
from simulator.api.errors import APIError
from simulator.kernel.clock import MINUTE, SECOND, micro_timestamp, timestamp
from simulator.kernel.state import Table
from simulator.kubelet.cni import NOT_READY
from simulator.kubelet.csinodes import CSI_NODES, csi_node
from simulator.kubelet.journal import Journal
from simulator.kubelet.records import Row
from simulator.kubelet.static import uid_of
from simulator.machinery.objects import Object, changed
from simulator.machinery.quantities import parse
from simulator.machinery.releases import Release, release
from simulator.runtime.images import PullError, pull
from simulator.spec import NodeSpec, node_address

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

LEASE_EVERY = 10 * SECOND
LEASE_SECONDS = 40
STATUS_EVERY = 5 * MINUTE
LEASES = "leases.coordination.k8s.io"
LEASE_NAMESPACE = "kube-node-lease"
ROLES = "node-role.kubernetes.io/"
"""How the labels begin that kubeadm and people give to nodes, and no kubelet to its own."""
DISK = "101430960Ki"
DISK_ALLOCATABLE = "93478772582"
CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
NODE_IMAGES = ("registry.k8s.io/pause:3.10.1",)


PACKAGES = ("kubeadm", "kubectl", "kubelet")
RUNTIME_PATIENCE = 30 * SECOND
"""How long the container runtime may be silent before the kubelet calls it down."""
PLEG_PATIENCE = 3 * MINUTE
SETTINGS: Mapping[str, str] = MappingProxyType({"staticPodPath": "/etc/kubernetes/manifests"})
"""What a kubelet has read from its configuration, where nobody changed it."""

ROLE = "node-role.kubernetes.io/control-plane"
NOWHERE: Row = {"ip": "", "up": False, "cut": True, "runtime": None, "power": False, "linked": False}

type Condition = tuple[str, str, str, str]


class Nodes:
    """What a kubelet says of its own node, and whether it says anything at all.

    A node's row: `power` (the machine is on), `linked` (its network works), `up` (its kubelet runs), `cut` (no API
    server can be reached or accepts it), `runtime` (when its container runtime stopped, or None),
    `boot` (boot id), `since` (when its kubelet started), `made` (when kubeadm first set it up),
    `bare` (kubeadm has reset it: it registers with nothing but its own), `flags` (what its kubelet registers with).
    """

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._rows: Table[str, Row] = kubelet.table("nodes")
        self._agreed: dict[str, tuple[Any, ...]] = {}
        """By node the Node and what was found to be as it says, so that it need not be compared again (a cache)."""
        self.journal = Journal(kubelet)

    def register(self, specs: Iterable[NodeSpec]) -> None:
        """Bring every node up."""
        for number, spec in enumerate(specs):
            self.add(spec, number)

    def add(self, spec: NodeSpec, number: int) -> None:
        """Register one node and start its heartbeats."""
        kubelet = self._kubelet
        row: Row = {
            "ip": node_address(kubelet.cluster.number, number), "up": True, "number": number,
            "reported": kubelet.clock.now, "power": True, "linked": True, "cut": False, "runtime": None,
            "boot": kubelet.random.uuid("machine"), "since": kubelet.clock.now, "spec": asdict(spec),
            "version": f"v{kubelet.cluster.release}", "settings": dict(SETTINGS), "server": "",
            "expired": False, "packages": packages(kubelet.cluster.release), "made": kubelet.clock.now,
        }  # fmt: skip
        self._rows.put(spec.name, row)
        kubelet.images.seed(spec.name, [*NODE_IMAGES, *kubelet.cluster.images(control_plane=spec.control_plane)])
        self.introduce(spec.name)
        kubelet.later((number * 700_000) % LEASE_EVERY + SECOND, "nodes.heartbeat", spec.name)

    def introduce(self, name: str) -> None:
        """Make the API's Node, its lease and its CSINode, unless they are there."""
        kubelet, row = self._kubelet, self._rows[name]
        spec = NodeSpec(**row["spec"])
        node = kubelet.client.get("nodes", "", name)
        if node is None:
            made = self._object(spec, row["number"], row["ip"])
            node = kubelet.client.create("nodes", made, registration(made))
        if kubelet.client.get(LEASES, LEASE_NAMESPACE, name) is None:
            kubelet.client.create(LEASES, self._lease(name))
        if kubelet.client.get(CSI_NODES, "", name) is None:
            kubelet.client.create(CSI_NODES, csi_node(node, release(row["version"]).minor))
        kubelet.tell_node(node, "Starting", "Starting kubelet.")

    def _object(self, spec: NodeSpec, number: int, address: str) -> Object:
        now = timestamp(self._kubelet.clock.now)
        system = self._kubelet.random.uuid("machine")
        row = self._rows[spec.name]
        asked, bare = row.get("flags") or {}, row.get("bare", False)
        labels = {
            "beta.kubernetes.io/arch": "amd64",
            "beta.kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": spec.name,
            "kubernetes.io/os": "linux",
            **{name: value for name, value in spec.labels.items() if not bare or not name.startswith(ROLES)},
            **(asked.get("labels") or {}),
        }
        block = self._kubelet.cluster.network.ranges.block(number)
        node_spec: Object = {"podCIDR": block, "podCIDRs": [block]} if block else {}
        taints = [*(asked.get("taints") or ()), *(() if bare else spec.taints)]
        if taints:
            node_spec["taints"] = [dict(taint) for taint in taints]
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
        fitted = self._fit(row)
        if fitted is not None:
            capacity, allocatable = {**capacity, "pods": fitted["pods"]}, {**allocatable, **fitted}
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
                    "bootID": row["boot"],
                    "containerRuntimeVersion": "containerd://2.2.0",
                    "kernelVersion": "6.12.57+deb13-amd64",
                    "kubeProxyVersion": "",
                    "kubeletVersion": row["version"],
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

    @staticmethod
    def _fit(row: Row) -> dict[str, str] | None:
        """What a node has for Pods where its kubelet is configured to say so; None where it is not, and never was."""
        settings = row.get("settings") or {}
        spec = NodeSpec(**row["spec"])
        taken = [settings.get("kubeReserved") or {}, settings.get("systemReserved") or {}]
        pods, per_core = settings.get("maxPods"), settings.get("podsPerCore")
        if per_core:
            pods = min(per_core * max(parse(spec.cpu).milli() // 1000, 1), pods or spec.pods)
        if not any(taken) and pods in (None, 0) and not row.get("fitted"):
            return None
        found = {"pods": str(pods or spec.pods)}
        for resource, whole in (("cpu", spec.allocatable_cpu), ("memory", spec.allocatable_memory)):
            left = parse(whole).milli() - sum(parse(str(each.get(resource, "0"))).milli() for each in taken)
            found[resource] = f"{max(left, 0)}m" if resource == "cpu" else f"{max(left, 0) // 1000 >> 10}Ki"
            if not any(resource in each for each in taken):
                found[resource] = whole
        return found

    def _images(self, node: str) -> list[Object]:
        return shown_images(tuple(self._kubelet.images.names_on(node)[:50]))

    def _lease(self, name: str) -> Object:
        metadata: Object = {"name": name, "namespace": LEASE_NAMESPACE}
        node = self._kubelet.client.get("nodes", "", name)
        if node is not None:
            owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": node["metadata"]["uid"]}
            metadata["ownerReferences"] = [owner]
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": metadata,
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
        if row["up"] and not row["cut"]:
            lease = kubelet.client.get(LEASES, LEASE_NAMESPACE, name)
            if lease is None:
                kubelet.client.create(LEASES, self._lease(name))
            else:
                spec = {**lease["spec"], "renewTime": micro_timestamp(kubelet.clock.now)}
                kubelet.client.update(LEASES, {**lease, "spec": spec})
            self._post_status(name, row)
        if row["up"] and (row["cut"] or row["runtime"] is not None):
            self._complain(name, row)
        kubelet.later(LEASE_EVERY, "nodes.heartbeat", name)

    def _complain(self, name: str, row: Row) -> None:
        """Say in the journal why a heartbeat did not come to much."""
        trouble = self._runtime_trouble(row)
        if trouble:
            self.journal.klog(name, "E", "kubelet.go:2449", f'"Skipping pod synchronization" err="{trouble}"')
        if not row["cut"]:
            return
        url = f"{row['server'] or self._kubelet.cluster.url}/apis/coordination.k8s.io/v1/namespaces"
        address = (row["server"] or self._kubelet.cluster.url).partition("://")[2]
        if row["expired"]:
            why = "Unauthorized"
        elif not row["linked"]:
            why = f"dial tcp {address}: i/o timeout"
        else:
            why = f"dial tcp {address}: connect: connection refused"
        lease = f'Get \\"{url}/{LEASE_NAMESPACE}/leases/{name}?timeout=10s\\": {why}' if "dial" in why else why
        text = f'"Failed to ensure lease exists, will retry" err="{lease}" interval="7s"'
        self.journal.klog(name, "E", "controller.go:145", text)

    def post(self, name: str) -> None:
        """Post a node's status now, for something about it has changed."""
        row = self._rows.get(name)
        if row is not None and row["up"] and not row["cut"]:
            self._post_status(name, {**row, "reported": 0})

    def conditions(self, row: Row) -> tuple[Condition, ...]:
        """How the node is, as its kubelet sees it."""
        _, _, pids, ready = CONDITIONS
        name = row["spec"]["name"]
        trouble = self._runtime_trouble(row)
        trouble = trouble or (NOT_READY if row.get("networkless") else "")
        trouble = trouble or ("node is shutting down" if row.get("leaving") else "")
        if trouble:
            ready = ("Ready", "False", "KubeletNotReady", trouble)
        return self._kubelet.eviction.pressure(name), self._kubelet.disk.pressure(name), pids, ready

    def _runtime_trouble(self, row: Row) -> str:
        """Upstream: pkg/kubelet/runtime.go runtimeErrors, pkg/kubelet/pleg Healthy"""
        if row["runtime"] is None:
            return ""
        silent = self._kubelet.clock.now - row["runtime"]
        if silent < RUNTIME_PATIENCE:
            return ""
        down = "container runtime is down"
        if silent < PLEG_PATIENCE:
            return down
        seconds = f"{silent // SECOND // 60}m{silent // SECOND % 60}.{silent % SECOND:06d}s"
        return f"[{down}, PLEG is not healthy: pleg was last seen active {seconds} ago; threshold is 3m0s]"

    def _post_status(self, name: str, row: Row) -> None:
        kubelet = self._kubelet
        node = kubelet.client.get("nodes", "", name)
        if node is None:
            return
        images, conditions = self._images(name), self.conditions(row)
        looked = node, images, conditions, row["boot"], row["version"]
        is_due = kubelet.clock.now - row["reported"] >= STATUS_EVERY
        if not is_due and is_same(self._agreed.get(name), looked):
            return
        status, info = node["status"], node["status"]["nodeInfo"]
        wanted = {kind: (value, reason, message) for kind, value, reason, message in conditions}
        told = {one["type"]: (one["status"], one["reason"], one["message"]) for one in status["conditions"]}
        same = all(told.get(kind) == about for kind, about in wanted.items())
        new_info = info["bootID"] != row["boot"] or info["kubeletVersion"] != row["version"]
        fitted = self._fit(row)
        refit = fitted is not None and any(status["allocatable"].get(key) != fitted[key] for key in fitted)
        unchanged = same and not new_info and not refit and images == status.get("images")
        if unchanged and not is_due:
            self._agreed[name] = looked
            return
        if info["bootID"] != row["boot"]:
            kubelet.tell_node(
                node, "Rebooted", f"Node {name} has been rebooted, boot id: {row['boot']}", kind="Warning"
            )
        self._tell_changes(node, told, wanted)
        fields: Object = {"conditions": renewed(status["conditions"], wanted, kubelet.clock.now), "images": images}
        if new_info:
            fields["nodeInfo"] = {**info, "bootID": row["boot"], "kubeletVersion": row["version"]}
        if refit and fitted is not None:
            fields["capacity"] = {**status["capacity"], "pods": fitted["pods"]}
            fields["allocatable"] = {**status["allocatable"], **fitted}
        more = {"fitted": True} if fitted is not None else {}
        self._rows.put(name, {**self._rows[name], "reported": kubelet.clock.now, **more})
        try:
            kubelet.client.update_status("nodes", node, **fields)
        except APIError:
            return

    def _tell_changes(self, node: Object, told: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        name = node["metadata"]["name"]
        for kind, (status, reason, _) in wanted.items():
            if told.get(kind, (status,))[0] == status or kind.endswith("Pressure"):
                continue  # of pressure, those tell who watch it
            happened = "Node" + reason.removeprefix("Kubelet")  # KubeletReady: NodeReady
            self._kubelet.tell_node(node, happened, f"Node {name} status is now: {happened}")

    def is_running(self, name: str) -> bool:
        """Whether the node's kubelet is up."""
        row = self._rows.rows.get(name)
        return row is not None and bool(row["up"])

    def is_connected(self, name: str) -> bool:
        """Whether the node's kubelet is up and an API server answers it."""
        row = self._rows.rows.get(name)
        return row is not None and bool(row["up"]) and not row["cut"]

    def is_reachable(self, name: str) -> bool:
        """Whether packets from elsewhere reach the node."""
        row = self._rows.rows.get(name)
        return row is not None and bool(row["power"]) and bool(row["linked"])

    def row(self, name: str) -> Row:
        """How a node is; one that nobody has is off."""
        return self._rows.rows.get(name) or NOWHERE

    def change(self, name: str, **fields: Any) -> None:
        self._rows.put(name, {**self._rows[name], **fields})

    def settings(self, name: str) -> Mapping[str, Any]:
        """What its kubelet has read from its configuration file."""
        found: Mapping[str, Any] = self._rows[name]["settings"]
        return found

    def machine(self, name: str) -> str:
        """The node as a machine of the runtime, and its disk as a volume."""
        return f"{self._kubelet.kernel.scope}node/{name}"

    def pid(self, name: str, unit: str) -> int:
        """The process number of a service, another one after each start."""
        row = self._rows[name]
        return 634 if unit == "containerd" else 812 + int(row["since"]) // SECOND % 7919

    def version(self, name: str) -> str:
        """The release of its kubelet, as it runs: `v1.37.1`."""
        return str(self._rows[name]["version"])

    def packages(self, name: str) -> Row:
        """What is installed from the packages of Kubernetes: their releases (`installed`), the names that are to stay
        as they are (`held`), and the series of releases that can be installed (`lists`)."""
        row = self._rows[name]
        found: Row = row.get("packages") or packages(release(row["version"]))
        return found

    def knows(self, name: str) -> bool:
        return name in self._rows

    def address(self, name: str) -> str:
        """The node's own IP address."""
        row = self._rows.get(name)
        return row["ip"] if row is not None else ""

    def made(self, name: str) -> int:
        """When kubeadm set the node up first, and signed what lies on its disk."""
        found: int = self._rows[name].get("made", self._kubelet.cluster.born)
        return found

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
            self._kubelet.resizing.as_allocated(other)
            for other in self._kubelet.client.indexed("pods", "unfinished/node", node["metadata"]["name"])
            if uid_of(other) in self._kubelet.pods
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


def is_same(agreed: tuple[Any, ...] | None, looked: tuple[Any, ...]) -> bool:
    """Whether what was found to agree with what a Node says is the very same now."""
    return agreed is not None and agreed[0] is looked[0] and agreed[1] is looked[1] and agreed[2:] == looked[2:]


def registration(node: Object) -> Steps:
    """How a Node comes to be: its kubelet registers it, the controller manager gives it addresses for its Pods, kubeadm
    marks a control plane, and the kubelet tells how it is."""
    ranges, times, marks = ("podCIDR", "podCIDRs"), ("node.alpha.kubernetes.io/ttl",), (ROLE,)
    metadata, spec = node["metadata"], node["spec"]
    labels = {name: value for name, value in metadata["labels"].items() if name not in marks}
    told = {name: value for name, value in metadata["annotations"].items() if name not in times}
    taints = [taint for taint in spec.get("taints") or () if taint["key"] not in marks]
    bare: Object = {**node, "metadata": {**metadata, "labels": labels, "annotations": told}, "spec": {}}
    del bare["status"]
    if taints:
        bare["spec"] = {"taints": taints}
    managed = changed(bare, ("metadata", "annotations"), metadata["annotations"])
    managed["spec"] = {**bare["spec"], **{name: spec[name] for name in ranges if name in spec}}
    marked = {**managed, "metadata": metadata, "spec": spec}
    return (
        Step("kubelet", bare),
        Step("kube-controller-manager", managed),
        Step("kubeadm", marked),
        Step("kubelet", node, "status"),
    )


def packages(release: Release) -> Row:
    """The packages of a new node: of one release, and held there as kubeadm's guide has it."""
    return {"installed": dict.fromkeys(PACKAGES, str(release)), "held": list(PACKAGES), "lists": [release.series]}


def renewed(conditions: list[Object], wanted: Mapping[str, tuple[str, str, str]], now: int) -> list[Object]:
    """The conditions of a node's status, told anew."""
    found = []
    for entry in conditions:
        value, reason, message = wanted.get(entry["type"], (entry["status"], entry["reason"], entry["message"]))
        moved = entry["lastTransitionTime"] if entry["status"] == value else timestamp(now)
        found.append(
            {
                **entry,
                "status": value,
                "lastHeartbeatTime": timestamp(now),
                "lastTransitionTime": moved,
                "reason": reason,
                "message": message,
            }
        )
    return found


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
