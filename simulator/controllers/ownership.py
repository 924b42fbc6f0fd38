"""Adopts what matches a selector, and lets go of what no longer does. Upstream: controller_ref_manager.go"""

from collections.abc import Iterable

from simulator.api.client import Client
from simulator.machinery.objects import Object, controller_of, owner_reference
from simulator.machinery.selectors import Selector


def claim(client: Client, resource: str, owner: Object, selector: Selector, orphans: Iterable[Object]) -> list[Object]:
    """The dependents of an owner, after adopting matching `orphans` and releasing what ceased to match."""
    going = "deletionTimestamp" in owner["metadata"]
    kept = []
    for obj in client.owned(resource, owner):
        if selector.matches(obj["metadata"].get("labels")):
            kept.append(obj)
        elif not going:
            release(client, resource, obj, owner)
    if not going:
        for obj in orphans:
            if not_owned(obj) and selector.matches(obj["metadata"].get("labels")):
                kept.append(adopt(client, resource, obj, owner))
    return kept


def not_owned(obj: Object) -> bool:
    return controller_of(obj) is None and "deletionTimestamp" not in obj["metadata"]


def adopt(client: Client, resource: str, obj: Object, owner: Object) -> Object:
    references = [*(obj["metadata"].get("ownerReferences") or ()), owner_reference(owner)]
    return client.change(resource, obj, ("metadata", "ownerReferences"), references)


def release(client: Client, resource: str, obj: Object, owner: Object) -> Object:
    uid = owner["metadata"]["uid"]
    references = [one for one in obj["metadata"].get("ownerReferences") or () if one["uid"] != uid]
    metadata = {name: value for name, value in obj["metadata"].items() if name != "ownerReferences"}
    if references:
        metadata["ownerReferences"] = references
    return client.update(resource, {**obj, "metadata": metadata})
