"""How an object is now, beside what is remembered of it: what lists it, what leads to it, what does not."""

from collections.abc import Callable, Iterator
from typing import Any

from lab.sandboxes.deeds import Memory
from lab.sandboxes.desks import KUBELET, PROXY, program_of
from lab.sandboxes.ways import way_of
from lab.sandboxes.why.steps import SERVER, Step, condition_step, readiness, status_step
from simulator.machinery.objects import Object, key_of
from simulator.network.services import SERVICE_NAME, SLICES

SPREADER = "endpoint-slice-controller"
STALE = 3
"""How many nodes are named whose rules stand still."""


def node_now(memory: Memory, node: Object, is_known: bool) -> Iterator[Step]:
    if not is_known:
        yield condition_step(node, readiness(node), 0, KUBELET)


def pod_now(memory: Memory, pod: Object, is_known: bool) -> Iterator[Step]:
    metadata, store = pod["metadata"], memory.cluster.store
    if not is_known:
        who = KUBELET if pod["spec"].get("nodeName") else SERVER
        yield status_step(pod, memory.cluster.kernel.clock.now, who)
    listed = {}
    for piece in store.list(SLICES, metadata["namespace"]):
        for endpoint in piece.get("endpoints") or ():
            if (endpoint.get("targetRef") or {}).get("uid") == metadata["uid"]:
                ready = (endpoint.get("conditions") or {}).get("ready", True)
                listed[(piece["metadata"].get("labels") or {}).get(SERVICE_NAME, "")] = ready
    for service in store.list("services", metadata["namespace"]):
        if chosen(service, pod):
            ready = listed.get(service["metadata"]["name"], False)
            facts = {"service": service["metadata"]["name"]}
            did = "listed" if ready else "unlisted"
            yield Step(0, SPREADER, did, facts, program_of(SPREADER), "", service["metadata"]["uid"], bad=not ready)


def chosen(service: Object, pod: Object) -> bool:
    """Whether a Service's selector has a Pod in it."""
    selector, labels = service["spec"].get("selector") or {}, pod["metadata"].get("labels") or {}
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def service_now(memory: Memory, service: Object, is_known: bool) -> Iterator[Step]:
    cluster = memory.cluster
    namespace, name = key_of(service)
    uid, spec, spreads = service["metadata"]["uid"], service["spec"], program_of(SPREADER)
    pieces = [
        each
        for each in cluster.store.list(SLICES, namespace)
        if (each["metadata"].get("labels") or {}).get(SERVICE_NAME) == name
    ]
    ready = [
        endpoint
        for piece in pieces
        for endpoint in piece.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready", True)
    ]
    if spec.get("selector"):
        pods = cluster.store.list("pods", namespace)
        found = sum(chosen(service, pod) for pod in pods)
        selector = ",".join(f"{key}={value}" for key, value in spec["selector"].items())
        facts = {"selector": selector, "found": found, "all": len(pods)}
        yield Step(0, SPREADER, "looked", facts, spreads, "", uid, bad=not found)
    for piece in pieces[:1]:
        facts = {"name": piece["metadata"]["name"], "count": len(ready), "pieces": len(pieces)}
        revision = int(piece["metadata"]["resourceVersion"])
        yield Step(0, SPREADER, "slice", facts, spreads, "", uid, revision, bad=not ready)
    yield from on_nodes(cluster, service, len(ready))
    for number, call in reversed(cluster.network.trace.calls()):
        way = way_of(number, call)
        if way is not None and way["service"] == f"{namespace}/{name}":
            yield Step(call["at"], "network", "call", {"way": way}, PROXY, "", uid)
            break


def on_nodes(cluster: Any, service: Object, ready: int) -> Iterator[Step]:
    """What the rules of the nodes do with a Service's address."""
    ip, uid = service["spec"].get("clusterIP", ""), service["metadata"]["uid"]
    if service["spec"].get("type") == "ExternalName" or cluster.kubelet is None:
        return
    if ip in ("", "None"):
        yield Step(0, "CoreDNS", "headless", {"count": ready}, "", "", uid, bad=not ready)
        return
    names = cluster.kubelet.nodes.names()
    stale = [name for name in names if not cluster.network.proxies.is_running(name)]
    if len(stale) < len(names):
        did, facts = "rules" if ready else "refuses", {"nodes": len(names) - len(stale), "ip": ip, "count": ready}
        yield Step(0, PROXY, did, facts, PROXY, "", uid, bad=not ready)
    if stale:
        yield Step(0, PROXY, "stale", {"nodes": ", ".join(stale[:STALE])}, PROXY, stale[0], uid, bad=True)


NOW: dict[str, Callable[[Memory, Object, bool], Iterator[Step]]] = {
    "pods": pod_now,
    "services": service_now,
    "nodes": node_now,
}
