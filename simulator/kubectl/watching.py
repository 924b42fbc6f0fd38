"""Following one object until something is so, as a reflector does, with what it logs.

Upstream: k8s.io/client-go/tools/{watch,cache/reflector.go}
"""

from typing import Any

from simulator.kernel.clock import MILLISECOND, SECOND
from simulator.kubectl.builder import Info
from simulator.kubectl.client import Client, NoConnection, Query
from simulator.kubectl.dialects import DYNAMIC
from simulator.kubectl.errors import Failure, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.durations import format_duration
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

FOREVER = 168 * 3600 * SECOND
"""What a timeout of zero means where kubectl waits for a deletion: a week."""
CALLER = 'reflector="k8s.io/client-go/tools/watch/informerwatcher.go:162"'
ANY_KIND, POD = "*unstructured.Unstructured", "*v1.Pod"
"""The types of what is followed: whatever it is, or Pods, which their client asks for in its own way."""
INITIAL_END = "k8s.io/initial-events-end"
SHORT_WATCH = SECOND
FIRST_PAUSE, LONGEST_PAUSE = 1200 * MILLISECOND, 45 * SECOND
"""How long to rest after a failure: twice as long each time. Upstream adds chance, of which this is the middle."""
NO_WATCHLIST = (
    "Data couldn't be fetched in watchlist mode. Falling back to regular list. This is expected if watchlist is not "
    "supported or disabled in kube-apiserver."
)

type Reflector = dict[str, Any]
"""A watch that is kept up, as plain data: its `stream` or when to try `again`, the `version` it has come to, whether
the object was `known` when that began (missing until it is certain), since when and how many events it has `seen`."""
type Event = tuple[str, Object]


def reflect(kubectl: Kubectl, info: Info, kind: str = ANY_KIND, *, late: bool = False) -> Reflector:
    """Begin to follow one object; whoever is late asks nothing any more."""
    described = f'type="{kind}" resyncPeriod="0s" {CALLER}'
    kubectl.client.log(3, "reflector.go:425", f'"Starting reflector" {described}')
    return list_and_watch(kubectl, info, {"kind": kind, "pause": FIRST_PAUSE}, late=late)


def stop(kubectl: Kubectl, reflector: Reflector) -> None:
    kubectl.client.hang_up()
    described = f'type="{reflector["kind"]}" resyncPeriod="0s" {CALLER}'
    kubectl.client.log(3, "reflector.go:434", f'"Stopping reflector" {described}')


def wake(reflector: Reflector, deadline: int) -> int:
    """When to look again at the latest."""
    again: int = reflector.get("again", deadline)
    return min(deadline, again)


def news(kubectl: Kubectl, info: Info, reflector: Reflector) -> tuple[list[Event], Reflector]:
    """What happened since the last look, and where to look next."""
    if "stream" not in reflector:
        if kubectl.now < reflector["again"]:
            return [], reflector
        reflector = list_and_watch(kubectl, info, reflector)
        if "stream" not in reflector:
            return [], reflector
    reflector = dict(reflector)
    events: list[Event] = [("ADDED", found) for found in reflector.pop("listed", ())]
    polled = kubectl.client.poll(reflector["stream"])
    for _, event in polled.chunks:
        assert isinstance(event, dict), "a watch is of objects"
        if event["type"] == "ERROR":
            return events, broken(kubectl, reflector, event["object"])
        events += taken(kubectl, reflector, event)
    if polled.stream is not None:
        return events, {**reflector, "stream": polled.stream}
    return events, ended(kubectl, info, reflector)


def taken(kubectl: Kubectl, reflector: Reflector, event: Object) -> list[Event]:
    """Note an event; a bookmark is none for whoever follows the object."""
    kind, obj = str(event["type"]), event["object"]
    reflector["seen"] += 1
    reflector["version"] = at(obj, "metadata", "resourceVersion", default="")
    if kind != "BOOKMARK":
        reflector["found"] = kind != "DELETED"
        return [(kind, obj)]
    if at(obj, "metadata", "annotations", INITIAL_END) == "true":
        reflector["known"] = reflector["found"]
        took = format_duration(kubectl.now - reflector["since"] + MILLISECOND)
        told = f'{CALLER} totalItems={reflector["seen"]} duration="{took}"'
        said = '"Exiting watch because received the bookmark that marks the end of initial events stream"'
        kubectl.client.log(4, "reflector.go:1080", f"{said} {told}")
        populated(kubectl, reflector)
    return []


def populated(kubectl: Kubectl, reflector: Reflector) -> None:
    kubectl.client.log(2, "reflector.go:507", f'"Caches populated" type="{reflector["kind"]}" {CALLER}')


