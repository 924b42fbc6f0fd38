"""Server-side tables: what `kubectl get` shows. Upstream: k8s.io/apiserver/pkg/endpoints/handlers/response.go"""

from collections.abc import Sequence

from simulator.machinery.objects import Object
from simulator.resources.columns import DEFAULT, Printer
from simulator.resources.resource import Resource, part


def table(
    resource: Resource,
    objects: Sequence[Object],
    *,
    now: int,
    list_metadata: Object | None = None,
    include_object: str = "Metadata",
    columns_in: bool = True,
) -> Object:
    """Objects of a resource as a `meta.k8s.io/v1` Table, all columns of all priorities.

    `include_object` says what rides in each row: the object's metadata, the whole object, or nothing. Column
    definitions and objects are shared, not copied: the answer is to be written out, not changed.
    """
    printer = printer_of(resource)
    if printer.order is not None:
        objects = sorted(objects, key=printer.order)
    answer: Object = {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata_for(objects) if list_metadata is None else list_metadata,
    }
    answer["columnDefinitions"] = printer.definitions if columns_in else None
    answer["rows"] = rows(resource, printer, objects, now, include_object)
    return answer


def rows(resource: Resource, printer: Printer, objects: Sequence[Object], now: int, include: str) -> list[Object]:
    cells_of, conditions_of, found = printer.row, printer.conditions, []
    for obj in objects:
        row: Object = {"cells": cells_of(resource.stored(obj) if resource.conversion else obj, now)}
        conditions = conditions_of(obj) if conditions_of is not None else None
        if conditions:
            row["conditions"] = conditions
        if include == "Metadata":
            row["object"] = {
                "kind": "PartialObjectMetadata",
                "apiVersion": "meta.k8s.io/v1",
                "metadata": obj["metadata"],
            }
        elif include == "Object":
            row["object"] = obj
        else:
            row["object"] = None
        found.append(row)
    return found


def printer_of(resource: Resource) -> Printer:
    """How the table of a resource looks."""
    if resource.printer is not None:
        return resource.printer
    module = part(resource.package, "table")
    return module.PRINTER if module is not None else DEFAULT


def metadata_for(objects: Sequence[Object]) -> Object:
    """List metadata of a table of one object: the object's resource version."""
    if len(objects) == 1 and "resourceVersion" in objects[0]["metadata"]:
        return {"resourceVersion": objects[0]["metadata"]["resourceVersion"]}
    return {}
