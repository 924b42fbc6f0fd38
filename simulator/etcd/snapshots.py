"""A store as one file and back: `etcdctl snapshot save`, `etcdutl snapshot restore`. Upstream: etcd/etcdutl/snapshot"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import orjson

from simulator.etcd.store import Store
from simulator.machinery.objects import Object, key_of

MAGIC = b"etcd-snapshot\n"
DIGEST = 32


class Damaged(Exception):
    """The bytes are no snapshot, or not the whole of one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds: the revision it was taken at, and every object after its resource."""

    revision: int
    objects: tuple[tuple[str, Object], ...]
    hash: int
    size: int


def save(store: Store) -> bytes:
    """Everything a store holds, and a digest at the end that tells whether it is whole."""
    rows = [(resource, obj) for resource in store.resources() for obj in store.list(resource)]
    body = MAGIC + orjson.dumps({"revision": store.revision, "objects": rows})
    return body + sha256(body).digest()


def load(content: bytes) -> Snapshot:
    """Raises `Damaged`."""
    body, digest = content[:-DIGEST], content[-DIGEST:]
    if not body.startswith(MAGIC):
        raise Damaged("snapshot missing hash but --skip-hash-check=false")
    if sha256(body).digest() != digest:
        raise Damaged(f"expected sha256 {list(digest)[:4]}, got {list(sha256(body).digest())[:4]}")
    found = orjson.loads(body.removeprefix(MAGIC))
    objects = tuple((resource, obj) for resource, obj in found["objects"])
    return Snapshot(found["revision"], objects, int.from_bytes(digest[:4]), len(content))


def restore(store: Store, objects: tuple[tuple[str, Object], ...]) -> None:
    """Make a store hold exactly these objects; whoever watches is told of each difference."""
    wanted = {(resource, key_of(obj)): obj for resource, obj in objects}
    for resource in store.resources():
        for key in [key for key in store.table(resource).rows if (resource, key) not in wanted]:
            store.delete(resource, key, "etcd")
    for (resource, key), obj in wanted.items():
        current = store.get(resource, key)
        if current is None or _differ(current, obj):
            store.put(resource, obj, "etcd")


def _differ(one: Object, other: Object) -> bool:
    def without_version(obj: Object) -> Iterator[tuple[str, object]]:
        for field, value in obj.items():
            yield field, {k: v for k, v in value.items() if k != "resourceVersion"} if field == "metadata" else value

    return dict(without_version(one)) != dict(without_version(other))
