"""Lists: selectors, chunks, and the revision a client wants to see. Upstream: apiserver/pkg/storage/etcd3/store.go"""

from dataclasses import dataclass
from operator import itemgetter

from simulator.api.errors import BadRequest, Gone, Timeout
from simulator.api.requests import Request
from simulator.apiserver.continuing import decode_token, encode_token
from simulator.apiserver.options import check_list
from simulator.apiserver.selecting import Predicate
from simulator.etcd import Compacted, Store
from simulator.machinery.objects import Key, Object, key_of

TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True, slots=True)
class Page:
    """One chunk of a list."""

    items: list[Object]
    metadata: Object


def page(store: Store, resource: str, namespace: str | None, matches: Predicate, request: Request) -> Page:
    """The part of a list that a request asks for. Raises `Gone` for a revision that is compacted."""
    check_list(request)
    limit = positive(request, "limit")
    token = request.parameter("continue")
    start = ""
    if token:
        asked, start = decode_token(token)
        if request.parameter("resourceVersion") not in ("", "0"):
            raise BadRequest("specifying resource version is not allowed when using continue")
        revision = store.revision
        revision = asked if asked > 0 else revision
    else:
        revision = wanted_revision(store, request)
    try:
        rows = rows_at(store, resource, revision)
    except Compacted:
        if not start:
            raise Gone("The resourceVersion for the provided list is too old.") from None
        raise Gone(TOO_OLD, token=encode_token(-1, start)) from None
    within = place_among_all if namespace is None else itemgetter(1)
    keys = sorted((key for key in rows if namespace is None or key[0] == namespace), key=within)
    items = [rows[key] for key in keys if not start or within(key) >= start]
    items = [obj for obj in items if matches(obj)]
    metadata: Object = {"resourceVersion": str(revision)}
    if limit and len(items) > limit:
        metadata["continue"] = encode_token(revision, within(key_of(items[limit - 1])) + "\0")
        if not request.parameter("labelSelector") and not request.parameter("fieldSelector"):
            metadata["remainingItemCount"] = len(items) - limit  # of what is selected, nobody counts the rest
        items = items[:limit]
    return Page(items, metadata)


def place_among_all(key: Key) -> str:
    """What a list of all namespaces is in the order of: `team-a/web` comes before `team/web`, as in etcd."""
    return "/".join(key) if key[0] else key[1]


def rows_at(store: Store, resource: str, revision: int) -> dict[Key, Object]:
    """The objects of a resource as they were at a revision: what is, with later writes taken back."""
    rows = store.table(resource).rows
    if revision >= store.revision:
        return rows
    before = dict(rows)
    for _, change in reversed(list(store.changes_since(revision, resource))):
        key = key_of(change.object)
        if change.old is None:
            before.pop(key, None)
        else:
            before[key] = change.old
    return before


def wanted_revision(store: Store, request: Request) -> int:
    """The revision a list shows: the newest, unless an exact one is asked for. A limit asks for that too."""
    text = request.parameter("resourceVersion")
    match = request.parameter("resourceVersionMatch")
    if not text:
        return store.revision
    asked = parse_revision(text)
    check_not_future(store, asked)
    exact = match == "Exact" or (not match and positive(request, "limit"))
    return asked if exact and asked else store.revision


def check_not_future(store: Store, revision: int) -> None:
    if revision > store.revision:
        message = f"Too large resource version: {revision}, current: {store.revision}"
        causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
        raise Timeout(f"Timeout: {message}", {"causes": causes, "retryAfterSeconds": 1})


def parse_revision(text: str) -> int:
    if not text.isdecimal():
        raise BadRequest(f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax')
    return int(text)


def positive(request: Request, name: str) -> int:
    text = request.parameter(name)
    if not text:
        return 0
    try:
        return max(int(text), 0)
    except ValueError:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
