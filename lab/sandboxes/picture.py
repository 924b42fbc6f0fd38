"""The cluster as the picture shows it: rooms, tiles and wires, as plain facts read from the store."""

from collections.abc import Iterable
from typing import Any

from lab.sandboxes.context import current, leading_to
from lab.sandboxes.desks import Desk, told
from simulator.machinery.objects import Object
from simulator.machinery.quantities import milli
from simulator.resources.pods.table import row

OWN = ("kube-system", "kube-public", "kube-node-lease", "local-path-storage", "ingress-lab")
"""Namespaces of the cluster itself: counted, not drawn."""
CREATING = ("ContainerCreating", "PodInitializing", "Init:")
FAR = 200
"""More Pods than this are counted, not drawn."""


def picture(world: Any, cluster: str, programs: Iterable[Desk] = ()) -> dict[str, Any]:
    """Everything the picture of one of a world's clusters needs; `programs` are its desks as they were found."""
    store, (through, context) = world.clusters[cluster].store, leading_to(world, cluster)
    pods = store.list("pods")
    drawn = [pod for pod in pods if pod["metadata"]["namespace"] not in OWN]
    return {
        "nodes": [node_facts(node, pods) for node in store.list("nodes")],
        "pods": [pod_facts(pod, world.clock.now) for pod in drawn[:FAR]],
        "more": len(drawn[FAR:]),
        "services": services(store),
        "others": others(pods),
        "desks": told(programs, pods),
        "revision": store.revision,
        "clusters": list(world.clusters),
        "cluster": cluster,
        "current": current(world).cluster,
        "namespace": context.namespace,
        "through": through,
    }


def node_facts(node: Object, pods: Iterable[Object]) -> dict[str, Any]:
    name, spec, status = node["metadata"]["name"], node.get("spec") or {}, node.get("status") or {}
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions", ()))
    labels = node["metadata"].get("labels") or {}
    room = milli((status.get("allocatable") or {}).get("cpu", "0"))
    asked = sum(cpu_of(pod) for pod in pods if pod["spec"].get("nodeName") == name)
    taints = [
        {"key": taint["key"].rpartition("/")[2], "effect": taint["effect"]}
        for taint in spec.get("taints") or ()
        if not taint["key"].startswith(("node.kubernetes.io/", "node-role.kubernetes.io/"))
    ]
    return {
        "name": name,
        "ready": ready,
        "shut": bool(spec.get("unschedulable")),
        "control": "node-role.kubernetes.io/control-plane" in labels,
        "zone": labels.get("topology.kubernetes.io/zone", ""),
        "taints": taints,
        "cpu": round(asked / room, 2) if room else 0,
        "uid": node["metadata"]["uid"],
        "version": (status.get("nodeInfo") or {}).get("kubeletVersion", ""),
        "ip": next((each["address"] for each in status.get("addresses") or () if each["type"] == "InternalIP"), ""),
        "pods": sum(pod["spec"].get("nodeName") == name for pod in pods),
        "pressure": [each["type"] for each in status.get("conditions", ()) if is_pressed(each)],
    }


def is_pressed(condition: Object) -> bool:
    return bool(condition["type"] != "Ready" and condition["status"] == "True")


def pod_facts(pod: Object, now: int) -> dict[str, Any]:
    metadata = pod["metadata"]
    owner, suffix = called(pod)
    ready, status, restarts = (str(cell) for cell in row(pod, now)[1:4])
    have, _, want = ready.partition("/")
    return {
        "uid": metadata["uid"],
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "owner": owner,
        "suffix": suffix,
        "kind": kind_of_owner(pod),
        "node": pod["spec"].get("nodeName", ""),
        "state": state(pod, status, have == want),
        "status": status,
        "ready": ready,
        "restarts": int(restarts.split()[0]),
        "ip": (pod.get("status") or {}).get("podIP", ""),
        "labels": metadata.get("labels") or {},
    }


def state(pod: Object, status: str, ready: bool) -> str:
    """Which of the eight shapes a Pod has."""
    if "deletionTimestamp" in pod["metadata"]:
        return "leaving"
    phase = (pod.get("status") or {}).get("phase", "Pending")
    if phase == "Unknown" or status == "Unknown":
        return "lost"
    if not pod["spec"].get("nodeName"):
        return "pending"
    if phase == "Succeeded" or status == "Completed":
        return "done"
    if status == "Running":
        return "running" if ready else "notready"
    if status == "Pending" or (status.startswith(CREATING) and not status.endswith(("Error", "BackOff"))):
        return "creating"
    return "bad"


def called(pod: Object) -> tuple[str, str]:
    """What stands on a tile: whose Pod it is, and the end of its name that tells it from its brothers."""
    metadata = pod["metadata"]
    name, owner = metadata["name"], controller(pod)
    if owner is None:
        return name, ""
    owner_name: str = owner["name"]
    suffix = name.removeprefix(f"{owner_name}-")
    template = (metadata.get("labels") or {}).get("pod-template-hash", "")
    return owner_name.removesuffix(f"-{template}") if template else owner_name, suffix


def controller(pod: Object) -> Object | None:
    references: list[Object] = pod["metadata"].get("ownerReferences") or []
    return next((each for each in references if each.get("controller")), None)


def kind_of_owner(pod: Object) -> str:
    owner = controller(pod)
    return f"{owner['kind']} {owner['name']}" if owner else ""


def services(store: Any) -> list[dict[str, Any]]:
    """Services with the Pods they reach now."""
    reached: dict[tuple[str, str], list[str]] = {}
    for piece in store.list("endpointslices.discovery.k8s.io"):
        metadata = piece["metadata"]
        service = (metadata.get("labels") or {}).get("kubernetes.io/service-name", "")
        pods = reached.setdefault((metadata["namespace"], service), [])
        for endpoint in piece.get("endpoints") or ():
            if (endpoint.get("conditions") or {}).get("ready", True):
                pods.append((endpoint.get("targetRef") or {}).get("name", ""))
    return [
        {
            "uid": service["metadata"]["uid"],
            "name": service["metadata"]["name"],
            "namespace": service["metadata"]["namespace"],
            "type": service["spec"].get("type", "ClusterIP"),
            "ip": service["spec"].get("clusterIP", ""),
            "ports": [port["port"] for port in service["spec"].get("ports") or ()],
            "selector": service["spec"].get("selector") or {},
            "pods": reached.get((service["metadata"]["namespace"], service["metadata"]["name"]), []),
        }
        for service in store.list("services")
        if service["metadata"]["namespace"] not in OWN
        and (service["metadata"]["namespace"], service["metadata"]["name"]) != ("default", "kubernetes")
    ]


def others(pods: Iterable[Object]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for pod in pods:
        namespace = pod["metadata"]["namespace"]
        if namespace in OWN:
            counts[namespace] = counts.get(namespace, 0) + 1
    return [{"namespace": namespace, "count": count} for namespace, count in counts.items()]


def cpu_of(pod: Object) -> int:
    """Thousandths of a CPU that a Pod has asked for."""
    asked = [(each.get("resources") or {}).get("requests") or {} for each in pod["spec"]["containers"]]
    return sum(milli(requests.get("cpu", "0")) for requests in asked)
