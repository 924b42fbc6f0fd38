"""Deletes what nobody owns any more, in the background, in the foreground, or lets it be orphaned.

Upstream: pkg/controller/garbagecollector
"""

from collections.abc import Mapping

from simulator.controllers import elsewhere
from simulator.controllers.base import Controller
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import Object, key_of
from simulator.resources.metrics import API_SERVICE as METRICS
from simulator.resources.resource import Resource

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
API_SERVICES = "apiservices.apiregistration.k8s.io"
ELSEWHERE = "elsewhere"
"""In the place of a resource: the dependents, at other servers, of an owner that went; its uid is the name."""
RESYNC = 30 * SECOND
MOST_KNOWN = 64
"""How many sets of resources are remembered."""

type Item = tuple[str, str, str]
"""Resource, namespace, name."""


class GarbageCollector(Controller):
    """Follows owner references. Its keys are items: dependents whose owner went, owners on their way out."""

    name = "garbage-collector-controller"
    watches = ("*",)
    _others: bool | None = None
    _resources: tuple[Resource, ...] = ()
    _by_kind: Mapping[tuple[str, str], Resource] = {}

    def observe(self, change: Change) -> None:
        if change.resource == "events":
            return
        if change.resource == API_SERVICES:
            self._others = None
        metadata = change.object["metadata"]
        is_new_dependent = change.type == "ADDED" and metadata.get("ownerReferences")
        if change.type == "DELETED":
            self._owner_went(change.object)
            if self._has_others():
                key = (ELSEWHERE, metadata.get("namespace", ""), metadata["uid"])
                self.enqueue(key)  # type: ignore[arg-type]  # an item is a longer key
        elif is_new_dependent or ("deletionTimestamp" in metadata and metadata.get("finalizers")):
            self._note(change.resource, change.object)

    def _has_others(self) -> bool:
        """Whether there are APIServices of others; found anew when one changes."""
        if self._others is None:
            services = self.client.rows(API_SERVICES)
            self._others = any("service" in one["spec"] and name != METRICS for (_, name), one in services.items())
        return self._others

    def _resource_of(self, reference: Object) -> Resource | None:
        """The resource of the owner that a reference names; found anew when the server's resources change."""
        resources = self.client.resources()
        if resources is not self._resources:
            self._resources = resources
            self._by_kind = stored_by_kind(resources)
        return self._by_kind.get((reference["apiVersion"].rpartition("/")[0], reference["kind"]))

    def _note(self, resource: str, obj: Object) -> None:
        self.enqueue((resource, *key_of(obj)))  # type: ignore[arg-type]  # an item is a longer key

    def _owner_went(self, owner: Object) -> None:
        """Look at all dependents, and at other owners of them that wait in the foreground."""
        for resource, dependent in self.client.dependents(owner):
            self._note(resource, dependent)
        for reference in owner["metadata"].get("ownerReferences") or ():
            found = self._owner(reference, owner["metadata"].get("namespace", ""))
            if found is not None and "deletionTimestamp" in found[1]["metadata"]:
                self._note(*found)

    def _owner(self, reference: Object, namespace: str) -> tuple[str, Object] | None:
        """The owner a reference names, if it is still that one; with its resource."""
        known = self._resource_of(reference)
        if known is None:
            return None
        owner = self.client.get(known.key, namespace if known.namespaced else "", reference["name"])
        return (known.key, owner) if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None

    def reconcile(self, key: tuple[str, ...]) -> None:
        resource, namespace, name = key
        if resource == ELSEWHERE:
            elsewhere.delete_dependents(self.client, name, namespace)
            return
        obj = self.client.get(resource, namespace, name)
        if obj is None:
            return
        if "deletionTimestamp" in obj["metadata"]:
            finalizers = obj["metadata"].get("finalizers") or ()
            if ORPHAN in finalizers:
                self._orphan(resource, obj)
            elif FOREGROUND in finalizers:
                self._delete_dependents(resource, obj)
            return
        self._attempt(resource, obj)

    def _attempt(self, resource: str, obj: Object) -> None:
        """Delete an object all of whose owners are gone; let go of those that are. Upstream: attemptToDeleteItem"""
        namespace = obj["metadata"].get("namespace", "")
        references = obj["metadata"].get("ownerReferences") or []
        solid, waiting = [], []
        for reference in references:
            found = self._owner(reference, namespace)
            if found is None and self._is_gone(reference, namespace, resource, obj):
                continue
            if found is not None and _waits_for_dependents(found[1]):
                waiting.append(reference)
            else:
                solid.append(reference)
        if solid:
            if len(solid) < len(references):
                self.client.change(resource, obj, ("metadata", "ownerReferences"), solid)
        elif references:
            foreground = bool(waiting) and bool(self.client.dependents(obj))
            self.client.delete(resource, obj, propagation="Foreground" if foreground else _policy(obj))

    def _is_gone(self, reference: Object, namespace: str, resource: str, obj: Object) -> bool:
        """Whether an owner that is not in the store is nowhere else either; one that is there is asked for again."""
        if self._resource_of(reference) is not None:
            return True
        if not self._has_others() or not elsewhere.is_known(self.client, reference):
            return False
        if not elsewhere.is_there(self.client, reference, namespace):
            return True
        self.look_again((resource, *key_of(obj)), RESYNC)  # type: ignore[arg-type]  # an item is a longer key
        return False

    def _delete_dependents(self, resource: str, owner: Object) -> None:
        """Upstream: processDeletingDependentsItem"""
        blocking = []
        for kind, dependent in self.client.dependents(owner):
            blocks = _blocks(dependent, owner)
            if "deletionTimestamp" not in dependent["metadata"]:
                self._attempt(kind, dependent)
            if blocks and self.client.get(kind, *key_of(dependent)) is not None:
                blocking.append(dependent)
        if not blocking:
            self._drop_finalizer(resource, owner, FOREGROUND)

    def _orphan(self, resource: str, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        for kind, dependent in self.client.dependents(owner):
            references = [one for one in dependent["metadata"]["ownerReferences"] if one["uid"] != uid]
            metadata = {name: value for name, value in dependent["metadata"].items() if name != "ownerReferences"}
            if references:
                metadata["ownerReferences"] = references
            self.client.update(kind, {**dependent, "metadata": metadata})
        self._drop_finalizer(resource, owner, ORPHAN)

    def _drop_finalizer(self, resource: str, obj: Object, finalizer: str) -> None:
        current = self.client.get(resource, *key_of(obj))
        if current is not None:
            left = [one for one in current["metadata"].get("finalizers") or () if one != finalizer]
            self.client.change(resource, current, ("metadata", "finalizers"), left)


def _waits_for_dependents(owner: Object) -> bool:
    metadata = owner["metadata"]
    return "deletionTimestamp" in metadata and FOREGROUND in (metadata.get("finalizers") or ())


def _blocks(dependent: Object, owner: Object) -> bool:
    references = dependent["metadata"].get("ownerReferences") or ()
    return any(one["uid"] == owner["metadata"]["uid"] and one.get("blockOwnerDeletion") for one in references)


def _policy(obj: Object) -> str:
    """What the object's own finalizers ask for."""
    finalizers = obj["metadata"].get("finalizers") or ()
    return "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else "Background"


def stored_by_kind(resources: tuple[Resource, ...]) -> Mapping[tuple[str, str], Resource]:
    """What is stored, by group and kind; worlds that serve the very same resources share it."""
    known = _known.get(id(resources))
    if known is not None and known[0] is resources:
        return known[1]
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    found = {(one.group, one.kind): one for one in resources if one.is_stored}
    _known[id(resources)] = (resources, found)
    return found


_known: dict[int, tuple[tuple[Resource, ...], Mapping[tuple[str, str], Resource]]] = {}
"""By identity: a cache, rebuilt where it is missing."""
