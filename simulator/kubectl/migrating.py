"""What server-side apply does about an object that client-side apply knew: it takes over what that owned.

Upstream: client-go/util/csaupgrade, kubectl/pkg/cmd/apply (saveLastApplyAnnotationIfNecessary, migrateToSSAIfNecessary)
"""

from typing import Any

import orjson

from simulator.kubectl.client import APPLY, JSON_PATCH, Client
from simulator.kubectl.errors import ServerError
from simulator.kubectl.lastapplied import LAST_APPLIED
from simulator.machinery.objects import Object, at

SERVER_MANAGER = "kubectl"
KEEPER = "kubectl-last-applied"
"""Who owns the annotation of client-side apply from then on, so that one can go back to it."""
ATTEMPTS = 5
LATER = "This is non-fatal and will be retried next time you apply."
FIELDS = ("manager", "operation", "apiVersion", "time", "fieldsType", "fieldsV1", "subresource")
"""An entry's fields in the order of its Go struct."""
OWNED = ("fieldsV1", "f:metadata", "f:annotations", f"f:{LAST_APPLIED}")

type Query = dict[str, str | bool | None]


class Migration:
    """The requests that follow an apply, where they have to."""

    def __init__(self, client: Client, path: str, query: Query) -> None:
        """`query` names the manager, and is without `force`."""
        self._client = client
        self._path = path
        self._query = query
        self._manager = str(query["fieldManager"])

    def follow(self, applied: Object, configuration: bytes, query: Query) -> Object:
        """The object as it is afterwards; what goes wrong is warned of."""
        try:
            obj = self._keep_annotation(applied)
        except ServerError as error:
            self._warn(f"failed to migrate {LAST_APPLIED} for Server-Side Apply. {LATER}", error)
            return applied
        try:
            migrated = self._migrate(obj)
        except ServerError as error:
            self._warn(f"server rejected managed fields migration to Server-Side Apply. {LATER}", error)
            return obj
        if migrated is None:
            return obj
        try:
            return self._client.patch(self._path, configuration, query, content_type=APPLY)
        except ServerError as error:
            self._warn(f"failed to re-apply configuration after performing Server-Side Apply migration. {LATER}", error)
            return migrated

    def _warn(self, said: str, error: ServerError) -> None:
        self._client.tell(f"{said} Error: {error}")

    def _keep_annotation(self, obj: Object) -> Object:
        """Give the annotation to a manager of its own, unless it has one or nobody will keep it up to date."""
        text = at(obj, "metadata", "annotations", default={}).get(LAST_APPLIED)
        if self._manager != SERVER_MANAGER or text is None or owners(obj, "Apply"):
            return obj
        metadata = {"name": obj["metadata"]["name"], "annotations": {LAST_APPLIED: text}}
        if namespace := obj["metadata"].get("namespace"):
            metadata["namespace"] = namespace
        body = encoded({"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata})
        return self._client.patch(self._path, body, {**self._query, "fieldManager": KEEPER}, content_type=APPLY)

    def _migrate(self, obj: Object) -> Object | None:
        """Hand what client-side apply owned to the manager; None where it owned nothing."""
        names = owners(obj, "Update")
        for attempt in range(1, ATTEMPTS + 1):
            patch = upgrade(obj, names, self._manager)
            if patch is None:
                return None
            try:
                return self._client.patch(self._path, patch, self._query, content_type=JSON_PATCH)
            except ServerError as error:
                if error.reason != "Conflict" or attempt == ATTEMPTS:
                    raise
            obj = self._client.get(self._path)
        return None


def encoded(obj: Object) -> bytes:
    """A configuration as it is sent to be applied."""
    return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def owners(obj: Object, operation: str) -> list[str]:
    """The managers that own the annotation of client-side apply by an operation."""
    entries = at(obj, "metadata", "managedFields", default=[])
    found = (each["manager"] for each in entries if each["operation"] == operation and at(each, *OWNED) is not None)
    return list(dict.fromkeys(found))


def upgrade(obj: Object, names: list[str], manager: str) -> bytes | None:
    """The JSON patch that gives one applying manager what others owned by updates; None where they own nothing."""
    before: list[Object] = at(obj, "metadata", "managedFields", default=[])
    after = before
    for name in names:
        after = taken_over(after, name, manager)
    if after == before:
        return None
    entries = [{name: entry[name] for name in FIELDS if name in entry} for entry in after]
    version = obj["metadata"]["resourceVersion"]
    return orjson.dumps(
        [
            {"op": "replace", "path": "/metadata/managedFields", "value": entries},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
        ]
    )


def taken_over(entries: list[Object], name: str, manager: str) -> list[Object]:
    """The entries of managers, with those of a client-side one in the applying one, which may have none yet."""
    old = [entry for entry in entries if is_of(entry, name, "Update")]
    own = next((entry for entry in entries if is_of(entry, manager, "Apply")), None) or (old[0] if old else None)
    if own is None:
        return entries
    same = next((entry for entry in old if entry["apiVersion"] == own["apiVersion"]), {})
    fields = union(own.get("fieldsV1") or {}, same.get("fieldsV1") or {})
    heir = {**own, "manager": manager, "operation": "Apply", "fieldsV1": fields}
    rest = [entry for entry in entries if entry is own or not any(entry is each for each in old)]
    return [heir if entry is own else entry for entry in rest]


def is_of(entry: Object, manager: str, operation: str) -> bool:
    return entry["manager"] == manager and entry["operation"] == operation and not entry.get("subresource")


def union(one: Any, other: Any) -> Any:
    """Both sets of fields in one."""
    return {key: union(one.get(key) or {}, other.get(key) or {}) for key in sorted({**one, **other})}
