"""kubectl get: objects as tables or in any other form, once or for as long as one watches.

Upstream: kubectl/pkg/cmd/get
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl

from simulator.api.requests import Stream
from simulator.api.texts import as_json
from simulator.kubectl.builder import Builder, Info, listing_failed
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.dialects import RAW, TABLES, UNSTRUCTURED, Dialect
from simulator.kubectl.discovery import Resource
from simulator.kubectl.errors import (
    CommandError,
    Failure,
    Plain,
    ServerError,
    Unread,
    leaves,
    raise_all,
    raise_listed,
    told,
)
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.manifests import Manifest, manifests
from simulator.kubectl.options import (
    ALL_NAMESPACES,
    CHUNK_SIZE,
    COLUMNS,
    FIELD_SELECTOR,
    FILENAMES,
    IGNORE_NOT_FOUND,
    MANAGED_FIELDS,
    MISSING_KEYS,
    SELECTOR,
    STRUCTURED,
    TEMPLATE,
    output,
    subresource,
)
from simulator.kubectl.printers import printer_for
from simulator.kubectl.printers.tables import Look, TablePrinter, named_table
from simulator.kubectl.sorting import Unsortable, sorted_objects
from simulator.kubectl.watching import called_off
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

FORMS = (*STRUCTURED, *COLUMNS)
REDIRECTS, MOST_REDIRECTS = (301, 302, 303, 307, 308), 10

NOTHING_NAMED = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported '
    "resources.\n"
)
REQUIRED = (
    'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource '
    "(e.g. kubectl explain pods)."
)

type Fetched = tuple[Info, Object]
"""Where an answer came from, and the Table, list or object that it was."""


@command(
    "get [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|"
    "jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] "
    "| TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
    summary="Display one or many resources",
    description="Display one or many resources.\n\n"
    " Shows a table with what matters most about each object. A label selector or --selector narrows the list; for "
    "resources that live in namespaces, only the current namespace is looked at unless another one is named.\n\n"
    " With -o, the objects are shown in other forms, or through a template of your own.\n\n"
    'Use "kubectl api-resources" for a complete list of supported resources.',
    examples=(
        ("List the pods of the current namespace", "kubectl get pods"),
        ("List pods with more columns, such as the node", "kubectl get pods -o wide"),
        ("Show one deployment", "kubectl get deployment web"),
        ('List deployments as JSON, in version "v1" of the group "apps"', "kubectl get deployments.v1.apps -o json"),
        ("Show one pod as JSON", "kubectl get -o json pod web-13je7"),
        ("Show the pod that a file names", "kubectl get -f pod.yaml -o json"),
        ("Show what a folder with a kustomization.yaml names", "kubectl get -k dir/"),
        (
            "Print the phase of a pod and nothing else",
            "kubectl get -o template pod/web-13je7 --template={{.status.phase}}",
        ),
        (
            "List with columns of your own",
            "kubectl get pod test -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image",
        ),
        ("List deployments and services together", "kubectl get deploy,svc"),
        ("Show objects of several types by name", "kubectl get rs/web service/frontend pods/web-13je7"),
        ("Show the status subresource of a pod", "kubectl get pod web-13je7 --subresource status"),
        ("List the deployments of another namespace", "kubectl get deployments.apps --namespace backend"),
        ("List the pods of all namespaces", "kubectl get pods --all-namespaces"),
    ),
    flags=(
        ALL_NAMESPACES,
        MISSING_KEYS,
        CHUNK_SIZE,
        FIELD_SELECTOR,
        *FILENAMES,
        IGNORE_NOT_FOUND,
        Flag("label-columns", (), "Labels to show as columns, separated by commas.", short="L", kind="slice"),
        Flag("no-headers", False, "Leave out the header of tables and custom columns."),
        output(FORMS),
        Flag(
            "output-watch-events", False, "With --watch or --watch-only, show what happened: ADDED, MODIFIED, DELETED."
        ),
        Flag("raw", "", "Path to ask the server for, as it is."),
        SELECTOR,
        Flag("server-print", True, "Let the server make the table."),
        Flag("show-kind", False, "Show the type before each name."),
        Flag("show-labels", False, "Show all labels in a last column."),
        MANAGED_FIELDS,
        Flag("sort-by", "", "JSONPath of the field by which lists are sorted, such as '{.metadata.name}'."),
        subresource("Show this subresource of the object."),
        TEMPLATE,
        Flag("watch", False, "After the list, go on with what changes.", short="w"),
        Flag("watch-only", False, "Show what changes, without the list before it."),
    ),
    completes=("resource", "object"),
)
def get(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if options.text("raw"):
        return raw(kubectl)
    kubectl.connect()
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        kubectl.complain(NOTHING_NAMED)
        raise kubectl.usage_error(REQUIRED)
    if options.flag("output-watch-events") and not (options.flag("watch") or options.flag("watch-only")):
        raise CommandError("--output-watch-events option can only be used with --watch or --watch-only")
    if options.flag("show-labels") and options.text("output") not in ("", "wide"):
        raise CommandError(f"--show-labels option cannot be used with {options.text('output')} printer")
    if options.texts("label-columns") and options.text("output").startswith("custom-columns"):
        raise CommandError(f"--label-columns option cannot be used with {options.text('output')} printer")
    if options.flag("watch") or options.flag("watch-only"):
        return begin_watch(kubectl)
    return show_objects(kubectl) if is_structured(kubectl) else show_tables(kubectl)


def raw(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if options.args:
        raise CommandError("arguments may not be passed when --raw is specified")
    path, _, query = options.text("raw").partition("?")
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    if not path.startswith("/"):
        why = "empty url" if not path else "invalid URI for request"
        raise CommandError(f"--raw must be a valid URL path: parse {quoted(path)}: {why}")
    pairs = dict(part.partition("=")[::2] for part in query.split("&") if part)
    client = kubectl.client.speaking(RAW)
    answer = client.request("GET", path, pairs)
    for _ in range(MOST_REDIRECTS):
        path, _, query = answer.response.headers.get("location", "").partition("?")
        if answer.response.status not in REDIRECTS or not path.startswith("/"):
            break
        answer = client.request("GET", path, dict(parse_qsl(query)))
    kubectl.write(answer.text)
    stream = answer.response.stream
    return None if stream is None else kubectl.wait(raw_more, stream, stream=True)


@step
def raw_more(kubectl: Kubectl, stream: Stream) -> Outcome:
    """What is new in an answer that goes on, as it came."""
    polled = kubectl.client.poll(stream)
    for _, chunk in polled.chunks:
        kubectl.write(as_json(chunk) + b"\n" if isinstance(chunk, dict) else chunk)
    return None if polled.stream is None else kubectl.wait(raw_more, polled.stream, stream=True)


def is_structured(kubectl: Kubectl) -> bool:
    """Whether something else than a table was asked for."""
    options = kubectl.options
    return bool(options.text("template")) or options.text("output") not in ("", "wide")


def server_prints(kubectl: Kubectl) -> bool:
    """Whether the server is asked for tables."""
    return not is_structured(kubectl) and kubectl.options.flag("server-print")


def fetch(
    kubectl: Kubectl, builder: Builder, *, dialect: Dialect, full: bool = False
) -> tuple[list[Fetched], list[Failure]]:
    """Every answer, lists in pieces, and what went wrong on the way."""
    builder.check()
    answers: list[Fetched] = []
    errors: list[Failure] = []
    query = {"includeObject": "Object"} if full else {}
    for place in places(builder):
        if isinstance(place, Failure):
            errors.append(place)
            continue
        try:
            if place.name:
                if (placeless := place.placeless) is not None:
                    errors.append(Unread(placeless))
                    continue
                sub = kubectl.options.text("subresource")
                path = place.resource.path(place.namespace, place.name, sub)
                answer = kubectl.client.speaking(dialect).get_in(place.namespace, path, query)
                if not builder.from_files or builder.is_chosen(object_of(answer)):
                    answers.append((place, answer))
            else:
                answers += [(place, piece) for piece in pieces(kubectl, builder, place, query, dialect)]
        except CommandError as error:
            if place.name:
                raise
            errors.append(Plain(str(error)))
        except ServerError as error:
            if not place.name:
                error = listing_failed(error, place.resource, builder.query())
            if not (error.reason == "NotFound" and kubectl.options.flag("ignore-not-found") and place.name):
                errors.append(Unread(error, place.within) if builder.from_files else error)
    return answers, errors


def object_of(answer: Object) -> Object:
    """The one object of an answer, which may be a table."""
    rows = answer.get("rows")
    found: Object = rows[0].get("object") or {} if rows else answer
    return found


def places(builder: Builder) -> Iterable[Info | Failure]:
    """What is to be fetched; a place without a name is a whole collection."""
    if builder.from_files:
        return builder.places()
    if builder.lists:
        return [
            Info(resource, builder.namespace if resource.namespaced else "", "") for resource in builder.resources()
        ]
    return builder.targets()


def pieces(kubectl: Kubectl, builder: Builder, place: Info, query: dict[str, str], dialect: Dialect) -> list[Object]:
    """A collection as the server hands it out, piece by piece."""
    options = kubectl.options
    whole = bool(options.text("sort-by")) and not (options.flag("watch") or options.flag("watch-only"))
    asked = {**builder.query(), **query}
    return list(kubectl.client.speaking(dialect).pieces(place.collection, asked, whole=whole))


def show_objects(kubectl: Kubectl) -> Outcome:
    """Everything but tables: one object as it is, several in a List."""
    builder = Builder(kubectl, kubectl.options.args, everything=True)
    answers, errors = fetch(kubectl, builder, dialect=UNSTRUCTURED)
    alone = not builder.lists and (len(answers) + len(errors) == 1)
    single = builder.is_one_file if builder.from_files else alone
    if single:
        raise_all(errors)
    objects = [item for place, answer in answers for item in items_of(place.resource, answer)]
    if not objects and kubectl.options.flag("ignore-not-found") and not builder.lists:
        raise_all(errors)
        return None
    printer = printer_for(kubectl, FORMS)
    tell_fallback(kubectl)
    if path := kubectl.options.text("sort-by"):
        try:
            objects = sorted_objects(objects, path)
        except Unsortable as failure:
            raise failure.fatal(kubectl.now, 329, "*unstructured.Unstructured") from None
    if single and len(objects) == 1:
        kubectl.write(printer.text(objects[0]))
    else:
        whole = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
        kubectl.write(printer.text(whole))
    raise_all(leaves(errors))
    return None


def tell_fallback(kubectl: Kubectl) -> None:
    """What the printer of names logs of an object that is no table."""
    if kubectl.options.text("output") == "name":
        said = "Unable to decode server response into a Table. Falling back to hardcoded types"
        kubectl.client.log(2, "table_printer.go:45", f"{said}: attempt to decode non-Table object")


def items_of(resource: Resource, answer: Object) -> list[Object]:
    """The objects of a list, each saying what it is, or the one object."""
    if not isinstance(answer.get("items"), list):
        return [answer]
    return [{"apiVersion": resource.api_version, "kind": resource.kind, **item} for item in answer["items"]]


def show_tables(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    builder = Builder(kubectl, options.args, everything=True)
    sort_path = options.text("sort-by")
    if options.flag("server-print"):
        answers, errors = fetch(kubectl, builder, dialect=TABLES, full=bool(sort_path))
    else:
        fetched, errors = fetch(kubectl, builder, dialect=UNSTRUCTURED)
        answers = [(place, named_table(kubectl.now, items_of(place.resource, answer))) for place, answer in fetched]
    several = len({place.resource for place, _ in answers}) > 1
    if sort_path and len(answers) > 1:
        sorted_objects([table for _, table in answers], sort_path)  # fails: it is the tables that are to have the field
    text, in_namespaces = "", False
    printer: TablePrinter | None = None
    last: Resource | None = None
    for place, table in answers:
        in_namespaces = in_namespaces or place.resource.namespaced  # a column once shown stays, be it empty
        if sort_path:
            try:
                table = sorted_table(table, sort_path, alone=len(answers) == 1)
            except Unsortable as failure:
                raise failure.fatal(kubectl.now, 375, "[][][]reflect.Value") from None
        if printer is None or place.resource != last:
            text += separated(text, printer, headers=not options.flag("no-headers"))
            printer = TablePrinter(look(kubectl, place.resource, with_kind=several, in_namespaces=in_namespaces))
            last = place.resource
        printer.add(table)
    text += separated(text, printer, headers=not options.flag("no-headers"))
    kubectl.write(text)
    if not text and not options.flag("ignore-not-found") and not errors:
        namespaced = all(place.resource.namespaced for place, _ in answers)
        in_namespace = namespaced and not builder.all_namespaces
        kubectl.complain(
            f"No resources found in {kubectl.namespace} namespace." if in_namespace else "No resources found"
        )
    raise_listed(told(errors))
    return None


def sorted_table(table: Object, path: str, *, alone: bool) -> Object:
    """A table with its rows in order. A single one in which no object has the field loses its rows."""
    try:
        return {**table, "rows": sorted_objects(table.get("rows") or [], path, inside="object")}
    except Unsortable:
        raise
    except CommandError:
        rows = table.get("rows") or []
        if not alone:
            raise
        return table if len(rows) == 1 else {**table, "rows": []}


def separated(before: str, printer: TablePrinter | None, *, headers: bool) -> str:
    """What a printer has collected, set apart from the group before it."""
    text = printer.flush() if printer is not None else ""
    return f"\n{text}" if text and before and headers else text


def look(kubectl: Kubectl, resource: Resource, *, with_kind: bool = False, in_namespaces: bool = False) -> Look:
    options = kubectl.options
    return Look(
        wide=options.text("output") == "wide",
        headers=not options.flag("no-headers"),
        namespace=options.flag("all-namespaces") and (resource.namespaced or in_namespaces),
        kind=resource.qualified_kind if with_kind or options.flag("show-kind") else "",
        labels=tuple(options.texts("label-columns")),
        all_labels=options.flag("show-labels"),
    )


NOT_WATCHED = "watch is only supported on individual resources and resource collections"
A_LIST = f"{NOT_WATCHED}, but a list of resources is found"


def begin_watch(kubectl: Kubectl) -> Outcome:
    """List or get, show that, and go on with what happens from there."""
    options = kubectl.options
    builder = Builder(kubectl, options.args, everything=True)
    builder.check()
    check_single_type(kubectl, builder)
    dialect = TABLES if server_prints(kubectl) else UNSTRUCTURED
    sorts = bool(options.text("sort-by"))
    if sorts:
        kubectl.complain("warning: --watch requested, --sort-by will be ignored for watch events received")
    in_lists = builder.from_files and [isinstance(each, Manifest) and each.is_item for each in manifests(kubectl)]
    if in_lists and in_lists[0]:
        raise CommandError(A_LIST)
    answers, errors = fetch(kubectl, builder, dialect=dialect, full=sorts and dialect is TABLES)
    raise_all([error for error in errors[:1] if not (isinstance(error, Unread) and error.within)])
    if in_lists and any(in_lists):
        raise CommandError(A_LIST)
    place, answer = answers[0]
    shower = Shower(kubectl, place.resource, None)
    if options.flag("watch-only"):
        shower.skip_first([answer for _, answer in answers])
    else:
        shower.show_first([answer for _, answer in answers])
    if len(answers) > 1 and builder.from_files:
        raise CommandError(f"{NOT_WATCHED} - {len(answers)} resources were found")
    if len(answers) > 1 and not builder.lists:
        raise CommandError("you may only watch a single resource or type of resource at a time")
    query = {**builder.query(), **({"includeObject": "Object"} if sorts and dialect is TABLES else {})}
    version = "0"
    if place.name:
        query["fieldSelector"] = f"metadata.name={place.name}"
    else:
        version = at(answer, "metadata", "resourceVersion", default="0")
    stream = kubectl.client.speaking(dialect).open(
        "GET",
        place.collection,
        {**query, "resourceVersion": version, "watch": "true"},
        doing="follow" if place.name else "watch",
    )
    timeout = kubectl.client.timeout
    return follow(kubectl, stream, shower.memory, bool(place.name), kubectl.now + timeout if timeout else None)


def check_single_type(kubectl: Kubectl, builder: Builder) -> None:
    """Refuse to watch several types, be they the same by several names."""
    mapper, wanted = kubectl.mapper, builder.wanted
    types = [one for word in wanted.types for one in (mapper.category(word) or (word,))]
    if len(types) > 1 or len({mapper.resolve(word) for word, _ in wanted.pairs}) > 1:
        raise CommandError("you may only specify a single resource type")


class Shower:
    """Shows what a watch brings, in the form that the options ask for. Its memory is plain data."""

    def __init__(self, kubectl: Kubectl, resource: Resource, memory: Any) -> None:
        self._kubectl = kubectl
        self._events = kubectl.options.flag("output-watch-events")
        self._printer = printer_for(kubectl, FORMS) if is_structured(kubectl) else None
        self._resource = resource
        self._tables = TablePrinter(look(kubectl, resource), memory)

    @property
    def memory(self) -> Any:
        return self._tables.memory

    def show_first(self, answers: Sequence[Object]) -> None:
        for answer in answers:
            if self._printer is not None:
                for item in answer["items"] if isinstance(answer.get("items"), list) else [answer]:
                    self.show("ADDED", item)
            else:
                self._tables.add(self._table(answer), "ADDED" if self._events else "")
        self._kubectl.write(self._tables.flush())

    def skip_first(self, answers: Sequence[Object]) -> None:
        """Look at objects as if they were shown."""
        for answer in answers:
            for _ in answer["items"] if isinstance(answer.get("items"), list) else [answer]:
                tell_fallback(self._kubectl)

    def show(self, kind: str, obj: Object) -> None:
        if self._printer is not None:
            tell_fallback(self._kubectl)
            self._kubectl.write(self._printer.text({"type": kind, "object": obj} if self._events else obj))
        else:
            self._tables.add(self._table(obj), kind if self._events else "")
            self._kubectl.write(self._tables.flush())

    def _table(self, answer: Object) -> Object:
        """The table that the server made, or one of our own."""
        if server_prints(self._kubectl):
            return answer
        return named_table(self._kubectl.now, items_of(self._resource, answer))


@step
def follow(kubectl: Kubectl, stream: Stream, memory: Any, skip_first: bool, deadline: int | None = None) -> Outcome:
    """Show what is new in a watch, until it ends. The first event of a single object's watch only repeats it."""
    builder = Builder(kubectl, kubectl.options.args, everything=True)
    resource = next(place for place in places(builder) if isinstance(place, Info)).resource
    shower = Shower(kubectl, resource, memory)
    polled = kubectl.client.poll(stream)
    for _, event in polled.chunks:
        assert isinstance(event, dict)
        if event["type"] == "ERROR":
            raise ServerError(event["object"])
        if event["type"] == "BOOKMARK":
            continue
        if skip_first:
            skip_first = False
            tell_fallback(kubectl)
            continue
        shower.show(event["type"], event["object"])
    if polled.stream is None or called_off(kubectl, deadline):
        return None
    return kubectl.wait(follow, polled.stream, shower.memory, skip_first, deadline, until=deadline, stream=True)
