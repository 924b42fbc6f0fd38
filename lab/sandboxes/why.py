"""Why an object is as it is: the chain of who asked, decided and did what, a refusal or a dead end included.

The steps are facts; the page puts them into words (`why-…`), and walks along them in the picture.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lab.sandboxes.deeds import Deed, Memory, latest
from lab.sandboxes.desks import KUBELET, PROXY, program_of
from lab.sandboxes.picture import controller, state
from lab.sandboxes.ways import way_of
from simulator.machinery.objects import Object, key_of
from simulator.network.services import SERVICE_NAME, SLICES
from simulator.resources.pods.table import row

FIRST, LAST = 4, 12
"""How many steps are told of a long chain, from its beginning and from its end."""
OWNERS = 4
REFUSALS = 3
LONGEST = 300
API, SERVER = "kube-apiserver", "API server"
SPREADER = "endpoint-slice-controller"
MIRROR = "kubernetes.io/config.mirror"


class Step(NamedTuple):
    """One step: who did what, about which object of the picture, with which revision."""

    at: int
    who: str
    did: str
    facts: dict[str, Any]
    program: str = API
    node: str = ""
    uid: str = ""
    revision: int = 0
    bad: bool = False
    typed: bool = False


def why(cluster: Any, resource: str, namespace: str, name: str) -> list[Step]:
    """The chain behind an object; empty where there is none of that name."""
    obj = cluster.store.get(resource, (namespace, name))
    if obj is None:
        return []
    family = [*reversed(list(ancestors(cluster, obj))), (resource, obj)]
    memory = Memory(cluster, family)
    steps = sorted([*origins(memory, family), *STORIES.get(resource, untold)(memory, obj)], key=lambda step: step.at)
    is_known = any(step.did in ("status", "condition") for step in steps)
    now = list(NOW[resource](memory, obj, is_known)) if resource in NOW else []
    steps += [step._replace(at=0) for step in now]  # at no moment: it is so now
    return steps if len(steps) <= FIRST + LAST else [*steps[:FIRST], *steps[-LAST:]]


def ancestors(cluster: Any, obj: Object) -> Iterator[tuple[str, Object]]:
    """The controllers above an object, nearest first, as far as they are still there."""
    for _ in range(OWNERS):
        reference = controller(obj)
        if reference is None:
            return
        group = reference["apiVersion"].rpartition("/")[0]
        kinds = cluster.server.resources()
        kind = next((each for each in kinds if each.group == group and each.kind == reference["kind"]), None)
        namespace = obj["metadata"].get("namespace", "") if kind is not None and kind.namespaced else ""
        above = cluster.store.get(kind.key, (namespace, reference["name"])) if kind is not None else None
        if above is None or above["metadata"]["uid"] != reference["uid"]:
            return
        yield kind.key, above
        obj = above


# How it came to be.


def origins(memory: Memory, family: list[tuple[str, Object]]) -> Iterator[Step]:
    """How each of a family came to be, and what made those above ask for the last of them just then."""
    births = [next(iter(memory.of(obj["metadata"]["uid"], "made")), None) for _, obj in family]
    for (resource, obj), born in zip(family, births, strict=True):
        yield from steps_of(memory, born) if born is not None else [forgotten(memory, resource, obj)]
    until = births[-1].at if births[-1] is not None else 0
    for (_, above), born in zip(reversed(family[:-1]), reversed(births[:-1]), strict=True):
        uid, since = above["metadata"]["uid"], born.at if born is not None else 0
        change = next((deed for deed in reversed(memory.of(uid, "changed")) if since < deed.at <= until), None)
        lost = memory.loss(uid, change.at if change is not None else since, until) if above is family[-2][1] else None
        for deed in (change, lost):
            yield from steps_of(memory, deed) if deed is not None else ()
        until = change.at if change is not None else since


def forgotten(memory: Memory, resource: str, obj: Object) -> Step:
    """What made an object is longer ago than anything is remembered; the object itself knows a little."""
    metadata, kind = obj["metadata"], memory.cluster.server.resource(resource).kind
    created = metadata["creationTimestamp"]
    makers = [each.get("manager", "") for each in metadata.get("managedFields") or () if each.get("time") == created]
    facts = {"object": f"{kind} {metadata['name']}", "when": created}
    if resource == "nodes" or MIRROR in (metadata.get("annotations") or {}):
        did, who = "before" if resource == "nodes" else "mirrored", KUBELET
        return Step(0, who, did, facts, who, obj["spec"].get("nodeName") or metadata["name"], metadata["uid"])
    who = str(makers[0])[:LONGEST] if makers and makers[0] else SERVER
    return Step(0, who, "before", facts, program_of(who), uid=metadata["uid"])


def steps_of(memory: Memory, deed: Deed) -> Iterator[Step]:
    """A write as its step; what somebody asked for is followed by the API server's answer."""
    facts = {"object": f"{deed.kind} {deed.object['metadata']['name']}", "what": deed.what, "verb": deed.asked}
    uid = deed.object["metadata"]["uid"]
    if not deed.asked:
        node = (deed.object.get("spec") or {}).get("nodeName", "") if deed.who == KUBELET else ""
        yield Step(deed.at, deed.who, deed.did, facts, program_of(deed.who), node, uid, deed.revision)
        return
    yield Step(deed.at, deed.who, "asked", facts, API, uid=uid, typed=deed.typed)
    if deed.did == "refused":
        yield Step(deed.at, SERVER, "refused", facts, API, uid=uid, bad=True)
    else:
        yield Step(deed.at, SERVER, "stored", facts, API, uid=uid, revision=deed.revision)


