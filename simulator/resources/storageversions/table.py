"""The table of StorageVersions. Upstream: printStorageVersion"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, UNSET, Cells, Column, Field, Printer, age, some, status_of

STATUS = "apiserverinternal.v1alpha1.StorageVersionStatus"


def row(storage_version: Object, now: int) -> Cells:
    status = status_of(storage_version)
    servers = status.get("storageVersions") or ()
    return [
        storage_version["metadata"]["name"],
        status.get("commonEncodingVersion") or UNSET,
        some(f"{each.get('apiServerID', '')}={each.get('encodingVersion', '')}" for each in servers),
        age(storage_version, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("CommonEncodingVersion", Field(STATUS, "commonEncodingVersion")),
        Column("StorageVersions", Field(STATUS, "storageVersions")),
        AGE,
    ),
    row,
)
