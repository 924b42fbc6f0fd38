"""The table of StorageVersionMigrations. Upstream: printStorageVersionMigration"""

from simulator.machinery.objects import Object
from simulator.resources.columns import Cells, Column, Field, Printer, spec_of


def row(migration: Object, now: int) -> Cells:
    resource = spec_of(migration).get("resource") or {}
    parts = [resource.get("resource", ""), resource.get("group", "")]
    if resource.get("version"):
        parts.insert(1, resource["version"])
    return [migration["metadata"]["name"], ".".join(parts)]


PRINTER = Printer(
    (
        Column("Name", Field("meta.v1.ObjectMeta", "name")),
        Column("Resource", "Fully qualified resource to migrate"),
    ),
    row,
)
