"""The managers of an object: reading and writing `metadata.managedFields`.

Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal
"""

from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from simulator.kernel import clock
from simulator.machinery.golang import quoted
from simulator.machinery.managedfields.fieldsets import FieldSet, Pool, shared, union
from simulator.machinery.objects import Object

MOST_UPDATERS = 10
"""How many managers that update keep an entry of their own."""
ANCIENT = "ancient-changes"
MOST_ENTRIES = 4_096
"""How many entries are kept to be shared, at least."""


class Manager(NamedTuple):
    """Who manages fields. Each writer and way of writing is a manager of its own; appliers are so in any version."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    def __str__(self) -> str:
        """As conflicts name it."""
        where = f" with subresource {quoted(self.subresource)}" if self.subresource else ""
        using = f" using {self.api_version}" if self.operation == "Update" else ""
        return quoted(self.name) + where + using


class Entry(NamedTuple):
    fields: FieldSet
    api_version: str
    time: str = ""


type Managers = dict[Manager, Entry]


def managers_of(obj: Object) -> Managers:
    """The managers that an object names."""
    managers: Managers = {}
    for entry in obj.get("metadata", {}).get("managedFields") or ():
        version = entry.get("apiVersion", "")
        key = _manager(entry.get("manager", ""), entry.get("operation", ""), version, entry.get("subresource", ""))
        managers[key] = Entry(_fields_of(entry), version, entry.get("time", ""))
    return managers


@lru_cache(maxsize=1024)
def _manager(name: str, operation: str, version: str, subresource: str) -> Manager:
    return Manager(name, operation, "" if operation == "Apply" else version, subresource)


def is_readable(entry: dict[str, Any]) -> bool:
    """Whether an entry that a client sent is one. Upstream: managedfields/internal.decodeManagedFields"""
    return bool(
        entry.get("operation") in ("Apply", "Update")
        and entry.get("apiVersion")
        and entry.get("fieldsType") == "FieldsV1"
        and isinstance(entry.get("fieldsV1") or {}, dict)
    )


def _fields_of(entry: dict[str, Any]) -> FieldSet:
    """What an entry names; nothing where a client sent something else than a set."""
    fields = entry.get("fieldsV1")
    return fields if isinstance(fields, dict) else {}


def with_managers(obj: Object, managers: Managers) -> Object:
    """The object, naming its managers in upstream's order: appliers first, then by time and name."""
    metadata = {name: value for name, value in obj.get("metadata", {}).items() if name != "managedFields"}
    entries = [shown(manager, entry) for manager, entry in managers.items() if entry.fields]
    if entries:
        metadata["managedFields"] = in_order(entries)
    return {**obj, "metadata": metadata}


def in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=_order) if len(entries) > 1 else entries


def is_of(entry: dict[str, Any], manager: Manager) -> bool:
    """Whether an entry is that of a manager who updates."""
    return bool(
        entry.get("manager", "") == manager.name
        and entry.get("subresource", "") == manager.subresource
        and entry.get("operation") == "Update"
        and entry.get("apiVersion", "") == manager.api_version
    )


_entries: Pool[tuple[Any, ...], dict[str, Any]] = Pool(MOST_ENTRIES)


def shown(manager: Manager, entry: Entry) -> dict[str, Any]:
    """An entry as objects hold it: one value for all that are equal."""
    fields = shared(entry.fields)
    key = (manager, entry.api_version, entry.time, id(fields))
    found = _entries.get(key)
    if found is None or found["fieldsV1"] is not fields:
        named = {
            "manager": manager.name,
            "operation": manager.operation,
            "apiVersion": entry.api_version,
            "time": entry.time,
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
            "subresource": manager.subresource,
        }
        found = {name: own(value) if isinstance(value, str) else value for name, value in named.items() if value != ""}
        _entries.put(key, found)
    return found


def own(text: str) -> str:
    """A text that is nobody else's object, for what outlives the world it comes from: whether two places of a world
    hold one and the same must not depend on what other worlds did."""
    return intern(text[:1] + text[1:])


def _order(entry: dict[str, Any]) -> tuple[str, int, str, str, str]:
    time = clock.moment(entry["time"]) // clock.SECOND if "time" in entry else 0
    return (
        entry.get("operation", ""),
        time,
        entry.get("manager", ""),
        entry.get("apiVersion", ""),
        entry.get("subresource", ""),
    )


def capped(managers: Managers) -> Managers:
    """At most ten managers that update; the oldest of each version become `ancient-changes`."""
    updaters = [manager for manager in managers if manager.operation == "Update"]
    over = len(updaters) - MOST_UPDATERS
    if over <= 0:
        return managers
    managers = dict(managers)
    updaters.sort(key=lambda manager: (managers[manager].time, manager.name, manager.api_version, manager.subresource))
    first: dict[str, Manager] = {}
    for manager in updaters:
        if not over:
            break
        version = managers[manager].api_version
        if version not in first:
            first[version] = manager
            continue
        bucket = Manager(ANCIENT, "Update", version)
        if bucket not in managers:
            managers[bucket] = managers.pop(first[version])
        oldest, merged = managers[bucket], managers.pop(manager)
        managers[bucket] = merged._replace(fields=union(merged.fields, oldest.fields))
        over -= 1
    return managers
