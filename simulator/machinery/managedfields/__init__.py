"""Who set which field of an object, and server-side apply.

A manager is the name that a client gives itself. The functions take whole objects and make a new one whose
`metadata.managedFields` tells what each manager set; nothing is changed in place. A `type` of None stands for a kind
without a schema. `now` is a moment (microseconds since 1970). Upstream: sigs.k8s.io/structured-merge-diff,
k8s.io/apimachinery/pkg/util/managedfields
"""

from typing import Any

import orjson

from simulator.kernel.clock import timestamp
from simulator.machinery.managedfields.comparing import UNTRACKED, compare, field_set
from simulator.machinery.managedfields.fieldsets import FieldSet, build, difference, intersection, paths, union
from simulator.machinery.managedfields.filters import EVERYTHING, Filter, Paths, filter_of
from simulator.machinery.managedfields.managers import Entry, Manager, Managers, managers_of, with_managers
from simulator.machinery.managedfields.merging import merge, remove, with_named_fields
from simulator.machinery.managedfields.noting import (
    ApplyConflicts,
    Shaped,
    elsewhere,
    note,
    note_apply,
    overruled,
    tracked,
    update,
)
from simulator.machinery.managedfields.shapes import ListKeyError
from simulator.machinery.objects import Object, at
from simulator.machinery.protobuf import zero
from simulator.machinery.schemas import Type
from simulator.machinery.yaml import compact_json

__all__ = [
    "EVERYTHING",
    "ApplyConflicts",
    "FieldSet",
    "Filter",
    "ListKeyError",
    "Shaped",
    "apply",
    "field_set",
    "filter_of",
    "note",
    "note_apply",
    "update",
]

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def apply(
    live: Object | None,
    applied: Object,
    *,
    given: Object | None = None,
    type: Type | None,
    manager: str,
    force: bool,
    now: int,
    subresource: str = "",
    reset: Filter = EVERYTHING,
    shaped: Shaped | None = None,
) -> Object:
    """The live object (None: it is being created) with what a manager applies merged in.

    Raises ApplyConflicts, and ListKeyError for lists whose items have no keys, or the same. What this endpoint will
    `reset` is nobody's by an apply here. What was `given` owns more than the object says of it: maps without entries
    and nulls.
    """
    request = _Apply(live, applied, type, Manager(manager, "Apply", "", subresource), now, reset)
    request.given = _bare(given or applied)
    request.shaped = shaped
    try:
        return request.run(force=force)
    except ApplyConflicts as error:
        if manager != "kubectl" or live is None:
            raise
        request.allow_last_applied(error)
        return request.run(force=True)


