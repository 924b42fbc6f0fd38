"""The Events about an object, as descriptions end with them. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from simulator.kernel.clock import moment
from simulator.kubectl.describe.page import Page
from simulator.kubectl.errors import ServerError
from simulator.machinery.gosort import go_sorted
from simulator.machinery.objects import Object

if TYPE_CHECKING:
    from simulator.kubectl.kubectl import Kubectl


def find_events(kubectl: "Kubectl", obj: Object, *, kind: bool = True, uid: str | None = None) -> list[Object]:
    """The Events that are about an object."""
    metadata = obj["metadata"]
    terms = {"involvedObject.name": metadata["name"], "involvedObject.namespace": metadata.get("namespace", "")}
    if kind:
        terms["involvedObject.kind"] = obj["kind"]
    terms["involvedObject.uid"] = metadata.get("uid", "") if uid is None else uid
    selector = ",".join(f"{field}={value}" for field, value in terms.items())
    namespace = metadata.get("namespace", "")
    path = f"/api/v1/namespaces/{namespace}/events" if namespace else "/api/v1/events"
    try:
        return kubectl.clientset.listed(path, {"fieldSelector": selector})
    except ServerError:
        return []


def last_seen(event: Object) -> int:
    """When it was observed last, in microseconds since 1970. Upstream: kubectl/pkg/util/event"""
    series = event.get("series") or {}
    text = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")
    return moment(text) if text else 0


def last_time(event: Object) -> int:
    """The older field alone, which is what descriptions go by: events without it come first."""
    text = event.get("lastTimestamp")
    return moment(text) if text else 0


def in_time(events: Iterable[Object], when: Callable[[Object], int]) -> list[Object]:
    """The oldest first."""
    return go_sorted(events, lambda one, other: when(one) < when(other))


def describe_events(page: Page, events: list[Object] | None) -> None:
    """None: Events were not asked for."""
    if events is None:
        return
    if not events:
        page.field(0, "Events", "<none>")
        return
    page.flush()
    page.line(0, "Events:")
    rows = []
    for event in in_time(events, last_time):
        message = event.get("message", "").strip()
        if field := (event.get("involvedObject") or {}).get("fieldPath"):
            message = f"{field}: {message}"
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
        rows.append((event.get("type", ""), event.get("reason", ""), interval(page, event), source, message))
    titles = ("Type", "Reason", "Age", "From", "Message")
    page.table(1, titles, rows, ("----", "------", "----", "----", "-------"))


def interval(page: Page, event: Object) -> str:
    """How long ago, and where it happened more than once, how often since when."""
    first = page.since(event.get("eventTime") or event.get("firstTimestamp"))
    if series := event.get("series"):
        return f"{page.since(series['lastObservedTime'])} (x{series['count']} over {first})"
    if event.get("count", 0) > 1:
        return f"{page.since(event.get('lastTimestamp'))} (x{event['count']} over {first})"
    return first
