"""How an object came to be: who made it, and what made those above it ask for it just then."""

from collections.abc import Iterator
from typing import Any

from lab.sandboxes.deeds import Memory
from lab.sandboxes.desks import KUBELET, program_of
from lab.sandboxes.picture import controller
from lab.sandboxes.why.steps import LONGEST, SERVER, Step, steps_of
from simulator.machinery.objects import Object

OWNERS = 4
MIRROR = "kubernetes.io/config.mirror"


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
