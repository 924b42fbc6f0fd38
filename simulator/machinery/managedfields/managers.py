"""The managers of an object: reading and writing `metadata.managedFields`.

Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal
"""

from dataclasses import dataclass, replace
from typing import Any

from simulator.kernel import clock
from simulator.machinery.golang import quoted
from simulator.machinery.managedfields.fieldsets import FieldSet, union
from simulator.machinery.objects import Object

MOST_UPDATERS = 10
"""How many managers that update keep an entry of their own."""
ANCIENT = "ancient-changes"


@dataclass(frozen=True, slots=True)
class Manager:
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


@dataclass(frozen=True, slots=True)
class Entry:
    fields: FieldSet
    api_version: str
    time: str = ""


type Managers = dict[Manager, Entry]


def managers_of(obj: Object) -> Managers:
    """The managers that an object names."""
    managers: Managers = {}
    for entry in obj.get("metadata", {}).get("managedFields") or ():
        operation, version = entry.get("operation", ""), entry.get("apiVersion", "")
        key = Manager(
            entry.get("manager", ""),
            operation,
            "" if operation == "Apply" else version,
            entry.get("subresource", ""),
        )
        managers[key] = Entry(entry.get("fieldsV1") or {}, version, entry.get("time", ""))
    return managers


def with_managers(obj: Object, managers: Managers) -> Object:
    """The object, naming its managers in upstream's order: appliers first, then by time and name."""
    metadata = {name: value for name, value in obj.get("metadata", {}).items() if name != "managedFields"}
    shown = [_shown(manager, entry) for manager, entry in managers.items() if entry.fields]
    if shown:
        metadata["managedFields"] = sorted(shown, key=_order)
    return {**obj, "metadata": metadata}


def _shown(manager: Manager, entry: Entry) -> dict[str, Any]:
    shown = {
        "manager": manager.name,
        "operation": manager.operation,
        "apiVersion": entry.api_version,
        "time": entry.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": entry.fields,
        "subresource": manager.subresource,
    }
    return {name: value for name, value in shown.items() if value != ""}


def _order(entry: dict[str, Any]) -> tuple[str, int, str, str, str]:
    time = clock.moment(entry["time"]) // clock.SECOND if "time" in entry else 0
    return entry["operation"], time, entry["manager"], entry["apiVersion"], entry.get("subresource", "")


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
        managers[bucket] = replace(merged, fields=union(merged.fields, oldest.fields))
        over -= 1
    return managers
