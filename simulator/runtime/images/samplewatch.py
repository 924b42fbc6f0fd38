"""How the sample API server finds, shows and watches its objects. Upstream: apiserver/pkg/registry/generic"""

from typing import Any, Final

from simulator.api.requests import Polled, Stream
from simulator.kernel.clock import SECOND
from simulator.machinery import selectors
from simulator.runtime.process import Process

type Object = dict[str, Any]
type Place = tuple[str, str, str]
"""Resource, namespace, name."""

KEPT: Final = 100
"""How many of the last changes a watch can begin before."""
STREAMS_NOTHING: Final = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"


class Unsupported(Exception):
    """A watch was to begin with what there is: the server's own release keeps the feature gate WatchList off."""

    def status(self) -> Object:
        message = f"Forbidden: {STREAMS_NOTHING}"
        cause = {"reason": "FieldValueForbidden", "message": message, "field": "sendInitialEvents"}
        head: Object = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        return {
            **head,
            "message": f'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: {message}',
            "reason": "Invalid",
            "details": {"group": "meta.k8s.io", "kind": "ListOptions", "causes": [cause]},
            "code": 422,
        }


class Unselectable(Exception):
    """A selector that makes no sense."""


def selects(labels: str, fields: str, obj: Object) -> bool:
    """Whether selectors choose an object. Raises `Unselectable`."""
    metadata = obj["metadata"]
    known = {"metadata.name": metadata["name"], "metadata.namespace": metadata.get("namespace", "")}
    for clause in filter(None, fields.split(",")):
        label, sign, value = clause.partition("!=") if "!=" in clause else clause.replace("==", "=").partition("=")
        if not sign or label not in known:
            raise Unselectable(f"field label not supported: {label}")
        if (known[label] == value) is (sign == "!="):
            return False
    try:
        given = metadata.get("labels")
        return selectors.parse(labels).matches(given if isinstance(given, dict) else {})
    except ValueError as error:
        raise Unselectable(str(error)) from None


def table(items: list[Object], revision: str = "", *, headed: bool = True) -> Object:
    """What a server without columns of its own shows. Upstream: apiserver/pkg/registry/rest/table.go"""
    columns = [
        {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
        {"name": "Created At", "type": "date", "format": "", "description": "", "priority": 0},
    ]
    rows = [
        {
            "cells": [one["metadata"]["name"], one["metadata"]["creationTimestamp"]],
            "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": one["metadata"]},
        }
        for one in items
    ]
    head: Object = {"kind": "Table", "apiVersion": "meta.k8s.io/v1"}
    metadata = {"resourceVersion": revision} if revision else {}
    return {**head, "metadata": metadata, "columnDefinitions": columns if headed else [], "rows": rows}


def noted(log: tuple[Any, ...], revision: int, place: Place, new: Object | None, old: Object | None) -> tuple[Any, ...]:
    """The log with one more change."""
    return (*log[1 - KEPT :], (revision, place, new, old))


def begin(process: Process, place: Place, query: dict[str, str], accept: str) -> Stream:
    """A new watch, as plain data. Raises `Unselectable` and `Unsupported`."""
    resource, namespace, name = place
    asked, seconds = query.get("resourceVersion", ""), query.get("timeoutSeconds", "")
    given = int(asked) if asked.isdecimal() else 0
    initial = query.get("sendInitialEvents", "")
    fields = f"metadata.name={name}" if name else query.get("fieldSelector", "")
    selects(query.get("labelSelector", ""), fields, {"metadata": {"name": ""}})
    if initial:
        raise Unsupported
    return {
        "type": "program",
        "resource": resource,
        "namespace": namespace,
        "labels": query.get("labelSelector", ""),
        "fields": fields,
        "revision": given,
        "initial": not given,
        "table": "as=Table" in accept,
        "headed": False,
        "deadline": process.now + int(seconds) * SECOND if seconds.isdecimal() and int(seconds) else None,
    }


def more(process: Process, stream: Stream) -> Polled:
    """The events since a watch looked last."""
    objects, log, now = process.state["objects"], process.state["log"], process.state["revision"]
    events: list[tuple[str, Object]] = []
    if stream["initial"]:
        events = [("ADDED", one) for place, one in sorted(objects.items()) if sees(stream, place, one)]
    elif len(log) == KEPT and stream["revision"] < log[0][0] - 1:
        words = f"too old resource version: {stream['revision']} ({log[0][0]})"
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": words}
        return Polled([(0, {"type": "ERROR", "object": {**status, "reason": "Expired", "code": 410}})], None)
    else:
        changes = (change for change in log if change[0] > stream["revision"])
        events = [event for change in changes if (event := event_of(stream, change)) is not None]
    after: Stream | None = {**stream, "revision": now, "initial": False, "headed": stream["headed"] or bool(events)}
    chunks = [
        (0, {"type": what, "object": shown(stream, one, headed=not stream["headed"] and not index)})
        for index, (what, one) in enumerate(events)
    ]
    if stream["deadline"] is not None and process.now >= stream["deadline"]:
        after = None
    return Polled(list(chunks), after)


def sees(stream: Stream, place: Place, obj: Object | None) -> bool:
    if obj is None or place[0] != stream["resource"] or stream["namespace"] not in ("", place[1]):
        return False
    return selects(stream["labels"], stream["fields"], obj)


def event_of(stream: Stream, change: tuple[int, Place, Object | None, Object | None]) -> tuple[str, Object] | None:
    """What a watch sees of a change: an object may come into view and leave it."""
    revision, place, new, old = change
    is_seen, was_seen = sees(stream, place, new), sees(stream, place, old)
    if is_seen and new is not None:
        return ("MODIFIED" if was_seen else "ADDED"), new
    if was_seen and old is not None:
        return "DELETED", {**old, "metadata": {**old["metadata"], "resourceVersion": str(revision)}}
    return None


def shown(stream: Stream, obj: Object, *, headed: bool) -> Object:
    return table([obj], obj["metadata"]["resourceVersion"], headed=headed) if stream["table"] else obj
