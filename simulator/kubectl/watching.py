"""Following one object until something is so. Upstream: k8s.io/client-go/tools/{watch,cache/reflector.go}"""

from simulator.api.requests import Stream
from simulator.kubectl.builder import Info
from simulator.kubectl.errors import ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

FOREVER = 168 * 3600 * 1_000_000
"""What a timeout of zero means where kubectl waits for a deletion: a week."""
LISTED = "listed"
"""Where a stream keeps what was there before it began."""


def watch_object(kubectl: Kubectl, info: Info) -> Stream:
    """A watch of one object that begins with how it is, which is asked for apart where no watch tells it."""
    chosen: dict[str, str | int] = {"fieldSelector": f"metadata.name={info.name}"}
    watching: dict[str, str | int] = {"allowWatchBookmarks": True, **chosen, "watch": True}
    try:
        streaming: dict[str, str | int] = {"resourceVersionMatch": "NotOlderThan", "sendInitialEvents": True}
        return kubectl.client.open("GET", info.collection, {**watching, **streaming})
    except ServerError as error:
        if error.reason != "Invalid":
            raise
    found = kubectl.client.get(info.collection, {**chosen, "limit": 500, "resourceVersion": 0})
    since = {"resourceVersion": found["metadata"].get("resourceVersion")}
    return {**kubectl.client.open("GET", info.collection, {**watching, **since}), LISTED: found.get("items") or []}


def news(kubectl: Kubectl, stream: Stream) -> tuple[list[tuple[str, Object]], Stream | None]:
    """What happened since the last look, and where to look next; bookmarks are left out."""
    events = [("ADDED", found) for found in stream.get(LISTED) or ()]
    polled = kubectl.client.poll({name: value for name, value in stream.items() if name != LISTED})
    for _, event in polled.chunks:
        if isinstance(event, dict) and event.get("type") != "BOOKMARK":
            events.append((str(event["type"]), event["object"]))
    return events, polled.stream
