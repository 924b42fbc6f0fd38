"""What the cluster has said of late, of one object or of a namespace: its newest Events."""

from typing import Any

from simulator.machinery.objects import Object

MOST = 8
LONGEST = 300
"""Letters of a message that are shown."""


def events(store: Any, namespace: str, uid: str = "") -> list[dict[str, Any]]:
    """The newest first; with a `uid`, only those of that object."""
    found = [event for event in store.list("events", namespace) if not uid or event["involvedObject"].get("uid") == uid]
    return [facts(event) for event in sorted(found, key=latest, reverse=True)[:MOST]]


def latest(event: Object) -> tuple[str, int]:
    """When it was last seen; what was written later counts as later."""
    series = event.get("series") or {}
    moment = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or ""
    return str(moment)[:19], int(event["metadata"]["resourceVersion"])


def whose(event: Object) -> tuple[Any, ...]:
    told = about(event)
    return (told.get("uid"), told.get("name")) if told.get("kind") == "Node" else (told.get("uid"),)


def about(event: Object) -> Object:
    return event.get("involvedObject") or {}


def facts(event: Object) -> dict[str, Any]:
    message = str(event.get("message") or "")
    return {
        "uid": event["metadata"]["uid"],
        "bad": event.get("type") == "Warning",
        "reason": event.get("reason") or "",
        "object": f"{about(event).get('kind', '')} {about(event).get('name', '')}",
        "message": message if len(message) <= LONGEST else f"{message[:LONGEST]}…",
        "count": (event.get("series") or {}).get("count") or event.get("count") or 1,
    }
