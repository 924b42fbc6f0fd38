"""What a write does to the managers of an object. Upstream: structured-merge-diff/merge

The writes of components are noted here as they come, thousands of times a minute: most do again what their writer did
before, and move its time alone.
"""

from collections.abc import Callable

from simulator.kernel.clock import timestamp
from simulator.machinery.managedfields.comparing import Comparison, compare, is_within
from simulator.machinery.managedfields.fieldsets import FieldSet, difference, intersection, paths, union
from simulator.machinery.managedfields.filters import EVERYTHING, Filter
from simulator.machinery.managedfields.managers import (
    Entry,
    Manager,
    Managers,
    capped,
    in_order,
    is_of,
    is_readable,
    managers_of,
    with_managers,
)
from simulator.machinery.managedfields.shapes import ListKeyError
from simulator.machinery.objects import Object, at
from simulator.machinery.protobuf import zero
from simulator.machinery.schemas import Type

type Shaped = Callable[[Object, str], tuple[Object, Type | None] | None]
"""An object in another version of its kind, and that version's type; nothing where the kind has no such version."""
type ComparedIn = Callable[[str], Comparison | None]

TIMELESS = "scale"
"""The subresource whose writes leave no time: upstream takes those of the parent's entries, which know of none."""


ZEROS: dict[tuple[str, str], Object] = {
    ("apiregistration.k8s.io/v1", "APIService"): {
        "spec": {"groupPriorityMinimum": 0, "versionPriority": 0},
        "status": {},
    },
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): {
        "spec": {"group": "", "names": {"plural": "", "kind": ""}, "scope": "", "versions": None},
        "status": {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": None},
    },
}
"""What Go shows of the kinds without a published message in which nothing is set."""


class ApplyConflicts(ValueError):
    """An apply would change what others manage; the message is the Status's. `causes` holds (message, field)."""

    def __init__(self, conflicts: list[tuple[Manager, str]]) -> None:
        self.conflicts = conflicts
        self.causes = [(f"conflict with {manager}", field) for manager, field in conflicts]
        if len(conflicts) == 1:
            message = f"Apply failed with 1 conflict: conflict with {conflicts[0][0]}: {conflicts[0][1]}"
        else:
            lines: list[str] = []
            for manager in dict.fromkeys(manager for manager, _ in conflicts):
                lines.append(f"conflicts with {manager}:")
                lines += [f"- {field}" for other, field in conflicts if other == manager]
            message = f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
        super().__init__(message)


def update(
    live: Object | None,
    new: Object,
    *,
    type: Type | None,
    manager: str,
    now: int,
    subresource: str = "",
    reset: Filter = EVERYTHING,
    shaped: Shaped | None = None,
) -> Object:
    """The new object, with what its manager changed against the live one (None: it is being created) noted.

    An object of which nobody keeps track stays so until somebody applies it.
    """
    managers = before(live, new, subresource)
    if live is not None and not managers:
        return with_managers(new, {})
    compared = reset.compared(_compared(live, new, type))
    own = Manager(manager, "Update", new["apiVersion"], subresource)
    there = elsewhere(live, new, compared, reset, shaped) if live is not None and shaped is not None else None
    managers = tracked(dict(managers), compared, own, now, there)
    return with_managers(new, managers)


def before(live: Object | None, new: Object, subresource: str) -> Managers:
    """The managers that a write begins with: those that it brings along itself, unless that is through a part of the
    object or nothing that can be read. Who brings an empty list, or one empty entry, wants all forgotten."""
    brought = at(new, "metadata", "managedFields")
    if not subresource:
        if brought in ([], [{}]):
            return {}
        if brought and all(map(is_readable, brought)):
            return managers_of(new)
    return managers_of(live or {})


def note(
    live: Object | None, new: Object, *, type: Type | None, manager: str, now: int, subresource: str | None = None
) -> Object:
    """The new object, with what a component changed noted; what it says itself of managers does not count.

    Without a subresource named the status is taken to have been written through `/status`, and all else apart from it.
    """
    version = new["apiVersion"]
    if live is not None:
        below = subresource if subresource is not None else sole_part(live, new)
        again = _again(live, new, type, Manager(manager, "Update", version, below), now) if below is not None else None
        if again is not None:
            return again
    managers, compared = managers_of(live) if live else {}, _compared(live, new, type)
    parts = {subresource: compared} if subresource is not None else compared.apart("f:status", "status")
    for below, part in parts.items():
        managers = tracked(managers, part, Manager(manager, "Update", version, below), now)
    return with_managers(new, managers)


