"""What server-side apply does about an object that client-side apply knew: it takes over what that owned.

Upstream: client-go/util/csaupgrade, kubectl/pkg/cmd/apply (migrateToSSAIfNecessary)
"""

from typing import Any

from simulator.kubectl.lastapplied import LAST_APPLIED
from simulator.machinery.objects import Object, at


def client_side_managers(obj: Object) -> list[str]:
    """The managers that wrote the annotation of client-side apply."""
    path = ("fieldsV1", "f:metadata", "f:annotations", f"f:{LAST_APPLIED}")
    return [entry["manager"] for entry in updates(obj) if at(entry, *path) is not None]


def updates(obj: Object) -> list[Object]:
    """The entries of managers that did not apply, but update; those of subresources aside."""
    entries: list[Object] = at(obj, "metadata", "managedFields", default=[])
    return [entry for entry in entries if entry["operation"] == "Update" and not entry.get("subresource")]


def upgrade(obj: Object, names: list[str], manager: str) -> list[Object] | None:
    """The JSON patch that gives one applying manager what others owned by updates; None where they own nothing."""
    entries: list[Object] = at(obj, "metadata", "managedFields", default=[])
    taken = [entry for entry in updates(obj) if entry["manager"] in names]
    if not taken:
        return None
    own = [entry for entry in entries if entry["manager"] == manager and is_applied(entry)]
    first = own[0] if own else {**taken[0], "manager": manager, "operation": "Apply"}
    fields: Object = {}
    for entry in (first, *taken):
        fields = union(fields, entry.get("fieldsV1") or {})
    rest = [entry for entry in entries if not any(entry is each for each in (*own, *taken))]
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": [{**first, "fieldsV1": fields}, *rest]},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": obj["metadata"]["resourceVersion"]},
    ]


def is_applied(entry: Object) -> bool:
    return entry["operation"] == "Apply" and not entry.get("subresource")


def union(one: Any, other: Any) -> Any:
    """Both sets of fields in one."""
    return {key: union(one.get(key) or {}, other.get(key) or {}) for key in {**one, **other}}
