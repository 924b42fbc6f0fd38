"""Lists: selectors, chunks, and the revision a client wants to see. Upstream: apiserver/pkg/storage/etcd3/store.go"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import orjson

from simulator.api.errors import BadRequest, Gone, Timeout
from simulator.api.requests import Request
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
    start: Key | None = None
    revision = store.revision
    if token:
        if request.parameter("resourceVersion") not in ("", "0"):
            raise BadRequest("specifying resource version is not allowed when using continue")
        asked, start = decode_token(token)
        revision = asked if asked > 0 else revision
    else:
        revision = wanted_revision(store, request)
    try:
        rows = rows_at(store, resource, revision)
    except Compacted:
        if start is None:
            raise Gone("The resourceVersion for the provided list is too old.") from None
        raise Gone(TOO_OLD, token=encode_token(-1, start)) from None
    keys = sorted(key for key in rows if (namespace is None or key[0] == namespace) and (start is None or key > start))
    return cut([rows[key] for key in keys], matches, limit, revision)


def cut(candidates: list[Object], matches: Predicate, limit: int, revision: int) -> Page:
    metadata: Object = {"resourceVersion": str(revision)}
    items = [obj for obj in candidates if matches(obj)]
    if limit and len(items) > limit:
        metadata["continue"] = encode_token(revision, key_of(items[limit - 1]))
        metadata["remainingItemCount"] = len(items) - limit
        items = items[:limit]
    return Page(items, metadata)


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
    """The revision a list shows: the newest, unless `resourceVersionMatch=Exact` names another."""
    text = request.parameter("resourceVersion")
    match = request.parameter("resourceVersionMatch")
    if not text:
        return store.revision
    asked = parse_revision(text)
    check_not_future(store, asked)
    return asked if match == "Exact" else store.revision


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


def encode_token(revision: int, key: Key) -> str:
    return urlsafe_b64encode(orjson.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": list(key)})).decode()


def decode_token(token: str) -> tuple[int, Key]:
    try:
        content = orjson.loads(urlsafe_b64decode(token.encode()))
        namespace, name = content["start"]
        return int(content["rv"]), (str(namespace), str(name))
    except (ValueError, KeyError, TypeError):
        raise BadRequest("continue key is not valid: encoded continue token is not valid") from None