# What has happened to it since.


def pod_story(memory: Memory, pod: Object) -> Iterator[Step]:
    uid, name = pod["metadata"]["uid"], pod["metadata"]["name"]
    shown: dict[str, Step] = {}  # what came again and again counts when it came last
    for deed in memory.of(uid, "changed", "deleting", "status"):
        before = (deed.old or {}).get("spec") or {}
        node = deed.object["spec"].get("nodeName", "")
        if deed.did == "changed" and node and not before.get("nodeName"):
            facts = {"object": f"Pod {name}", "node": node}
            yield Step(deed.at, deed.who, "bound", facts, program_of(deed.who), "", uid, deed.revision)
        elif deed.did != "status":
            yield from steps_of(memory, deed)
        elif deed.old is not None and seen(deed.object, deed.at) != seen(deed.old, deed.at):
            step = status_step(deed.object, deed.at, deed.who)._replace(revision=deed.revision)
            shown[step.facts["status"]] = step
    yield from shown.values()
    yield from warned(memory, pod["spec"].get("nodeName", ""))
    yield from refused(memory, uid)


def seen(pod: Object, at: int) -> tuple[str, str]:
    """Readiness and status as `kubectl get pods` has them."""
    ready, status = row(pod, at)[1:3]
    return str(ready), str(status)


def status_step(pod: Object, at: int, who: str) -> Step:
    (ready, status), metadata = seen(pod, at), pod["metadata"]
    have, _, want = ready.partition("/")
    facts = {"object": f"Pod {metadata['name']}", "status": f"{status}, {ready}"}
    bad = state(pod, status, have == want) in ("bad", "lost")
    return Step(at, who, "status", facts, program_of(who), pod["spec"].get("nodeName", ""), metadata["uid"], bad=bad)


def warned(memory: Memory, node: str = "") -> Iterator[Step]:
    """What components have warned of."""
    for event in memory.warnings():
        source = event.get("source") or {}
        who = source.get("component") or event.get("reportingComponent") or event.get("reportingController") or "?"
        count = (event.get("series") or {}).get("count") or event.get("count") or 1
        text = str(event.get("message") or "")
        facts = {
            "reason": str(event.get("reason") or ""),
            "message": text if len(text) <= LONGEST else f"{text[:LONGEST]}…",
            "times": f" ×{count}" if count > 1 else "",
        }
        who = "kube-scheduler" if who == "default-scheduler" else str(who)
        program, uid = program_of(who), event["involvedObject"].get("uid", "")
        at = latest(memory.cluster.store, event)
        yield Step(at, who, "event", facts, program, node if program == KUBELET else "", uid, bad=True)


def refused(memory: Memory, uid: str) -> Iterator[Step]:
    for deed in memory.of(uid, "refused")[-REFUSALS:]:
        yield from steps_of(memory, deed)


def service_story(memory: Memory, service: Object) -> Iterator[Step]:
    uid = service["metadata"]["uid"]
    for deed in memory.of(uid, "changed", "deleting")[-REFUSALS:]:
        yield from steps_of(memory, deed)
    yield from warned(memory)
    yield from refused(memory, uid)


def node_story(memory: Memory, node: Object) -> Iterator[Step]:
    uid = node["metadata"]["uid"]
    for deed in memory.of(uid, "changed", "deleting"):
        yield from steps_of(memory, deed)
    for deed in memory.of(uid, "status"):
        now, before = readiness(deed.object), readiness(deed.old or {})
        if now.get("status") != before.get("status"):
            yield condition_step(node, now, deed.at, deed.who)._replace(revision=deed.revision)
    yield from warned(memory)
    yield from refused(memory, uid)


def readiness(node: Object) -> Object:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == "Ready"), {})


def condition_step(node: Object, ready: Object, at: int, who: str) -> Step:
    metadata = node["metadata"]
    facts = {
        "object": f"Node {metadata['name']}",
        "status": f"Ready={ready.get('status', 'Unknown')}",
        "reason": f"{ready.get('reason', '')}: {str(ready.get('message', ''))[:LONGEST]}",
    }
    bad = ready.get("status") != "True"
    return Step(at, who, "condition", facts, program_of(who), metadata["name"], metadata["uid"], bad=bad)


def untold(memory: Memory, obj: Object) -> Iterator[Step]:
    """Of other kinds only how they came to be is told."""
    yield from ()


STORIES: dict[str, Callable[[Memory, Object], Iterator[Step]]] = {
    "pods": pod_story,
    "services": service_story,
    "nodes": node_story,
}


# How it is now.


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
        yield Step(0, PROXY, "stale", {"nodes": ", ".join(stale[:REFUSALS])}, PROXY, stale[0], uid, bad=True)


NOW: dict[str, Callable[[Memory, Object, bool], Iterator[Step]]] = {
    "pods": pod_now,
    "services": service_now,
    "nodes": node_now,
}
