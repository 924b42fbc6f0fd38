"""The garbage collector's look at objects that servers behind APIServices keep: their owners, their dependents.

Upstream: pkg/controller/garbagecollector (which watches them like all others; here they are asked when it matters)
"""

from collections.abc import Iterator
from typing import Any

from simulator.api.client import Client, RemoteKind
from simulator.api.errors import APIError
from simulator.machinery.objects import Object, at

NEEDED = frozenset({"delete", "list", "watch"})
"""What a kind has to offer to be looked after."""


def kinds(client: Client) -> list[RemoteKind]:
    return [kind for kind in client.remote_kinds() if set(kind.verbs) >= NEEDED]


def is_known(client: Client, reference: Object) -> bool:
    """Whether another server keeps owners of that kind."""
    return kind_of(client, reference) is not None


def kind_of(client: Client, reference: Object) -> RemoteKind | None:
    group = reference["apiVersion"].rpartition("/")[0]
    found = (kind for kind in kinds(client) if (kind.group, kind.kind) == (group, reference["kind"]))
    return next(found, None)


def is_there(client: Client, reference: Object, namespace: str) -> bool:
    """Whether an owner is still that one. Raises `ServiceUnavailable` where nobody can say."""
    kind = kind_of(client, reference)
    if kind is None:
        return True
    owner = client.ask_remote("GET", kind.path(namespace, reference["name"]))
    return owner is not None and at(owner, "metadata", "uid") == reference["uid"]


def delete_dependents(client: Client, uid: str, namespace: str) -> None:
    """Delete what other servers keep and what only somebody owned who is gone."""
    for kind in kinds(client):
        try:
            listed = client.ask_remote("GET", kind.path(namespace))
            for obj in owned(listed, uid):
                metadata = obj["metadata"]
                client.ask_remote("DELETE", kind.path(metadata.get("namespace") or "", metadata["name"]))
        except APIError:
            continue


def owned(listed: Object | None, uid: str) -> Iterator[Object]:
    """The objects of a list all of whose owners are one."""
    found: Any = at(listed, "items", default=())
    for obj in found if isinstance(found, list) else ():
        references, name = at(obj, "metadata", "ownerReferences"), at(obj, "metadata", "name")
        is_whole = isinstance(references, list) and bool(references) and isinstance(name, str)
        if is_whole and all(at(reference, "uid") == uid for reference in references):
            yield obj