def sole_part(live: Object, new: Object) -> str | None:
    """Through which subresource a change has gone, where it is of the status alone or of all but it."""
    changed = [name for name, value in new.items() if live.get(name) is not value]
    if "status" not in changed:
        return ""
    return "status" if changed == ["status"] else None


def _again(live: Object, new: Object, kind: Type | None, manager: Manager, now: int) -> Object | None:
    """The new object where its writer changed nothing but what it has had for itself already: its time moves."""
    metadata = new["metadata"]
    entries = metadata.get("managedFields")
    if metadata is not live["metadata"] or not entries:
        return None
    own, others = None, []
    for entry in entries:
        if own is None and is_of(entry, manager):
            own = entry
        else:
            others.append(entry)
    fields = own.get("fieldsV1") if own is not None else None
    if own is None or not fields or not is_within(fields, live, new, kind):
        return None
    for name, value in new.items():
        if live[name] is not value and any(f"f:{name}" in (entry.get("fieldsV1") or ()) for entry in others):
            return None
    time = timestamp(now)
    if own.get("time") == time or manager.subresource == TIMELESS:
        return new
    moved = [*others, {**own, "time": time}]  # not kept to be shared: the next one comes in seconds
    return {**new, "metadata": {**metadata, "managedFields": moved if own is entries[-1] else in_order(moved)}}


def note_apply(
    live: Object | None, new: Object, fields: FieldSet, *, type: Type | None, manager: str, now: int, subresource: str
) -> Object:
    """The same where a component applied these fields and nothing else, whatever others had to say of them."""
    applier = Manager(manager, "Apply", "", subresource)
    managers = {**managers_of(live or {}), applier: Entry(fields, new["apiVersion"], timestamp(now))}
    return with_managers(new, overruled(managers, _compared(live, new, type), applier, force=True))


def _compared(live: Object | None, new: Object, kind: Type | None) -> Comparison:
    begins = ZEROS.get((new["apiVersion"], new["kind"])) or zero(new["apiVersion"], new["kind"])
    if live is None:
        live = begins
    elif "status" in begins and "status" not in live:
        live = {**live, "status": begins["status"]}  # Go knows no object without one
    try:
        return compare(live, new, kind)
    except ListKeyError:
        return Comparison({}, {})  # as upstream, a write does not fail for want of tracking


def elsewhere(old: Object, new: Object, here: Comparison, reset: Filter, shaped: Shaped) -> ComparedIn:
    """How a write looks in the versions of which other entries speak; in its own it is as found `here`."""
    known: dict[str, Comparison | None] = {new["apiVersion"]: here}

    def compared_in(version: str) -> Comparison | None:
        if version not in known:
            before, after = shaped(old, version), shaped(new, version)
            known[version] = reset.compared(_compared(before[0], *after)) if before and after else None
        return known[version]

    return compared_in


def overruled(
    managers: Managers, compared: Comparison, own: Manager, *, force: bool, compared_in: ComparedIn | None = None
) -> Managers:
    """The managers after a write: what it changed or took away is no other's any more. An entry is held against the
    write as its version shows it, and goes with its version."""
    of: dict[Manager, Comparison] = {}
    for manager, entry in managers.items():
        found = compared if compared_in is None or manager == own else compared_in(entry.api_version)
        if found is not None:
            of[manager] = found
    managers = {manager: managers[manager] for manager in of} if len(of) < len(managers) else managers
    if not force:
        lost = {
            manager: conflict
            for manager, entry in managers.items()
            if manager != own and (conflict := intersection(entry.fields, of[manager].changed))
        }
        if lost:
            order = sorted(lost, key=lambda manager: (manager.name, manager.operation, manager.api_version))
            raise ApplyConflicts([(manager, path) for manager in order for path in paths(lost[manager])])
    left: Managers = {}
    for manager, entry in managers.items():
        fields = entry.fields
        if manager != own:
            fields = difference(difference(fields, of[manager].changed), of[manager].removed)
        if fields or manager == own:
            left[manager] = entry if fields is entry.fields else entry._replace(fields=fields)
    return left


def tracked(
    managers: Managers, compared: Comparison, manager: Manager, now: int, compared_in: ComparedIn | None = None
) -> Managers:
    """The managers after an update by one of them."""
    if compared.is_empty():
        return managers
    managers = overruled(managers, compared, manager, force=True, compared_in=compared_in)
    before, own = managers.pop(manager, None), compared.changed
    fields = difference(before.fields, compared.removed) if before else {}
    time = before.time if before else ""
    if own:
        fields = union(fields, own)
        time = timestamp(now) if manager.subresource != TIMELESS else time
    if fields:
        managers[manager] = Entry(fields, manager.api_version, time)
    return capped(managers)