def list_and_watch(kubectl: Kubectl, info: Info, reflector: Reflector, *, late: bool = False) -> Reflector:
    """Open a watch that begins with how the object is, or ask for that apart where no watch tells it."""
    kind = reflector["kind"]
    kubectl.client.log(3, "reflector.go:472", f'"Listing and watching" type="{kind}" {CALLER}')
    fresh = {**reflector, "since": kubectl.now, "seen": 0, "found": False}
    fresh.pop("again", None)
    if late:
        return rested(kubectl, fresh)
    version = reflector.get("version") or None
    streaming: Query = {"resourceVersion": version, "resourceVersionMatch": "NotOlderThan", "sendInitialEvents": True}
    try:
        return opened(kubectl, info, fresh, streaming)
    except ServerError as error:
        kubectl.client.log(4, "reflector.go:490", f'"{NO_WATCHLIST}" err={quoted(str(error))}')
    except Failure as failure:
        return resting(kubectl, fresh, 2, "watch-list failed - backing off", failure)
    try:
        fresh |= listed(kubectl, info, kind, version or 0)
    except Failure as failure:
        return failed(kubectl, fresh, f"failed to list {kind}: {failure}")
    populated(kubectl, fresh)
    return begun(kubectl, info, fresh)


def listed(kubectl: Kubectl, info: Info, kind: str, version: str | int) -> Reflector:
    """What a list tells of the object."""
    query: Query = {**chosen(info), "limit": 500, "resourceVersion": version}
    found = following(kubectl, kind).collection(info.collection, query)
    items = list(found.get("items") or ())
    return {"version": found["metadata"].get("resourceVersion"), "listed": items, "known": bool(items)}


def begun(kubectl: Kubectl, info: Info, reflector: Reflector) -> Reflector:
    """Watch on from where the reflector is."""
    try:
        return opened(kubectl, info, reflector, {"resourceVersion": reflector["version"]})
    except ServerError as error:
        return failed(kubectl, reflector, str(error))
    except Failure as failure:
        return resting(kubectl, reflector, 4, "Watch failed - backing off", failure)


def ended(kubectl: Kubectl, info: Info, reflector: Reflector) -> Reflector:
    """The server has ended the watch: open the next one where that one ended."""
    reflector.pop("stream")
    if kubectl.now - reflector["since"] < SHORT_WATCH and not reflector["seen"]:
        return rested(kubectl, reflector)
    told = f'{CALLER} type="{reflector["kind"]}" totalItems={reflector["seen"]}'
    kubectl.client.log(4, "reflector.go:1093", f'"Watch close" {told}')
    return begun(kubectl, info, {**reflector, "since": kubectl.now, "seen": 0})


def broken(kubectl: Kubectl, reflector: Reflector, error: Object) -> Reflector:
    """The server has ended the watch with an error: list and watch anew, from the beginning where too much is over."""
    expired = error.get("reason") in ("Expired", "Gone")
    what, level = ("Watch closed", 4) if expired else ("Warning: watch ended with error", 0)
    told = f'{CALLER} type="{reflector["kind"]}" err={quoted(str(error.get("message", "")))}'
    kubectl.client.log(level, "reflector.go:591", f'"{what}" {told}')
    return rested(kubectl, {**reflector, "version": "" if expired else reflector["version"]})


def failed(kubectl: Kubectl, reflector: Reflector, why: str) -> Reflector:
    """Say what went wrong, and try again after a pause."""
    told = f'"Failed to watch" err={quoted(why)} {CALLER} type="{reflector["kind"]}"'
    kubectl.client.log(0, "reflector.go:227", told, severity="E")
    return rested(kubectl, reflector)


def resting(kubectl: Kubectl, reflector: Reflector, level: int, what: str, failure: Failure) -> Reflector:
    """Nobody answers: try again after a pause."""
    why = quoted(str(failure.cause if isinstance(failure, NoConnection) else failure))
    kubectl.client.log(level, "reflector.go:743", f'"{what}" {CALLER} type="{reflector["kind"]}" err={why}')
    return rested(kubectl, reflector)


def rested(kubectl: Kubectl, reflector: Reflector) -> Reflector:
    kept = {name: value for name, value in reflector.items() if name not in ("stream", "listed")}
    pause = reflector["pause"]
    return {**kept, "again": kubectl.now + pause, "pause": min(2 * pause, LONGEST_PAUSE)}


def opened(kubectl: Kubectl, info: Info, reflector: Reflector, begins: Query) -> Reflector:
    """The reflector with a new stream; the server is to end it after five to ten minutes."""
    seconds = 300 + kubectl.now // MILLISECOND * 7919 % 300
    query: Query = {**chosen(info), "allowWatchBookmarks": True, **begins, "timeoutSeconds": seconds, "watch": True}
    if reflector["kind"] != ANY_KIND:
        query = {**query, "timeout": format_duration(seconds * SECOND)}
    stream = following(kubectl, reflector["kind"]).open("GET", info.collection, query, doing="watch")
    return {**reflector, "stream": stream, "pause": FIRST_PAUSE}


def following(kubectl: Kubectl, kind: str) -> Client:
    """The client that asks."""
    return kubectl.client.speaking(DYNAMIC) if kind == ANY_KIND else kubectl.clientset


def chosen(info: Info) -> dict[str, str]:
    return {"fieldSelector": f"metadata.name={info.name}"}


def called_off(kubectl: Kubectl, deadline: int | None) -> bool:
    """Whether the time is up for which a request may go on; whoever reads a watch says so."""
    if deadline is None or kubectl.now < deadline:
        return False
    why = "net/http: request canceled (Client.Timeout or context cancellation while reading body)"
    said = f'"Unable to decode an event from the watch stream" err="{why}"'
    kubectl.client.log(5, "streamwatcher.go:123", said)
    return True
