"""Who has done what to objects, as far as a cluster remembers: its store's log, its audit trail, its Events."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from simulator.apiserver.audit.trail import READING, Noted
from simulator.kernel.clock import moment
from simulator.kernel.component import Change
from simulator.machinery.objects import Object, key_of
from simulator.network.parties import WORKSTATION_IP

VERBS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE"}
REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "Invalid"}
MOST_CHANGES, LONGEST_VALUE = 3, 40


class Deed(NamedTuple):
    """One write that was stored, or one request that was refused."""

    at: int
    who: str
    did: str
    """`made`, `changed`, `deleting`, `deleted`, `status` or `refused`."""
    object: Object
    old: Object | None = None
    kind: str = ""
    revision: int = 0
    asked: str = ""
    """The method of the request by which somebody outside the control plane did it; "" for a component's own write."""
    typed: bool = False
    """Whether it was asked from the learner's workstation."""
    what: str = ""


class Memory:
    """What is remembered of some objects and of what they own."""

    def __init__(self, cluster: Any, objects: Iterable[tuple[str, Object]]) -> None:
        self.cluster = cluster
        self._kinds = {resource: cluster.server.resource(resource) for resource, _ in objects}
        self._names = {(self._kinds[resource].plural, *key_of(obj)): (resource, obj) for resource, obj in objects}
        self._uids = {obj["metadata"]["uid"] for _, obj in objects}
        asked = [each for _, each in cluster.server.audit.entries() if each.verb not in READING]
        self._requests = {
            (each.at, each.resource, each.namespace, each.name): each for each in asked if each.code < 400
        }
        self._refusals = [each for each in asked if each.code >= 400 and self._is_named(each)]
        self.deeds = sorted([*self._stored(), *self._before(), *self._refused()], key=lambda deed: deed.at)

    def of(self, uid: str, *did: str) -> list[Deed]:
        """What was done to an object, oldest first."""
        return [deed for deed in self.deeds if deed.object["metadata"]["uid"] == uid and deed.did in did]

    def loss(self, owner: str, since: int, until: int) -> Deed | None:
        """What last told an object of an owner to go, between two moments."""
        told = [deed for deed in self.deeds if deed.did in ("deleting", "deleted") and since < deed.at <= until]
        told = [deed for deed in told if owner in owners_of(deed.object)]
        asked = [deed for deed in told if deed.did == "deleting"]
        return (asked or told or [None])[-1]

    def warnings(self) -> list[Object]:
        """The Events of these objects that warn."""
        spaces = {obj["metadata"].get("namespace", "default") for _, obj in self._names.values()}
        found = (event for space in sorted(spaces) for event in self.cluster.store.list("events", space))
        told: dict[tuple[str, str], Object] = {}  # of those with one reason the one that says most
        for event in found:
            about, reason = event["involvedObject"], str(event.get("reason") or "")
            if event.get("type") == "Warning" and self._is_about(about):
                key = str(about.get("uid")), reason
                told[key] = max(told.get(key, event), event, key=lambda each: len(str(each.get("message") or "")))
        return list(told.values())

    def _is_about(self, told: Object) -> bool:
        if told.get("kind") == "Node":  # Events of nodes carry its name in the place of a uid
            return ("nodes", "", told.get("name", "")) in self._names
        return told.get("uid") in self._uids

    def _is_named(self, noted: Noted) -> bool:
        return (noted.resource, noted.namespace, noted.name) in self._names

    def _stored(self) -> Iterator[Deed]:
        """From the log of the store: everything of the last minutes."""
        for at, writer, change in self.cluster.store.trace():
            metadata = change.object["metadata"]
            mine = metadata["uid"] in self._uids
            if not mine and not (self._uids & set(owners_of(change.object))):
                continue
            did = deed_of(change)
            if did and (mine or did in ("deleting", "deleted")):
                yield self._deed(at, writer, did, change)

    def _deed(self, at: int, writer: str, did: str, change: Change) -> Deed:
        resource = self.cluster.server.resource(change.resource)
        namespace, name = key_of(change.object)
        noted = self._requests.get((at, resource.plural, namespace, name))
        asked = noted is not None and not noted.is_component
        return Deed(
            at,
            who_asked(noted) if noted is not None and asked else writer,
            did,
            change.object,
            change.old,
            resource.kind,
            int(change.object["metadata"]["resourceVersion"]),
            VERBS.get(noted.verb, "") if noted is not None and asked else "",
            noted is not None and noted.source == WORKSTATION_IP,
            differences(change.old, change.object) if did == "changed" else "",
        )

    def _before(self) -> Iterator[Deed]:
        """From the audit trail: what was asked before the log begins."""
        begins = next((at for at, _, _ in self.cluster.store.trace()), self.cluster.kernel.clock.now)
        for noted in self._requests.values():
            if noted.at < begins and self._is_named(noted):
                did = {"create": "made", "delete": "deleting"}.get(noted.verb, "changed")
                yield self._told(noted, "changed" if noted.subresource else did)

    def _refused(self) -> Iterator[Deed]:
        for noted in self._refusals:
            yield self._told(noted, "refused", f"{noted.code} {REASONS.get(noted.code, '')}".strip())

    def _told(self, noted: Noted, did: str, what: str = "") -> Deed:
        resource, obj = self._names[noted.resource, noted.namespace, noted.name]
        return Deed(
            noted.at,
            noted.user if noted.is_component else who_asked(noted),
            did,
            obj,
            kind=self._kinds[resource].kind,
            asked="" if noted.is_component else VERBS.get(noted.verb, noted.verb),
            typed=noted.source == WORKSTATION_IP,
            what=what or noted.subresource,
        )


