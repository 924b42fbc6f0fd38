"""What has happened to an object since it was made, kind by kind."""

from collections.abc import Callable, Iterator

from lab.sandboxes.deeds import Memory, latest
from lab.sandboxes.desks import KUBELET, program_of
from lab.sandboxes.why.steps import LONGEST, Step, condition_step, readiness, seen, status_step, steps_of
from simulator.machinery.objects import Object

REFUSALS = 3
"""How many refusals, and changes of a Service, are told."""


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


def untold(memory: Memory, obj: Object) -> Iterator[Step]:
    """Of other kinds only how they came to be is told."""
    yield from ()


STORIES: dict[str, Callable[[Memory, Object], Iterator[Step]]] = {
    "pods": pod_story,
    "services": service_story,
    "nodes": node_story,
}
