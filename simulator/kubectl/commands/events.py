"""kubectl events: what happened, oldest first. Upstream: kubectl/pkg/cmd/events"""

from simulator.api.requests import Stream
from simulator.kubectl.builder import split_pair
from simulator.kubectl.client import Query
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.describe.events import in_time, interval, last_seen
from simulator.kubectl.describe.page import Page
from simulator.kubectl.errors import CommandError, Failure, Plain
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES, CHUNK_SIZE, MANAGED_FIELDS, MISSING_KEYS, TEMPLATE, output
from simulator.kubectl.printers import printer_for
from simulator.kubectl.tabwriter import aligned
from simulator.kubectl.watching import called_off
from simulator.machinery.objects import Object


@command(
    "events [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|"
    "jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
    summary="List events",
    description="Display events.\n\n Shows a table of what happened in a namespace, in all of them, or to one object.",
    examples=(
        ("List the events of the namespace", "kubectl events"),
        ("List the events of all namespaces", "kubectl events --all-namespaces"),
        ("List the events about a pod, and go on with new ones", "kubectl events --for pod/web-pod-13je7 --watch"),
        ("List events as YAML", "kubectl events -oyaml"),
        ("List only some types of events", "kubectl events --types=Warning,Normal"),
    ),
    flags=(
        ALL_NAMESPACES,
        MISSING_KEYS,
        CHUNK_SIZE,
        Flag("for", "", "Only events about this object (TYPE/NAME)."),
        Flag("no-headers", False, "Leave out the header."),
        output(),
        MANAGED_FIELDS,
        TEMPLATE,
        Flag("types", (), "Only events of these types.", kind="slice"),
        Flag("watch", False, "After the list, go on with new events.", short="w"),
    ),
)
def events(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    kubectl.connect()
    query: dict[str, str] = {}
    if target := options.text("for"):
        query["fieldSelector"] = about(kubectl, target)
    printer = printer_for(kubectl) if options.text("output") else None
    for kind in options.texts("types"):
        if kind.lower() not in ("normal", "warning"):
            raise CommandError("valid --types are Normal or Warning")
    path = "/api/v1/events" if options.flag("all-namespaces") else f"/api/v1/namespaces/{kubectl.namespace}/events"
    if options.flag("watch"):
        asked: Query = {**query, "limit": options.number("chunk-size") or None, "watch": True}
        stream = kubectl.clientset.open("GET", path, asked, doing="watch")
        timeout = kubectl.client.timeout
        return follow(kubectl, stream, (), kubectl.now + timeout if timeout else None)
    items = kubectl.clientset.listed(path, query)
    found = [{"apiVersion": "v1", "kind": "Event", **item} for item in items if wanted(kubectl, item)]
    if not found:
        kubectl.complain(
            "No events found."
            if options.flag("all-namespaces")
            else f"No events found in {kubectl.namespace} namespace."
        )
        return None
    if printer is not None:
        whole = {"apiVersion": "v1", "items": in_time(found, last_seen), "kind": "EventList", "metadata": {}}
        if options.text("output") != "name":  # names are told of single objects only, and this is one list
            kubectl.write(printer.text(whole))
    else:
        kubectl.write(aligned(table(kubectl, in_time(found, last_seen))))
    return None


def about(kubectl: Kubectl, target: str) -> str:
    """The field selector for events about `TYPE/NAME`."""
    word, name = split_pair(target) if "/" in target else ("", "")
    if not name:
        raise CommandError("--for must be in resource/name form")
    try:
        resource = kubectl.mapper.resolve(word)
    except Failure as error:
        raise Plain(str(error)) from None
    return ",".join(
        f"involvedObject.{field}={value}"
        for field, value in (("kind", resource.kind), ("apiVersion", resource.api_version), ("name", name))
    )


PADDING = 3


def wanted(kubectl: Kubectl, event: Object) -> bool:
    kinds = [kind.lower() for kind in kubectl.options.texts("types")]
    return not kinds or str(event.get("type", "")).lower() in kinds


def table(kubectl: Kubectl, found: list[Object], *, headers: bool = True) -> str:
    """Rows with tabs between their columns."""
    options = kubectl.options
    page = Page(kubectl.now)
    rows = [["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]] if headers and not options.flag("no-headers") else []
    if rows and options.flag("all-namespaces"):
        rows[0].insert(0, "NAMESPACE")
    for event in found:
        involved = event.get("involvedObject") or {}
        row = [
            interval(page, event),
            event.get("type", ""),
            event.get("reason", ""),
            f"{involved.get('kind', '')}/{involved.get('name', '')}",
            event.get("message", "").strip(),
        ]
        if options.flag("all-namespaces"):
            row.insert(0, event["metadata"].get("namespace", ""))
        rows.append(row)
    return "".join("\t".join(row) + "\n" for row in rows)


def one_by_one(kubectl: Kubectl, found: list[Object], widths: tuple[int, ...]) -> tuple[int, ...]:
    """Write events as they come, in columns that only ever grow; what widths there are none for are the first's."""
    for event in found:
        rows = [line.split("\t") for line in table(kubectl, [event], headers=not widths).splitlines()]
        needed = [max(len(row[at]) + PADDING for row in rows) for at in range(len(rows[0]) - 1)]
        widths = tuple(map(max, needed, widths or needed))
        for row in rows:
            kubectl.print("".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)) + row[-1])
    return widths


@step
def follow(kubectl: Kubectl, stream: Stream, widths: tuple[int, ...], deadline: int | None = None) -> Outcome:
    polled = kubectl.client.poll(stream)
    for _, change in polled.chunks:
        if isinstance(change, dict) and change["type"] in ("ADDED", "MODIFIED") and wanted(kubectl, change["object"]):
            widths = one_by_one(kubectl, [change["object"]], tuple(widths))
    if polled.stream is None or called_off(kubectl, deadline):
        return None
    return kubectl.wait(follow, polled.stream, widths, deadline, until=deadline, stream=True)