def who_asked(noted: Noted) -> str:
    """The program that asked, and for whom where that is not the administrator."""
    program = noted.agent.partition("/")[0][:40] or "?"
    person = noted.impersonated or noted.user
    return program if person == "kubernetes-admin" else f"{program}, {person[:LONGEST_VALUE]}"


def deed_of(change: Change) -> str:
    """What a write did to its object; "" where it says nothing."""
    new, old = change.object, change.old
    if change.type == "DELETED":
        return "deleted"
    if old is None:
        return "made"
    if "deletionTimestamp" in new["metadata"] and "deletionTimestamp" not in old["metadata"]:
        return "deleting"
    if differences(old, new):
        return "changed"
    return "status" if new.get("status") is not old.get("status") else ""


def owners_of(obj: Object) -> list[str]:
    return [each["uid"] for each in obj["metadata"].get("ownerReferences") or ()]


def latest(store: Any, event: Object) -> int:
    """When something was last told: by the log exactly, by the Event itself to the second."""
    revision = int(event["metadata"]["resourceVersion"])
    if revision > store.oldest:
        return next(at for at, _, _ in store.trace(revision - 1))
    series = event.get("series") or {}
    text = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return moment(str(text or event["metadata"]["creationTimestamp"])[:19] + "Z")


def differences(old: Object | None, new: Object) -> str:
    """What of an object is asked for otherwise than before: the first few fields, `spec.replicas: 1 → 2`."""
    found: list[str] = []
    for name in sorted({*(old or {}), *new} - {"status", "metadata", "kind", "apiVersion"}):
        _compare((old or {}).get(name), new.get(name), name, found)
    before, after = (old or {}).get("metadata") or {}, new["metadata"]
    for name in ("labels", "finalizers"):
        _compare(before.get(name) or {}, after.get(name) or {}, f"metadata.{name}", found)
    return ", ".join(found)


def _compare(old: Any, new: Any, path: str, found: list[str]) -> None:
    if old is new or old == new or len(found) >= MOST_CHANGES:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            _compare(old.get(name), new.get(name), f"{path}.{name}", found)
    elif isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            _compare(before, after, f"{path}[{number}]", found)
    else:
        found.append(f"{path}: {short(old)} → {short(new)}")


def short(value: Any) -> str:
    """A value in a few letters."""
    if value is None:
        return "–"
    if isinstance(value, (dict, list, tuple)):
        return f"({len(value)})"
    text = "true" if value is True else "false" if value is False else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
