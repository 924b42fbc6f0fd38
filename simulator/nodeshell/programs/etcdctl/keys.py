"""Keys and values: get, put, del, watch. Upstream: etcd/etcdctl/ctlv3/command, k8s.io/apiserver/pkg/storage/etcd3

The API server's objects lie below `/registry`, here as JSON. When a key was first written and how often is told as far
as the log of writes goes back.
"""

from base64 import b64encode
from typing import Any, NamedTuple

import orjson

from simulator.etcd.store import Compacted
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.etcdctl.client import (
    Failure,
    Flags,
    connect,
    form,
    header,
    header_fields,
    unsupported,
    whole,
)
from simulator.nodeshell.programs.etcdctl.leases import NOT_FOUND, lease_of
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait

REGISTRY = "/registry/"
MOST_KEYS, MOST_BYTES = 1000, 1 << 20
"""What somebody may put beside the API server's keys."""
BUILT_IN = (
    "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io",
    "scheduling.k8s.io", "discovery.k8s.io", "coordination.k8s.io", "node.k8s.io", "certificates.k8s.io",
    "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io",
)  # fmt: skip
"""Groups whose objects lie under the resource's name alone, as they did before groups were part of keys."""
RENAMED = {"services": "services/specs", "endpoints": "services/endpoints", "nodes": "minions", "ingresses": "ingress"}
COMPACTED = "Error: etcdserver: mvcc: required revision has been compacted"
FUTURE = "Error: etcdserver: mvcc: required revision is a future revision"


class Entry(NamedTuple):
    """A key with its value, and the revisions it was made and changed at."""

    key: str
    value: str
    created: int
    modified: int
    version: int


FLAGS = {
    "del": ("", "prefix from-key prev-kv"),
    "get": ("limit rev sort-by order consistency", "prefix from-key count-only keys-only print-value-only"),
    "put": ("lease", "prev-kv ignore-value ignore-lease"),
}
"""The flags of each: those with a value, and the others."""
NEEDS = "Error: put command needs 1 argument and input from stdin or 2 arguments"
ORDERS = {"KEY": "key", "CREATE": "created", "MODIFY": "modified", "VERSION": "version", "VALUE": "value"}


def key_of(resource: str, obj: Object) -> str:
    """Upstream: pkg/registry, StorageFactory"""
    plural, _, group = resource.partition(".")
    metadata = obj["metadata"]
    folder = RENAMED.get(plural, plural)
    if group and group not in BUILT_IN:
        folder = f"{group}/{plural}"
    namespace = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{REGISTRY}{folder}/{namespace}{metadata['name']}"


class Range:
    """The keys that a request means: one, those before another, those with a prefix, or all from one on."""

    def __init__(self, flags: Flags, words: list[str], what: str) -> None:
        if not words or len(words) > 2:
            raise Failure(f"Error: {what} command needs one argument as key and an optional argument as range_end")
        self._first, self._end = words[0], words[1] if len(words) > 1 else None
        self._prefix, self._from = "prefix" in flags, "from-key" in flags
        if self._prefix and self._from:
            raise Failure("Error: `--prefix` and `--from-key` cannot be set at the same time, choose one")

    def holds(self, key: str) -> bool:
        if self._end is not None:
            return self._first <= key < self._end
        if self._from:
            return key >= self._first
        return key.startswith(self._first) if self._prefix else key == self._first


def revision_of(obj: Object) -> int:
    return int(obj["metadata"].get("resourceVersion") or 0)


