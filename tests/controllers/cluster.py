"""A control plane without kubelets, and a stand-in that reports Pods as running a moment after they are bound."""

from typing import Any

from simulator.api.client import Client
from simulator.apiserver.server import APIServer
from simulator.controllers.registry import CONTROLLERS
from simulator.etcd import Store
from simulator.kernel.clock import MILLISECOND, SECOND, Clock, micro_timestamp, timestamp
from simulator.kernel.component import Change, Component, Kernel
from simulator.kernel.random import Random
from simulator.kernel.state import State
from simulator.machinery.objects import Key, Object, at, key_of
from simulator.scheduler.scheduler import Scheduler

START = 1_793_610_000 * SECOND
PORT = {"containerPort": 80, "name": "http", "protocol": "TCP"}


class Cluster:
    """Controllers, scheduler and stand-in over one store; stored objects are frozen."""

    def __init__(self, nodes: int = 3, components: tuple[type[Component], ...] | None = None) -> None:
        state = State()
        self.components: dict[str, Component] = {}
        self.clock = Clock(START, lambda name, step, arguments: getattr(self.components[name], step)(*arguments))
        self.kernel = Kernel(state, self.clock, Random("tests", state))
        self.store = Store(state, self.clock)
        self.server = APIServer(self.kernel, self.store)
        self.client = Client(self.server, "tests")
        for name in ("default", "kube-system", "kube-node-lease"):
            namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            self.client.create(
                "namespaces", {**namespace, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
            )
        for kind in (*CONTROLLERS, Scheduler, Kubelets) if components is None else components:
            component = kind(self.kernel, Client(self.server, kind.name))
            self.components[component.address] = component
            self.store.subscribe(component.watches, component.observe)
            component.start()
        for name in self.client.rows("namespaces"):
            account = {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": "default", "namespace": name[1]},
            }
            self.client.create("serviceaccounts", account)
        for number in range(1, nodes + 1):
            self.add_node(f"node-{number}")

    def advance(self, seconds: float) -> None:
        self.clock.advance(round(seconds * SECOND))

    def add_node(self, name: str, **changes: Any) -> Object:
        """A node that is ready: without the taint that the server gives to a new one."""
        declared = node(name, **changes)
        made = self.client.create("nodes", declared)
        return self.client.change("nodes", made, ("spec",), declared["spec"])

    def get(self, resource: str, name: str, namespace: str = "default") -> Object:
        found = self.client.get(resource, namespace, name)
        assert found is not None, f"{resource} {name} is gone"
        return found

    def pods(self, **labels: str) -> list[Object]:
        """The Pods with these labels, in order of name."""
        found = self.client.list("pods", "default")
        return [one for one in found if labels.items() <= (one["metadata"].get("labels") or {}).items()]

    def events(self, about: str = "", reason: str = "") -> list[str]:
        """What people can read, oldest first: `Kind/name Reason: message`."""
        events = sorted(self.client.list("events"), key=lambda one: int(one["metadata"]["resourceVersion"]))
        return [
            f"{one['involvedObject']['kind']}/{one['involvedObject']['name']} {one['reason']}: {one['message']}"
            for one in events
            if about in f"{one['involvedObject']['kind']}/{one['involvedObject']['name']}" and reason in one["reason"]
        ]

    def change(self, resource: str, name: str, *path_and_value: Any) -> Object:
        *path, value = path_and_value
        return self.client.change(resource, self.get(resource, name), tuple(path), value)

    def delete(self, resource: str, name: str, propagation: str = "Background") -> None:
        self.client.delete(resource, self.get(resource, name), propagation=propagation)


class Kubelets(Component):
    """All nodes' kubelets, as little of them as controllers need. A Pod annotated `ends` ends with that exit code."""

    name = "kubelets"
    watches = ("pods",)
    silent: frozenset[str] = frozenset()

    def __init__(self, kernel: Kernel, client: Client) -> None:
        super().__init__(kernel)
        self.client = client

    def start(self) -> None:
        self.later(SECOND, "beat")

    def beat(self) -> None:
        for one in self.client.list("nodes"):
            name = one["metadata"]["name"]
            if name in self.silent:
                continue
            lease = self.client.get("leases.coordination.k8s.io", "kube-node-lease", name)
            spec = {"holderIdentity": name, "renewTime": micro_timestamp(self.clock.now)}
            if lease is None:
                metadata = {"name": name, "namespace": "kube-node-lease"}
                head = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata}
                self.client.create("leases.coordination.k8s.io", {**head, "spec": spec})
            else:
                self.client.change("leases.coordination.k8s.io", lease, ("spec",), spec)
        self.later(10 * SECOND, "beat")

    def observe(self, change: Change) -> None:
        pod, old = change.object, change.old or {"metadata": {}, "spec": {}}
        where = pod["spec"].get("nodeName")
        if change.type == "DELETED" or not where or where in self.silent:
            return
        if not old["spec"].get("nodeName"):
            self.later(300 * MILLISECOND, "run", key_of(pod))
        if "deletionTimestamp" in pod["metadata"] and "deletionTimestamp" not in old["metadata"]:
            self.later(200 * MILLISECOND, "remove", key_of(pod))

    def run(self, key: Key) -> None:
        pod = self.client.get("pods", *key)
        if pod is None or "deletionTimestamp" in pod["metadata"]:
            return
        now = timestamp(self.clock.now)
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": now}
        others = [one for one in at(pod, "status", "conditions", default=()) if one["type"] != "Ready"]
        number = int(pod["metadata"]["uid"][:4], 16)
        address = f"10.244.{number // 256}.{number % 256}"
        self.client.update_status(
            "pods", pod, phase="Running", podIP=address, startTime=now, conditions=[*others, ready],
            containerStatuses=[{"name": "c", "restartCount": 0, "state": {"running": {"startedAt": now}}}],
        )  # fmt: skip
        if at(pod, "metadata", "annotations", "ends") is not None:
            self.later(SECOND, "end", key)

    def end(self, key: Key) -> None:
        pod = self.client.get("pods", *key)
        if pod is not None and "deletionTimestamp" not in pod["metadata"]:
            code = int(pod["metadata"]["annotations"]["ends"])
            ended = {"terminated": {"exitCode": code, "finishedAt": timestamp(self.clock.now)}}
            status = [{"name": "c", "restartCount": 0, "state": ended}]
            self.client.update_status("pods", pod, phase="Failed" if code else "Succeeded", containerStatuses=status)

    def remove(self, key: Key) -> None:
        pod = self.client.get("pods", *key)
        if pod is not None:
            self.client.delete("pods", pod, grace=0)


