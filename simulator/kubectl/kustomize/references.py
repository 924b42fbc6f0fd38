"""References to names that have changed follow them. Upstream: sigs.k8s.io/kustomize/api/filters/nameref"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.defaults import Reference
from simulator.kubectl.kustomize.fieldspecs import FieldSpec, Misplaced, changed_at
from simulator.kubectl.kustomize.resources import Id, Item
from simulator.machinery.objects import Object, at


def followed(items: Sequence[Item], references: Sequence[Reference]) -> list[Item]:
    """The items with every reference to one whose name has changed. Raises CommandError."""
    moved = [item for item in items if item.past]
    meant = [one for one in references if any(is_of(item, one) for item in moved)]
    return [replace(item, object=referring(item, meant, moved)) for item in items] if meant else list(items)


def referring(item: Item, references: Sequence[Reference], moved: Sequence[Item]) -> Object:
    obj = item.object
    for target in references:
        for spec in target.specs:
            if spec.is_for(item.ids[0]):
                wanted = role(obj) if spec.path.endswith("roleRef/name") else None
                candidates = [one for one in moved if is_of(one, target) and (wanted is None or is_of(one, wanted))]
                change = partial(reference, referrer=item, target=target, moved=candidates)
                try:
                    obj = changed_at(obj, spec, change)
                except Misplaced as error:
                    where = f"updating name reference in '{spec.path}' field of '{item.id}'"
                    raise CommandError(f"{where}: {error}") from None
    return obj


def is_of(item: Item, target: Reference) -> bool:
    """Whether an item was once of the kind that is referred to."""
    kind = FieldSpec("", target.kind, target.group, version=target.version)
    return any(kind.is_for(id) for id in item.past)


def role(obj: Object) -> Reference | None:
    """The kind of role that a binding refers to."""
    group, kind = at(obj, "roleRef", "apiGroup"), at(obj, "roleRef", "kind")
    return None if group is None or kind is None else Reference((), str(kind), str(group))


def reference(value: Any, referrer: Item, target: Reference, moved: Sequence[Item]) -> Any:
    """A name, or a map with a name and perhaps a namespace in it, or a list of them, as it is to be now."""
    if isinstance(value, list):
        return [reference(one, referrer, target, moved) for one in value]
    if isinstance(value, str):
        found = referral(value, referrer, moved, None)
        return value if found is None else found.name
    if not isinstance(value, dict):
        return value
    if "name" not in value:
        raise Misplaced("path config error; no 'name' field in node")
    if target.kind == "ServiceAccount" and value.get("kind", target.kind) != target.kind:
        return value
    found = referral(str(value["name"]), referrer, moved, value.get("namespace"))
    if found is None:
        return value
    return {**value, "name": found.name, **({"namespace": found.id.namespace} if found.id.namespace else {})}


def referral(name: str, referrer: Item, moved: Sequence[Item], namespace: str | None) -> Item | None:
    """The item that is meant by a name it once had."""
    candidates = [
        item
        for item in moved
        if any(id.name == name for id in item.past)
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
        raise Misplaced(f" found multiple possible referrals: {ids}")
    return candidates[0]


def is_near(target: Id, referrer: Id) -> bool:
    return (
        referrer.is_cluster_wide
        or target.is_cluster_wide
        or target.kind == "ServiceAccount"
        or target.place == referrer.place
    )
