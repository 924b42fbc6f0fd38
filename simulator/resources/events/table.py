"""The table of Events, core and `events.k8s.io` alike. Upstream: printEvent"""

from simulator.machinery.objects import Object
from simulator.resources.columns import UNKNOWN, Cells, Column, Field, Printer, since, wide

EVENT = "core.v1.Event"


def row(event: Object, now: int) -> Cells:
    target, series = event.get("involvedObject") or {}, event.get("series")
    first = since(event.get("firstTimestamp") or event.get("eventTime"), now)
    last = since(event["lastTimestamp"], now) if event.get("lastTimestamp") else first
    count = event.get("count") or 1
    if series is not None:
        last = since(series.get("lastObservedTime"), now) if series.get("lastObservedTime") else UNKNOWN
        count = series.get("count", 0)
    kind = target.get("kind", "").lower()
    return [
        last,
        event.get("type", ""),
        event.get("reason", ""),
        f"{kind}/{target['name']}" if target.get("name") else kind,
        target.get("fieldPath", ""),
        source(event),
        event.get("message", "").strip(),
        first,
        count,
        event["metadata"]["name"],
    ]


def source(event: Object) -> str:
    """Who told it: `kubelet, node-1`."""
    told = event.get("source") or {}
    component = told.get("component") or event.get("reportingComponent") or ""
    instance = told.get("host") or event.get("reportingInstance")
    return f"{component}, {instance}" if instance else component


PRINTER = Printer(
    (
        Column("Last Seen", Field(EVENT, "lastTimestamp")),
        Column("Type", Field(EVENT, "type")),
        Column("Reason", Field(EVENT, "reason")),
        Column("Object", Field(EVENT, "involvedObject")),
        wide("Subobject", Field("core.v1.ObjectReference", "fieldPath")),
        wide("Source", Field(EVENT, "source")),
        Column("Message", Field(EVENT, "message")),
        wide("First Seen", Field(EVENT, "firstTimestamp")),
        wide("Count", Field(EVENT, "count")),
        Column("Name", Field("meta.v1.ObjectMeta", "name"), format="name", priority=1),
    ),
    row,
)
