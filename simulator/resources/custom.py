"""The resources that CustomResourceDefinitions describe, with their columns.

Upstream: apiextensions-apiserver/pkg/registry/customresource/tableconvertor
"""

from collections.abc import Callable
from typing import Any

from simulator.machinery.jsonpath import JSONPath, JSONPathError
from simulator.machinery.objects import Object, at
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, since
from simulator.resources.discovery import version_priority
from simulator.resources.resource import Path, Resource, Subresource, below, scale, status

VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
AGE_COLUMN: Object = {"name": AGE.name, "type": "date", "jsonPath": ".metadata.creationTimestamp"}

type Cell = Callable[[Any, int], Any]


def resource_of(definition: Object, version: str = "") -> Resource | None:
    """The resource that a definition describes, in its served versions; None where it serves none.

    Columns, subresources and selectable fields are those of the version named, or else of the preferred one.
    """
    spec = definition["spec"]
    served = {version["name"]: version for version in spec["versions"] if version.get("served")}
    if not served:
        return None
    versions = tuple(sorted(served, key=version_priority))
    names, shown = accepted_names(definition), served[version or versions[0]]
    return Resource(
        spec["group"],
        names["kind"],
        names["plural"],
        versions,
        namespaced=spec["scope"] == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        verbs=VERBS,
        subresources=subresources(names["kind"], shown),
        singular=names.get("singular") or "",
        generation=generation(shown),
        selectable={each["jsonPath"].lstrip("."): path(each["jsonPath"]) for each in selectable_fields(shown)},
        printer=printer(shown),
    )


def accepted_names(definition: Object) -> Object:
    """The names that a definition was given; those it asks for before it was given any."""
    accepted = (definition.get("status") or {}).get("acceptedNames") or {}
    found: Object = accepted if accepted.get("kind") else definition["spec"]["names"]
    return found


def subresources(kind: str, version: Object) -> dict[str, Subresource]:
    asked = version.get("subresources") or {}
    found = [scale()] if asked.get("scale") is not None else []
    return below(*found, *([status(kind)] if asked.get("status") is not None else ()))


def generation(version: Object) -> tuple[Path, ...]:
    """Everything but metadata counts as a change; status does not where it is a subresource."""
    has_status = at(version, "subresources", "status") is not None
    aside = {"apiVersion", "kind", "metadata"} | ({"status"} if has_status else set())
    properties = at(version, "schema", "openAPIV3Schema", "properties", default={})
    return tuple((name,) for name in dict.fromkeys(("spec", *properties)) if name not in aside)


def selectable_fields(version: Object) -> list[Object]:
    return version.get("selectableFields") or []


def path(json_path: str) -> tuple[str, ...]:
    return tuple(json_path.lstrip(".").split("."))


def printer(version: Object) -> Printer:
    """The table of a version: the name, then the columns it asks for, or the age."""
    asked = version.get("additionalPrinterColumns") or [AGE_COLUMN]
    cells = [cell(column) for column in asked]

    def row(obj: Object, now: int) -> Cells:
        return [obj["metadata"]["name"], *(show(obj, now) for show in cells)]

    return Printer((NAME, *(column_of(each) for each in asked)), row)


def column_of(asked: Object) -> Column:
    about = asked.get("description") or f"Custom resource definition column (in JSONPath format): {asked['jsonPath']}"
    return Column(
        asked["name"],
        AGE.about if asked is AGE_COLUMN else about,
        asked["type"],
        asked.get("format", ""),
        asked.get("priority", 0),
    )


def cell(asked: Object) -> Cell:
    """What shows one column of an object; nothing where the object has no such value."""
    template = JSONPath(f"{{{asked['jsonPath']}}}", allow_missing_keys=True)
    kind = asked["type"]

    def show(obj: Any, now: int) -> Any:
        try:
            found = template.find(obj)
            if not found or not found[0]:
                return None
            return template.render(obj) if kind == "string" and len(found[0]) == 1 else shown(kind, found[0][0], now)
        except JSONPathError:
            return None

    return show


def shown(kind: str, value: Any, now: int) -> Any:
    """A value as a cell of a column type. Upstream: cellForJSONValue"""
    if value is None:
        return None
    match kind:
        case "integer" if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value)
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        case "boolean" if isinstance(value, bool):
            return value
        case "string" if isinstance(value, str):
            return value
        case "date" if isinstance(value, str):
            return date(value, now)
    return None


def date(value: str, now: int) -> str:
    try:
        return since(value, now)
    except ValueError:
        return "<invalid>"
