"""Following one object until something is so. Upstream: k8s.io/client-go/tools/watch"""

from simulator.api.requests import Stream
from simulator.kubectl.builder import Info
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

FOREVER = 168 * 3600 * 1_000_000
"""What a timeout of zero means where kubectl waits for a deletion: a week."""


def watch_object(kubectl: Kubectl, info: Info) -> Stream:
    """A watch of one object that begins with how it is."""
    return kubectl.client.open(
        "GET",
        info.collection,
        {
            "allowWatchBookmarks": True,
            "fieldSelector": f"metadata.name={info.name}",
            "resourceVersionMatch": "NotOlderThan",
            "sendInitialEvents": True,
            "watch": True,
        },
    )


def news(kubectl: Kubectl, stream: Stream) -> tuple[list[tuple[str, Object]], Stream | None]:
    """What happened since the last look, and where to look next; bookmarks are left out."""
    polled = kubectl.client.poll(stream)
    events = []
    for _, event in polled.chunks:
        if isinstance(event, dict) and event.get("type") != "BOOKMARK":
            events.append((str(event["type"]), event["object"]))
    return events, polled.stream