def node(name: str, *, cpu: str = "4", memory: str = "8Gi", pods: str = "110", **changes: Any) -> Object:
    kinds = {"MemoryPressure": "False", "DiskPressure": "False", "PIDPressure": "False", "Ready": "True"}
    beat = {"lastHeartbeatTime": timestamp(START), "lastTransitionTime": timestamp(START)}
    conditions = [{"type": kind, "status": status, **beat, "reason": "Kubelet"} for kind, status in kinds.items()]
    room = {"cpu": cpu, "memory": memory, "pods": pods}
    labels = {"kubernetes.io/hostname": name, **changes.pop("labels", {})}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": changes,
        "status": {"allocatable": room, "capacity": room, "conditions": conditions},
    }


def pod_spec(*, cpu: str = "", image: str = "nginx:1.25", **spec: Any) -> Object:
    container: Object = {"name": "c", "image": image, "ports": [PORT], "resources": {}}
    if cpu:
        container["resources"] = {"requests": {"cpu": cpu}}
    return {"schedulerName": "default-scheduler", "restartPolicy": "Always", "containers": [container], **spec}


def pod(name: str, *, labels: Object | None = None, cpu: str = "", **spec: Any) -> Object:
    metadata = {"name": name, "namespace": "default", "labels": labels or {}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": pod_spec(cpu=cpu, **spec),
        "status": {"phase": "Pending"},
    }


def template(app: str, *, annotations: Object | None = None, **spec: Any) -> Object:
    metadata: Object = {"labels": {"app": app}}
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": pod_spec(**spec)}


def deployment(name: str, replicas: int, *, image: str = "nginx:1.25", **spec: Any) -> Object:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    whole = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": name}},
        "strategy": rolling,
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        "template": template(name, image=image),
        **spec,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": whole,
        "status": {},
    }


def service(name: str, *, ports: list[Object] | None = None, **spec: Any) -> Object:
    listening = ports or [{"port": 80, "targetPort": "http", "protocol": "TCP"}]
    whole = {"selector": {"app": name}, "ports": listening, "type": "ClusterIP", "clusterIP": "10.96.0.99", **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"}, "spec": whole}