def shown(value: Object | str) -> str:
    """A value: the API server's are in its own encoding, of which JSON is the readable form."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def held(host: Host, wanted: Range, revision: int = 0) -> list[Entry]:
    """The keys of a range as they are now, or were at a revision. Raises `Failure`."""
    store = host.cluster.store
    found: dict[str, Object | str] = {
        key: own for key, own in host.control_plane.etcd.own_keys.rows.items() if not revision
    }
    for resource in store.resources():
        found.update((key_of(resource, obj), obj) for obj in store.list(resource))
    if revision > store.revision:
        raise Failure(FUTURE)
    try:
        later = list(store.changes_since(revision)) if revision else []
    except Compacted:
        raise Failure(COMPACTED) from None
    for _, change in reversed(later):
        before = change.old if change.type != "ADDED" else None
        if before is None:
            found.pop(key_of(change.resource, change.object), None)
        else:
            found[key_of(change.resource, change.object)] = before
    return [entry(host, key, found[key]) for key in sorted(found) if wanted.holds(key)]


def entry(host: Host, key: str, value: Object | str) -> Entry:
    now = host.cluster.store.revision
    modified = now if isinstance(value, str) else revision_of(value)
    return Entry(key, shown(value), modified, modified, 1)


def with_history(host: Host, entries: list[Entry]) -> list[Entry]:
    """The entries with what the log tells of their keys."""
    history: dict[str, list[int]] = {}
    for number, change in host.cluster.store.changes_since(host.cluster.store.oldest):
        key = key_of(change.resource, change.object)
        if change.type == "ADDED":
            history[key] = []
        history.setdefault(key, []).append(number)
    found = []
    for each in entries:
        known = [number for number in history.get(each.key, ()) if number <= each.modified] or [each.modified]
        found.append(each._replace(created=known[0], version=len(known)))
    return found


def number(flags: Flags, name: str) -> int:
    text = flags.get(name, "0") or "0"
    try:
        return max(whole(text), 0)
    except ValueError as error:
        raise Failure(f'Error: invalid argument "{text}" for "--{name}" flag: {error}') from None


def get(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    found, how = held(host, Range(flags, words, "get"), number(flags, "rev")), form(flags)
    if how != "simple" or "sort-by" in flags:
        found = with_history(host, found)
    found = ordered(flags, found)
    total, limit = len(found), number(flags, "limit")
    found = found[:limit] if limit else found
    if "count-only" in flags:
        found = []
    if how == "simple" and "count-only" in flags:
        process.print(str(total))
    elif how == "simple":
        for each in found:
            if "print-value-only" not in flags:
                process.print(each.key)
            process.print("" if "keys-only" in flags else each.value)
    elif how == "table":
        raise unsupported(how)
    else:
        (as_json if how == "json" else as_fields)(process, host, flags, found, total)
    return 0


def ordered(flags: Flags, found: list[Entry]) -> list[Entry]:
    by, order = flags.get("sort-by", "KEY").upper(), flags.get("order", "ASCEND").upper()
    if by not in ORDERS:
        raise Failure(f"Error: bad sort target {flags['sort-by']}")
    if order not in ("ASCEND", "DESCEND"):
        raise Failure(f"Error: bad sort order {flags['order']}")
    field = ORDERS[by]
    return sorted(found, key=lambda each: getattr(each, field), reverse=order == "DESCEND")


def as_json(process: Process, host: Host, flags: Flags, found: list[Entry], total: int) -> None:
    kvs: list[dict[str, Any]] = []
    for each in found:
        about = {"create_revision": each.created, "mod_revision": each.modified, "version": each.version}
        value = {} if "keys-only" in flags else {"value": b64encode(each.value.encode()).decode()}
        lease = host.control_plane.etcd.leases.of(each.key)
        more = {"lease": lease} if lease else {}
        kvs.append({"key": b64encode(each.key.encode()).decode(), **about, **value, **more})
    body = {"header": header(host), **({"kvs": kvs} if kvs else {}), "count": total}
    process.print(orjson.dumps(body).decode())


def as_fields(process: Process, host: Host, flags: Flags, found: list[Entry], total: int) -> None:
    header_fields(process, host)
    for each in found:
        process.print(f'"Key" : {orjson.dumps(each.key).decode()}')
        process.print(f'"CreateRevision" : {each.created}\n"ModRevision" : {each.modified}\n"Version" : {each.version}')
        content = "" if "keys-only" in flags else each.value
        process.print(f'"Value" : {orjson.dumps(content).decode()}')
        process.print(f'"Lease" : {host.control_plane.etcd.leases.of(each.key)}')
    further = "true" if total > len(found) and "count-only" not in flags else "false"
    process.print(f'"More" : {further}\n"Count" : {total}')


def put(process: Process, host: Host, flags: Flags, words: list[str]) -> int | Outcome:
    """Write a key; its value may come from standard input."""
    connect(process, host, flags)
    if not words:
        raise Failure(NEEDS)
    if "ignore-value" in flags and len(words) > 1:
        raise Failure("Error: put command needs only 1 argument when 'ignore-value' is set")
    if len(words) == 1 and "ignore-value" not in flags:
        process.state = {"flags": dict(flags), "words": list(words)}
        return take(process, host)
    return put_one(process, host, flags, words)


def take(process: Process, host: Host) -> Outcome:
    """Read a value to its end."""
    content = process.stdin.gather()
    if content is None:
        return Wait("take", readable=(0,))
    words = [*process.state["words"], content.decode("utf-8", "replace")]
    return Exit(put_one(process, host, process.state["flags"], words))


def may_put(host: Host, flags: Flags, words: list[str]) -> None:
    """Whether a key can be written so. Raises `Failure`."""
    etcd, key = host.control_plane.etcd, words[0]
    if key.startswith(REGISTRY):
        raise Failure("Error: writing below /registry past the API server is not simulated")
    lease = lease_of(flags.get("lease") or "0", "bad lease ID")
    if lease and lease not in etcd.leases.rows:
        raise Failure(f"Error: {NOT_FOUND}")
    if {"ignore-value", "ignore-lease"} & flags.keys() and key not in etcd.own_keys:
        raise Failure("Error: etcdserver: key not found")
    taken = sum(len(known) + len(value) for known, value in etcd.own_keys.rows.items())
    if len(etcd.own_keys) >= MOST_KEYS or taken + sum(map(len, words)) > MOST_BYTES:
        raise Failure("Error: etcdserver: mvcc: database space exceeded")


def put_one(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    may_put(host, flags, words)
    etcd, key, how = host.control_plane.etcd, words[0], form(flags)
    if how == "table":
        raise unsupported(how)
    before = etcd.own_keys.get(key)
    if "ignore-value" not in flags:
        etcd.own_keys.put(key, words[1])
    if "ignore-lease" not in flags:
        etcd.leases.attach(key, lease_of(flags.get("lease") or "0"))
    if how == "json":
        process.print(orjson.dumps({"header": header(host)}).decode())
    elif how == "fields":
        header_fields(process, host)
    else:
        process.print("OK")
    if how == "simple" and "prev-kv" in flags and before is not None:
        process.print(f"{key}\n{before}")
    return 0


def delete(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    if form(flags) == "table":
        raise unsupported("table")
    wanted, removed, store = Range(flags, words, "del"), 0, host.cluster.store
    gone: list[tuple[str, str]] = []
    for key in [key for key in host.control_plane.etcd.own_keys.rows if wanted.holds(key)]:
        gone.append((key, host.control_plane.etcd.own_keys.rows[key]))
        host.control_plane.etcd.own_keys.delete(key)
        host.control_plane.etcd.leases.attach(key, 0)
        removed += 1
    for resource in store.resources():
        for obj in store.list(resource):
            if wanted.holds(key_of(resource, obj)):
                store.delete(resource, (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]), "etcdctl")
                gone.append((key_of(resource, obj), shown(obj)))
                removed += 1
    how = form(flags)
    if how == "json":
        process.print(orjson.dumps({"header": header(host), **({"deleted": removed} if removed else {})}).decode())
        return 0
    if how == "fields":
        header_fields(process, host)
        process.print(f'"Deleted" : {removed}')
        return 0
    process.print(str(removed))
    for key, value in gone if "prev-kv" in flags else ():
        process.print(f"{key}\n{value}")
    return 0


def watch(process: Process, host: Host, flags: Flags, words: list[str]) -> Outcome:
    """Print what is written to keys from now on, or from a revision on."""
    connect(process, host, flags)
    wanted = Range(flags, words, "watch")
    if form(flags) != "simple":
        raise Failure("Error: watch is simulated with the output format simple only")
    start, store = number(flags, "rev"), host.cluster.store
    if start and start <= store.oldest:
        raise Failure("watch was canceled (etcdserver: mvcc: required revision has been compacted)\n"
                      "Error: watch is canceled by the server")  # fmt: skip
    own = {key: value for key, value in host.control_plane.etcd.own_keys.rows.items() if wanted.holds(key)}
    at = start - 1 if start else store.revision
    process.state = {"flags": dict(flags), "words": list(words), "at": at, "own": own}
    return more(process, host)


def more(process: Process, host: Host) -> Outcome:
    state = process.state
    flags, wanted = state["flags"], Range(state["flags"], state["words"], "watch")
    try:
        changes = list(host.cluster.store.changes_since(state["at"]))
    except Compacted:
        process.error("watch was canceled (etcdserver: mvcc: required revision has been compacted)")
        return Exit(1)
    for at, change in changes:
        tell(process, flags, wanted, change)
        state = {**state, "at": at}
    own = {key: value for key, value in host.control_plane.etcd.own_keys.rows.items() if wanted.holds(key)}
    for key in sorted({*own, *state["own"]}):
        if own.get(key) != state["own"].get(key):
            process.print(f"PUT\n{key}\n{own[key]}" if key in own else f"DELETE\n{key}\n")
    process.state = {**state, "own": own}
    return Wait("more", until=process.now + SECOND, stream=True)


def tell(process: Process, flags: Flags, wanted: Range, change: Change) -> None:
    key = key_of(change.resource, change.object)
    if not wanted.holds(key):
        return
    process.print("DELETE" if change.type == "DELETED" else "PUT")
    if "prev-kv" in flags and change.old is not None:
        process.print(f"{key}\n{shown(change.old)}")
    process.print(key)
    process.print("" if change.type == "DELETED" else shown(change.object))
