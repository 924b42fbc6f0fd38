"""Adopts what matches a selector, and lets go of what no longer does. Upstream: controller_ref_manager.go"""

from collections.abc import Callable

from simulator.api.client import Client
from simulator.machinery.objects import Object, owner_reference
from simulator.machinery.selectors import Selector

type Test = Callable[[Object], bool]


def claim(
    client: Client,
    resource: str,
    owner: Object,
    selector: Selector,
    may_adopt: Test = bool,
    *,
    index: str = "controller",
) -> list[Object]:
    """The dependents of an owner, after adopting matching orphans and releasing what ceased to match.

    With the index `unfinished/controller` Pods that are over are left alone.
    """
    going = "deletionTimestamp" in owner["metadata"]
    matches = Matching(selector)
    kept = []
    for obj in client.owned(resource, owner, index):
        if matches(obj):
            kept.append(obj)
        elif not going:
            release(client, resource, obj, owner)
    if not going:
        for obj in client.orphans(resource, owner["metadata"]["namespace"], index):
            if "deletionTimestamp" not in obj["metadata"] and matches(obj) and may_adopt(obj):
                kept.append(adopt(client, resource, obj, owner))
    return kept


class Matching:
    """Whether objects match a selector; labels that objects share are looked at once."""

    def __init__(self, selector: Selector) -> None:
        self._selector = selector
        self._labels: Object | None = None
        self._matched = False

    def __call__(self, obj: Object) -> bool:
        labels = obj["metadata"].get("labels")
        if labels is None or labels is not self._labels:
            self._labels, self._matched = labels, self._selector.matches(labels)
        return self._matched


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