class _Apply:
    """One apply request."""

    def __init__(
        self, live: Object | None, applied: Object, kind: Type | None, manager: Manager, now: int, reset: Filter
    ) -> None:
        self.kind = kind
        self.reset = reset
        self.shaped: Shaped | None = None
        self.manager = manager
        self.now = now
        self.version: str = applied["apiVersion"]
        self.live = _bare(live)
        self.zero = zero(self.version, applied["kind"])
        self.config = self.given = _bare(applied)
        self.managers = managers_of(live or {})
        if live and not self.managers:
            before = reset.compared(compare(self.zero, self.live, kind))
            first = Manager("before-first-apply", "Update", self.version, manager.subresource)
            self.managers = tracked({}, before, first, now)

    def run(self, *, force: bool) -> Object:
        before = self.managers.get(self.manager)
        named = self.reset.of(field_set(self.given, self.kind, unique=True))
        entry = Entry(named, self.version, before.time if before else "")
        merged = merge(self.live, self.config, self.kind)
        if before is not None:
            merged = self.prune(merged, before, {**self.managers, self.manager: entry})
        managers = {**self.managers, self.manager: entry._replace(fields=_untracked(named))}
        compared = self.reset.compared(compare(self.live or self.zero, merged, self.kind))
        there = elsewhere(self.live, merged, compared, self.reset, self.shaped) if self.live and self.shaped else None
        managers = overruled(managers, compared, self.manager, force=force, compared_in=there)
        if not compared.is_empty() or before is None:
            managers[self.manager] = managers[self.manager]._replace(time=timestamp(self.now))
        if self.manager.name == "kubectl" and at(merged, "metadata", "annotations", LAST_APPLIED):
            merged = _with_last_applied(merged, self.config)
        return with_managers(merged, managers)

    def prune(self, merged: Object, last: Entry, managers: Managers) -> Object:
        """Take out what this manager applied before and does not any more, unless somebody manages it. What it applied
        is told in the version of then; where that is served no more, all stays."""
        whole, kind = self.shown(merged, last.api_version)
        if whole is None:
            return merged
        gone = with_named_fields(last.fields, kind)
        pruned = self.with_owned(whole, remove(whole, gone, kind) or {}, last.api_version, managers)
        left, _ = self.shown(pruned, last.api_version)
        dropped = difference(_named_fields(whole, kind), _named_fields(left or {}, kind))
        result, _ = self.shown(remove(whole, intersection(dropped, gone), kind) or {}, self.version)
        return merged if result is None else result

    def with_owned(self, whole: Object, pruned: Object, version: str, managers: Managers) -> Object:
        """Put back what is managed, in each version what its entries speak of: first in this one, so that there is
        something to convert."""
        managed: dict[str, FieldSet] = {}
        for entry in managers.values():
            managed[entry.api_version] = union(managed.get(entry.api_version, {}), entry.fields)
        for each in sorted(managed, key=lambda each: (each != version, each)):
            (here, kind), (left, _) = self.shown(whole, each), self.shown(pruned, each)
            if here is not None and left is not None:
                kept = union(_named_fields(left, kind), with_named_fields(managed[each], kind))
                whole, pruned = here, remove(here, difference(_named_fields(here, kind), kept), kind) or {}
        return pruned

    def shown(self, obj: Object, version: str) -> tuple[Object | None, Type | None]:
        """An object in a version, and that version's type; no object where it is served no more."""
        if self.shaped is None or version == obj.get("apiVersion") == self.version:
            return obj, self.kind
        found = self.shaped({"apiVersion": self.version, "metadata": {}, **obj}, version)
        return found or (None, None)

    def allow_last_applied(self, error: ApplyConflicts) -> None:
        """Conflicts over what `kubectl apply` set before, and nobody changed since, are no conflicts for
        `kubectl apply --server-side`."""
        text = at(self.live, "metadata", "annotations", LAST_APPLIED, default="")
        try:
            last = orjson.loads(text)
            changed, removed = compare(last, self.live, self.kind)
            fields = field_set(last, self.kind)
            allowed = dict.fromkeys(paths(difference(difference(fields, changed), removed)))
        except (orjson.JSONDecodeError, ListKeyError, AttributeError):
            raise error from None
        left = [conflict for conflict in error.conflicts if conflict[1] not in allowed]
        if left:
            raise ApplyConflicts(left)


def _named_fields(obj: Object, kind: Type | None) -> FieldSet:
    return with_named_fields(field_set(obj, kind), kind)


def _untracked(fields: FieldSet) -> FieldSet:
    """The set without what nobody manages: kind, version and the identity of the object."""
    result = {element: node for element, node in fields.items() if element not in ("f:apiVersion", "f:kind")}
    node = result.pop("f:metadata", None)
    if node is not None:
        left = build(False, {name: child for name, child in node.items() if name != "." and name[2:] not in UNTRACKED})
        if left is not None:
            result = {"f:metadata": left, **result}
    return result


def _bare(obj: Object | None) -> Object:
    """The object without its managers."""
    if not obj:
        return {}
    metadata = obj.get("metadata")
    if not metadata or "managedFields" not in metadata:
        return obj
    return {**obj, "metadata": {name: value for name, value in metadata.items() if name != "managedFields"}}


def _without_paths(obj: Object, ignored: Paths) -> Object:
    for head, *rest in ignored:
        if head in obj:
            below = _without_paths(obj[head], (tuple(rest),)) if rest else None
            obj = {name: value for name, value in obj.items() if name != head}
            if below is not None:
                obj[head] = below
    return obj


def _with_last_applied(obj: Object, config: Object) -> Object:
    """The object with kubectl's annotation kept in step with what kubectl applies on the server."""
    bare = _without_paths(config, (("metadata", "annotations", LAST_APPLIED),))
    text = compact_json(bare) + "\n"
    metadata = obj["metadata"]
    annotations: dict[str, Any] = {**metadata.get("annotations", {}), LAST_APPLIED: text}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}
