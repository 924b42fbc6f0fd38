"""References to names that have changed follow them. Upstream: sigs.k8s.io/kustomize/api/filters/nameref"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.fieldspecs import REFERENCES, FieldSpec, changed_at
from simulator.kubectl.kustomize.resources import Id, Item
from simulator.machinery.objects import Object, at


def followed(items: Sequence[Item]) -> list[Item]:
    """The items with every reference to one whose name has changed. Raises CommandError."""
    moved = [item for item in items if item.past]
    kinds = {id.kind for item in moved for id in item.past}
    specs = [(kind, spec) for kind, found in REFERENCES.items() if kind in kinds for spec in found]
    return [replace(item, object=referring(item, specs, moved)) for item in items] if specs else list(items)


def referring(item: Item, specs: Sequence[tuple[str, FieldSpec]], moved: Sequence[Item]) -> Object:
    obj = item.object
    for kind, spec in specs:
        if spec.is_for(item.id):
            wanted = roles(obj) if spec.path == "roleRef/name" else None
            if wanted is None or wanted == kind:
                obj = changed_at(obj, spec, partial(reference, referrer=item, kind=kind, moved=moved))
    return obj


def roles(obj: Object) -> str | None:
    kind = at(obj, "roleRef", "kind")
    return str(kind) if kind else None


def reference(value: Any, referrer: Item, kind: str, moved: Sequence[Item]) -> Any:
    """A name, or a map with a name and perhaps a namespace in it, as it is to be now."""
    if isinstance(value, str):
        target = referral(value, referrer, kind, moved, None)
        return value if target is None else target.name
    if not isinstance(value, dict) or "name" not in value:
        return value
    if kind == "ServiceAccount" and value.get("kind", kind) != kind:
        return value
    target = referral(str(value["name"]), referrer, kind, moved, value.get("namespace"))
    if target is None:
        return value
    found = {**value, "name": target.name}
    if target.id.namespace:
        found["namespace"] = target.id.namespace
    return found


def referral(name: str, referrer: Item, kind: str, moved: Sequence[Item], namespace: str | None) -> Item | None:
    """The item that is meant by a name it once had."""
    candidates = [
        item
        for item in moved
        if any(id.name == name for id in item.past)
        and any(id.kind == kind for id in item.past)
        and is_near(item.id, referrer.id)
        and (namespace is None or any(id.place == (namespace or "default") for id in item.ids))
    ]
    if len(candidates) > 1:
        alike = [item for item in candidates if item.affixes == referrer.affixes]
        candidates = alike if alike else candidates
    if not candidates:
        return None
    if len({item.name for item in candidates}) > 1:
        ids = ", ".join(str(item.id) for item in candidates)
        raise CommandError(f"updating name reference of '{referrer.id}':  found multiple possible referrals: {ids}")
    return candidates[0]


def is_near(target: Id, referrer: Id) -> bool:
    return (
        referrer.is_cluster_wide
        or target.is_cluster_wide
        or target.kind == "ServiceAccount"
        or target.place == referrer.place
    )
