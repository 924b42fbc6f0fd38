"""How every write reaches the store: identity, timestamps, generation, finalizers, graceful deletion.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go, registry/rest
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from simulator.api.errors import AlreadyExists, BadRequest, Conflict, NotFound, Unexplained
from simulator.apiserver.waiting import Waiting
from simulator.etcd import Store
from simulator.etcd.store import LARGEST, size_of
from simulator.kernel.clock import SECOND, Clock, timestamp
from simulator.kernel.random import Random
from simulator.machinery.objects import Object, at, key_of, sharing
from simulator.resources.resource import Resource

type Note = Callable[[Object, Object], Object]
"""Takes the old object and the new one; gives the new one with its managers noted."""

KEPT = ("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")
"""What of an object's metadata no update changes."""
FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
GENERATED_NAME_LENGTH = 63
GENERATED_NAME_TRIES = 8


class TooLarge(Unexplained):
    """An object is more than etcd takes in one request."""


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """What a delete asks for. Upstream: metav1.DeleteOptions"""

    grace_period: int | None = None
    propagation: str | None = None
    """Background, Foreground, Orphan, or None for the kind's default."""
    uid: str | None = None
    resource_version: str | None = None
    dry_run: bool = False


class Storage:
    """Creates, replaces and deletes stored objects by the rules that hold for every kind."""

    def __init__(self, store: Store, clock: Clock, random: Random, waiting: Waiting) -> None:
        self.store = store
        self._clock = clock
        self._random = random
        self._waiting = waiting

    def identify(self, resource: Resource, obj: Object) -> Object:
        """A copy with what the server gives a new object: name, uid, creation time, first generation."""
        metadata = dict(obj.get("metadata") or {})
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = self._generated_name(resource, metadata)
        metadata["uid"] = self._random.uuid("uid")
        metadata["creationTimestamp"] = timestamp(self._waiting.now)
        for field in ("deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "selfLink", "generation"):
            metadata.pop(field, None)
        if resource.generation is not None:
            metadata["generation"] = 1
        return {**obj, "metadata": metadata}

    def _generated_name(self, resource: Resource, metadata: Object) -> str:
        base: str = metadata["generateName"][: GENERATED_NAME_LENGTH - 5]
        namespace = metadata.get("namespace", "")
        for _ in range(GENERATED_NAME_TRIES):
            name = base + self._random.name("generateName")
            if self.store.get(resource.key, (namespace, name)) is None:
                break
        return name

    def create(self, resource: Resource, obj: Object, *, writer: str = "", dry_run: bool = False) -> Object:
        """Store a new, identified object."""
        if not dry_run:
            self._waiting.hold()
        key = key_of(obj)
        if self.store.get(resource.key, key) is not None:
            raise AlreadyExists(resource.plural, key[1], group=resource.group)
        self._check_room(resource, obj, None)
        return obj if dry_run else self.store.put(resource.key, obj, writer)

    def _check_room(self, resource: Resource, obj: Object, old: Object | None) -> None:
        """Refuse what etcd has no room for. What grows no larger still goes through, so that one can make room."""
        try:
            size = len(orjson.dumps(obj))
        except orjson.JSONEncodeError as error:  # nested hundreds deep, or no text: no client could read it back
            raise BadRequest(f"json: unsupported value: {error}") from None
        if size > LARGEST:
            raise TooLarge("etcdserver: request is too large")
        if self.store.is_full(resource.key) and size > size_of(old):
            raise Unexplained("etcdserver: mvcc: database space exceeded")

    def update(
        self,
        resource: Resource,
        obj: Object,
        old: Object,
        *,
        writer: str = "",
        dry_run: bool = False,
        note: Note | None = None,
    ) -> Object:
        """Replace an object. Nothing changed: nothing is written. The last finalizer gone: it is deleted.

        A component's write comes with what notes its managers. That to a Deployment's annotations comes with its
        status, so it is no new generation.
        """
        metadata = {**obj["metadata"], "uid": old["metadata"]["uid"]}
        metadata["resourceVersion"] = old["metadata"]["resourceVersion"]
        keep(metadata, old["metadata"], KEPT if note is None else (*KEPT, "managedFields"))
        generating = [path for path in resource.generation or () if note is None or path[0] == "spec"]
        if any(at(obj, *path) != at(old, *path) for path in generating) and not is_binding(resource, obj, old):
            metadata["generation"] = metadata.get("generation", 0) + 1
        obj = {**obj, "metadata": metadata}
        if obj == old or (note is None and is_same_but_for_times(obj, old)):
            return old
        if dry_run:
            return obj
        self._waiting.hold()
        if is_finalized(obj, old):
            return self.store.delete(resource.key, key_of(obj), writer) or obj
        if note is None:
            self._check_room(resource, obj, old)
        else:
            obj = note(old, sharing(obj, old))
        return self.store.put(resource.key, obj, writer)

    def delete(
        self, resource: Resource, key: tuple[str, str], options: DeleteOptions, *, writer: str = ""
    ) -> tuple[Object, bool]:
        """Delete an object, or mark it where finalizers or a grace period delay that.

        Returns its last state, and whether it is gone.
        """
        old = self.store.get(resource.key, key)
        if old is None:
            raise NotFound(resource.plural, key[1], group=resource.group)
        if not options.dry_run:
            self._waiting.hold()
        check_preconditions(resource, old, options)
        finalizers = finalizers_for(resource, old, options)
        grace = self._grace_period(resource, old, options)
        if not finalizers and grace == 0 and not holds_content(resource, old):
            if options.dry_run:
                return old, True
            if resource.graceful:  # in two writes: upstream's BeforeDelete
                marked = self._marked(resource, old, finalizers, grace)
                old = old if marked == old else self.store.put(resource.key, marked, writer)
            return self.store.delete(resource.key, key, writer) or old, True
        marked = self._marked(resource, old, finalizers, grace)
        if marked == old or options.dry_run:
            return marked, False
        return self.store.put(resource.key, marked, writer), False

    def _marked(self, resource: Resource, old: Object, finalizers: list[str], grace: int) -> Object:
        metadata = dict(old["metadata"])
        deadline = timestamp(self._clock.now + grace * SECOND)
        if "deletionTimestamp" not in metadata:
            if metadata.get("generation"):
                metadata["generation"] += 1
            metadata["deletionTimestamp"] = deadline
            metadata["deletionGracePeriodSeconds"] = grace
        elif grace < metadata.get("deletionGracePeriodSeconds", 0):
            metadata["deletionTimestamp"] = min(deadline, metadata["deletionTimestamp"])
            metadata["deletionGracePeriodSeconds"] = grace
        metadata.pop("finalizers", None)
        if finalizers:
            metadata["finalizers"] = finalizers
        marked = {**old, "metadata": metadata}
        if holds_content(resource, old):
            marked["status"] = {**old.get("status", {}), "phase": "Terminating"}
        return marked

    def _grace_period(self, resource: Resource, old: Object, options: DeleteOptions) -> int:
        """Seconds that a Pod gets to end. Upstream: pkg/registry/core/pod/strategy.go CheckGracefulDelete"""
        if not resource.graceful:
            return 0
        spec, status = old["spec"], old.get("status", {})
        grace = options.grace_period
        if grace is None:
            grace = spec.get("terminationGracePeriodSeconds", 30)
        if not spec.get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
            return 0
        if grace < 0:
            grace = 1
        pending = old["metadata"].get("deletionGracePeriodSeconds")
        return int(grace if pending is None else min(grace, pending))


def keep(metadata: Object, old: Object, fields: Sequence[str]) -> None:
    """Have new metadata say what the old one said in some fields."""
    for field in fields:
        if field in old:
            metadata[field] = old[field]
        else:
            metadata.pop(field, None)


def is_same_but_for_times(obj: Object, old: Object) -> bool:
    """Whether nothing but the times of managers' entries changed. Upstream: IgnoreManagedFieldsTimestampsTransformer"""
    if "managedFields" not in old["metadata"] or "managedFields" not in obj["metadata"]:
        return False
    before, after = ([{**entry, "time": ""} for entry in one["metadata"]["managedFields"]] for one in (old, obj))
    if len(before) != len(after) or any(entry not in before for entry in after):
        return False
    metadata = {**obj["metadata"], "managedFields": old["metadata"]["managedFields"]}
    return bool(metadata == old["metadata"] and {**obj, "metadata": metadata} == old)


def is_binding(resource: Resource, obj: Object, old: Object) -> bool:
    """Whether a Pod is given its node and nothing else: that is no edit. Upstream: BindingREST"""
    if resource.key != "pods" or old["spec"].get("nodeName"):
        return False
    return bool({name: value for name, value in obj["spec"].items() if name != "nodeName"} == old["spec"])


def is_finalized(obj: Object, old: Object) -> bool:
    """Whether this write lifts the last thing that kept a deleted object."""
    metadata = obj["metadata"]
    if "deletionTimestamp" not in metadata or metadata.get("deletionGracePeriodSeconds", 0) > 0:
        return False
    if obj.get("kind") == "Namespace" and (obj.get("spec") or {}).get("finalizers"):
        return False
    had = old["metadata"].get("finalizers") or (old.get("spec") or {}).get("finalizers")
    return bool(had) and not metadata.get("finalizers")


def holds_content(resource: Resource, obj: Object) -> bool:
    """Whether a Namespace still waits for its content to be removed."""
    return resource.key == "namespaces" and bool((obj.get("spec") or {}).get("finalizers"))


def check_preconditions(resource: Resource, old: Object, options: DeleteOptions) -> None:
    """Upstream: apiserver/pkg/registry/rest/delete.go BeforeDelete"""
    name, metadata = old["metadata"]["name"], old["metadata"]
    for field, wanted, given, why in (
        ("UID", options.uid, metadata["uid"], "deleted and then recreated"),
        ("ResourceVersion", options.resource_version, metadata["resourceVersion"], "modified"),
    ):
        if wanted is not None and wanted != given:
            message = (
                f"the {field} in the precondition ({wanted}) does not match the {field} in record ({given}). "
                f"The object might have been {why}"
            )
            raise Conflict(resource.kind, name, message, group=resource.group)


def finalizers_for(resource: Resource, old: Object, options: DeleteOptions) -> list[str]:
    """The finalizers a deleted object carries: its own, and the garbage collector's for this propagation."""
    finalizers = [name for name in old["metadata"].get("finalizers") or () if name not in (FOREGROUND, ORPHAN)]
    kept = [name for name in old["metadata"].get("finalizers") or () if name in (FOREGROUND, ORPHAN)]
    if options.propagation == "Foreground":
        kept = [FOREGROUND]
    elif options.propagation == "Orphan":
        kept = [ORPHAN]
    elif options.propagation == "Background":
        kept = []
    return finalizers + kept
