"""Objects by key, one revision for every write, and a log of recent writes. Upstream: etcd, storage/etcd3"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from simulator.kernel.clock import MINUTE, Clock
from simulator.kernel.component import Change
from simulator.kernel.state import State, Table
from simulator.machinery.objects import Key, Object, key_of

LOG_AGE = 5 * MINUTE
"""How long a write can be watched from: etcd is compacted every five minutes."""
LOG_LENGTH = 5_000
QUOTA = 32 * 1024 * 1024
"""How many bytes of JSON a cluster may hold, as `--quota-backend-bytes`: less, as thousands of them share a machine."""
MOST = 5_000
"""How many objects of one resource a cluster may hold, so that a flood of one leaves room for the others."""
LARGEST = 3 * 512 * 1024
"""The most bytes of one object, as `--max-request-bytes`."""
LARGE = 8 * 1024
"""From how many bytes on an object counts in the log."""
LOG_BYTES = 16 * 1024 * 1024
"""How many bytes of large objects the log keeps before it forgets the oldest."""
OVER = ("Succeeded", "Failed")
"""The phases in which nothing more becomes of a Pod."""
NOBODY = ""
"""What the index of controllers gives for objects without one."""

type Observer = Callable[[Change], None]
type Index = Callable[[Object], Iterable[str]]
type Indexes = Sequence[tuple[str, Index]]


class Compacted(Exception):
    """A watch or list asked for a revision that is no longer, or not yet, in the log."""

    def __init__(self, oldest: int) -> None:
        super().__init__(f"the oldest revision kept is {oldest}")
        self.oldest = oldest


class Store:
    """All objects of one cluster. Reading gives the stored value itself: it is never changed in place."""

    def __init__(self, state: State, clock: Clock, prefix: str = "etcd") -> None:
        self._state = state
        self._clock = clock
        self._prefix = prefix
        self._log: Table[int, tuple[int, str, str, str, Object, Object | None]] = state.table(f"{prefix}.log")
        self._meta: Table[str, int] = state.table(f"{prefix}.meta")
        self._large: Table[int, int] = state.table(f"{prefix}.large")
        self._tables: dict[str, Table[Key, Object]] = {}
        self._observers: dict[str, tuple[Observer, ...]] = {}
        self._indexes: dict[tuple[str, str], dict[str, dict[Key, None]]] = {}
        self._index_of: Mapping[str, Indexes] = {}
        self._in_order: dict[tuple[str, str, str], list[Key]] = {}
        self._owned: dict[str, dict[tuple[str, Key], None]] | None = None

    # What is wired up once for every world or fork.

    def subscribe(self, resources: Iterable[str], observer: Observer) -> None:
        """Have an observer told of each write to these resources (`*`: to every resource), at once."""
        for resource in resources:
            self._observers[resource] = (*self._observers.get(resource, ()), observer)

    def replace(self, resources: Iterable[str], old: Observer, new: Observer) -> None:
        """Have another observer told in the place of one."""
        for resource in resources:
            self._observers[resource] = tuple(new if one == old else one for one in self._observers[resource])

    def add_indexes(self, indexes: Mapping[str, Indexes]) -> None:
        """Keep objects of resources findable by what their indexes say of them; see `by_index`."""
        self._index_of = {**self._index_of, **indexes} if self._index_of else indexes

    # Reading.

    @property
    def revision(self) -> int:
        return self._meta.get("revision") or 0

    def table(self, resource: str) -> Table[Key, Object]:
        table = self._tables.get(resource)
        if table is None:
            table = self._tables[resource] = self._state.table(f"{self._prefix}/{resource}")
        return table

    def resources(self) -> list[str]:
        """The resources of which at least one object exists."""
        prefix = f"{self._prefix}/"
        return [name.removeprefix(prefix) for name in self._state.names(prefix)]

    def get(self, resource: str, key: Key) -> Object | None:
        return self.table(resource).get(key)

    def list(self, resource: str, namespace: str | None = None) -> list[Object]:
        """Objects in order of namespace and name."""
        rows = self.table(resource).rows
        if namespace is None:
            return [rows[key] for key in sorted(rows)]
        return [rows[key] for key in sorted(key for key in rows if key[0] == namespace)]

    def by_index(self, resource: str, name: str, value: str) -> Iterator[Object]:
        """The objects for which the index of that name gave `value`, in order of namespace and name."""
        index = self._indexes.get((resource, name))
        if index is None:
            if not any(known == name for known, _ in self._index_of.get(resource, ())):
                return  # a resource that this cluster does not serve
            index = self._build_index(resource, name)
        keys = self._in_order.get((resource, name, value))
        if keys is None:
            keys = self._in_order[resource, name, value] = sorted(index.get(value, ()))
        rows = self.table(resource).rows
        for key in keys:
            yield rows[key]

    def owned(self, uid: str) -> Iterator[tuple[str, Object]]:
        """The objects, of every resource, that name an owner of that uid; in order of resource and key."""
        if self._owned is None:
            self._owned = {}
            for resource in self.resources():
                for key, obj in self.table(resource).rows.items():
                    self._own(resource, key, (), owners(obj))
        for resource, key in sorted(self._owned.get(uid, ())):
            yield resource, self.table(resource).rows[key]

    def changes_since(self, revision: int, resource: str | None = None) -> Iterator[tuple[int, Change]]:
        """What was written after a revision, in order. Raises `Compacted` where the log does not reach back so far."""
        if revision < self.oldest:
            raise Compacted(self.oldest)
        log = self._log
        for number in range(revision + 1, self.revision + 1):
            row = log[number]
            if resource is None or row[3] == resource:
                yield number, Change(*row[2:])

    def trace(self, revision: int = 0) -> Iterator[tuple[int, str, Change]]:
        """Who wrote what and when, as far back as the log reaches: moment, writer, change."""
        start = max(revision, self._meta.get("compacted") or 0)
        for number in range(start + 1, self.revision + 1):
            row = self._log[number]
            yield row[0], row[1], Change(*row[2:])

    @property
    def oldest(self) -> int:
        """The revision up to which writes are forgotten."""
        return self._meta.get("compacted") or 0

    @property
    def size(self) -> int:
        """How many bytes of JSON all objects take."""
        known = self._meta.get("size")
        if known is None:  # a world of before sizes were counted
            rows = (self.table(resource).rows.values() for resource in self.resources())
            known = sum(size_of(obj) for objects in rows for obj in objects)
        return known

    def is_full(self, resource: str) -> bool:
        """Whether there is no room for one more object of a resource."""
        return self.size >= QUOTA or len(self.table(resource).rows) >= MOST

    # Writing.

    def put(self, resource: str, obj: Object, writer: str = "") -> Object:
        """Store an object under its key with the next revision as its resource version; returns what was stored."""
        revision = self._next_revision()
        obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
        key = key_of(obj)
        table = self.table(resource)
        old = table.get(key)
        size = self._weigh(revision, obj, old)
        stored = table.put(key, obj)
        self._meta.put("size", size)
        self._record(revision, Change("ADDED" if old is None else "MODIFIED", resource, stored, old), key, writer)
        return stored

    def delete(self, resource: str, key: Key, writer: str = "") -> Object | None:
        """Remove an object; returns its last state, with the revision of its removal, or None if it was not there."""
        table = self.table(resource)
        old = table.get(key)
        if old is None:
            return None
        revision = self._next_revision()
        size = self._weigh(revision, None, old)
        table.delete(key)
        self._meta.put("size", size)
        last = {**old, "metadata": {**old["metadata"], "resourceVersion": str(revision)}}
        self._record(revision, Change("DELETED", resource, last, old), key, writer)
        return last

    def _weigh(self, revision: int, obj: Object | None, old: Object | None) -> int:
        """The size of everything once `obj` stands for `old`; the log is told of what is large."""
        new, before = size_of(obj), size_of(old)
        if max(new, before) > LARGE:
            self._large.put(revision, max(new, before))
            self._meta.put("large", (self._meta.get("large") or 0) + max(new, before))
        return self.size + new - before

    def _forget(self, revision: int) -> None:
        self._log.delete(revision)
        large = self._large.get(revision)
        if large is not None:
            self._large.delete(revision)
            self._meta.put("large", (self._meta.get("large") or 0) - large)

    def _next_revision(self) -> int:
        revision = self.revision + 1
        self._meta.put("revision", revision)
        return revision

    def _record(self, revision: int, change: Change, key: Key, writer: str) -> None:
        self._log.put(revision, (self._clock.now, writer, *change))
        self._compact(revision)
        self._reindex(change, key)
        for observer in self._observers.get(change.resource, ()):
            observer(change)
        for observer in self._observers.get("*", ()):
            observer(change)

    def _compact(self, revision: int) -> None:
        oldest = (self._meta.get("compacted") or 0) + 1
        horizon = self._clock.now - LOG_AGE
        log = self._log
        compacted = oldest
        while compacted < revision and (
            log[compacted][0] < horizon
            or revision - compacted >= LOG_LENGTH
            or (self._meta.get("large") or 0) > LOG_BYTES
        ):
            self._forget(compacted)
            compacted += 1
        if compacted > oldest:
            self._meta.put("compacted", compacted - 1)

    def _reindex(self, change: Change, key: Key) -> None:
        resource, gone = change.resource, change.type == "DELETED"
        for name, values_of in self._index_of.get(resource, ()):
            index = self._indexes.get((resource, name))
            if index is None:
                continue
            before = values_of(change.old) if change.old is not None else ()
            after = () if gone else values_of(change.object)
            if before == after:
                continue
            for value in before:
                if value not in after:
                    index[value].pop(key, None)
                    self._in_order.pop((resource, name, value), None)
            for value in after:
                index.setdefault(value, {})[key] = None
                self._in_order.pop((resource, name, value), None)
        if self._owned is not None:
            before = owners(change.old) if change.old is not None else []
            self._own(resource, key, before, [] if gone else owners(change.object))

    def _own(self, resource: str, key: Key, before: Iterable[str], after: Iterable[str]) -> None:
        if self._owned is None or before == after:
            return
        for uid in before:
            owned = self._owned.get(uid, {})
            owned.pop((resource, key), None)
            if not owned:
                self._owned.pop(uid, None)
        for uid in after:
            self._owned.setdefault(uid, {})[resource, key] = None

    def _build_index(self, resource: str, name: str) -> dict[str, dict[Key, None]]:
        values_of = next(index for known, index in self._index_of.get(resource, ()) if known == name)
        index: dict[str, dict[Key, None]] = {}
        for key, obj in self.table(resource).rows.items():
            for value in values_of(obj):
                index.setdefault(value, {})[key] = None
        self._indexes[resource, name] = index
        return index

    def compact_to(self, revision: int) -> None:
        """Forget what was written up to a revision, as `etcdctl compact` does."""
        compacted = self._meta.get("compacted") or 0
        for number in range(compacted + 1, min(revision, self.revision) + 1):
            self._forget(number)
        self._meta.put("compacted", max(compacted, min(revision, self.revision)))


def size_of(obj: Object | None) -> int:
    """The bytes of an object's JSON, about; raises nothing for what JSON cannot hold."""
    if obj is None:
        return 0
    try:
        return len(orjson.dumps(obj))
    except orjson.JSONEncodeError:
        return len(repr(obj))


def owners(obj: Object) -> list[str]:
    """Index: the uids of an object's owners."""
    return [reference["uid"] for reference in obj["metadata"].get("ownerReferences") or ()]


def controllers(obj: Object) -> list[str]:
    """Index: the uid of the controller that manages an object; an empty one where none does."""
    references: list[dict[str, Any]] = obj["metadata"].get("ownerReferences") or []
    return [reference["uid"] for reference in references if reference.get("controller")] or [NOBODY]


def unfinished(values_of: Index) -> Index:
    """An index of the Pods that are not over, so that what is costs nothing once it was."""

    def values(pod: Object) -> Iterable[str]:
        return () if (pod.get("status") or {}).get("phase") in OVER else values_of(pod)

    return values


def assigned_node(pod: Object) -> list[str]:
    """Index: the node a Pod runs on."""
    node = pod["spec"].get("nodeName")
    return [node] if node else []
