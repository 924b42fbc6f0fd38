"""Watches: a cursor into the store's log that yields watch events. Upstream: apiserver/pkg/storage/cacher

The cursor is plain data: what is watched, from which revision, in which form.
"""

from simulator.api.errors import Gone
from simulator.api.requests import Polled, Request, Stream
from simulator.apiserver.encoding import included, metadata_only, wanted_form
from simulator.apiserver.listing import check_not_future, parse_revision, positive
from simulator.apiserver.options import check_watch
from simulator.apiserver.selecting import Predicate
from simulator.etcd import Compacted, Store
from simulator.kernel.clock import MINUTE, SECOND
from simulator.machinery.objects import Object, key_of
from simulator.resources.resource import Resource
from simulator.resources.tables import table

INITIAL_EVENTS_END = "k8s.io/initial-events-end"
BOOKMARK_EVERY = MINUTE


def open_watch(store: Store, route_fields: Stream, request: Request, now: int, *, streams: bool) -> Stream:
    """The cursor of a new watch; `route_fields` say which resource, version, namespace and selectors,
    `streams` whether the release sends what there is."""
    check_watch(request, streams=streams)
    initial = request.parameter("sendInitialEvents")
    text = request.parameter("resourceVersion")
    revision = parse_revision(text) if text else 0
    check_not_future(store, revision)
    seconds = positive(request, "timeoutSeconds")
    state_first = initial != "false" if initial else revision == 0
    return {
        "type": "watch",
        **route_fields,
        "revision": store.revision if initial == "false" and not revision else revision,
        "initial": state_first,
        "announce": initial == "true" and request.flag("allowWatchBookmarks"),
        "bookmarks": request.flag("allowWatchBookmarks"),
        "bookmarked": now,
        "deadline": now + seconds * SECOND if seconds else None,
        "form": wanted_form(request),
        "include": included(request),
        "headed": False,
    }


def poll_watch(store: Store, resource: Resource, matches: Predicate, stream: Stream, now: int) -> Polled:
    """The watch events since the cursor, and the next cursor."""
    version, namespace = stream["version"], stream["namespace"]
    events: list[tuple[str, Object]] = []
    revision = store.revision
    if stream["initial"]:
        for obj in store.list(resource.key, namespace or None):
            if matches(obj):
                events.append(("ADDED", resource.convert(obj, version)))
        if stream["announce"]:
            events.append(("BOOKMARK", bookmark(resource, version, revision, initial=True)))
    else:
        try:
            events.extend(changes(store, resource, matches, stream))
        except Compacted as compacted:
            message = f"too old resource version: {stream['revision']} ({compacted.oldest})"
            return Polled([(0, {"type": "ERROR", "object": Gone(message).status()})], None)
    after: Stream | None = {**stream, "revision": revision, "initial": False}
    assert after is not None
    if stream["bookmarks"] and now - stream["bookmarked"] >= BOOKMARK_EVERY:
        events.append(("BOOKMARK", bookmark(resource, version, revision, initial=False)))
        after["bookmarked"] = now
    chunks = [(0, {"type": kind, "object": shown(resource, obj, kind, after, now)}) for kind, obj in events]
    if stream["deadline"] is not None and now >= stream["deadline"]:
        after = None
    return Polled(list(chunks), after)


def changes(store: Store, resource: Resource, matches: Predicate, stream: Stream) -> list[tuple[str, Object]]:
    """What a watcher with a selector sees of the log: an object may come into view and leave it."""
    namespace, version = stream["namespace"], stream["version"]
    events = []
    for _, change in store.changes_since(stream["revision"], resource.key):
        if namespace and key_of(change.object)[0] != namespace:
            continue
        was = change.old is not None and matches(change.old)
        if change.type == "DELETED":
            if was:
                events.append(("DELETED", change.object))
        elif matches(change.object):
            events.append(("MODIFIED" if was else "ADDED", change.object))
        elif was and change.old is not None:
            metadata = {**change.old["metadata"], "resourceVersion": change.object["metadata"]["resourceVersion"]}
            events.append(("DELETED", {**change.old, "metadata": metadata}))
    return [(kind, resource.convert(obj, version)) for kind, obj in events]


def shown(resource: Resource, obj: Object, kind: str, stream: Stream, now: int) -> Object:
    """An event's object in the form the client asked for; only the first table carries its columns."""
    if kind == "BOOKMARK" and stream["form"] != "Table":
        return obj
    if stream["form"] == "Table":
        rows = [] if kind == "BOOKMARK" else [obj]
        metadata = {"resourceVersion": obj["metadata"]["resourceVersion"]}
        if kind == "BOOKMARK" and "annotations" in obj["metadata"]:
            metadata["annotations"] = obj["metadata"]["annotations"]
        shown_table = table(
            resource,
            rows,
            now=now,
            list_metadata=metadata,
            include_object=stream["include"],
            columns_in=not stream["headed"],
        )
        stream["headed"] = True
        return shown_table
    if stream["form"] == "PartialObjectMetadata":
        return metadata_only(obj)
    return obj


def bookmark(resource: Resource, version: str, revision: int, *, initial: bool) -> Object:
    metadata: Object = {"resourceVersion": str(revision), "creationTimestamp": None}
    if initial:
        metadata["annotations"] = {INITIAL_EVENTS_END: "true"}
    return {"kind": resource.kind, "apiVersion": resource.api_version(version), "metadata": metadata}
