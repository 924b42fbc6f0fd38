"""The kinds that external-snapshotter brings: definitions, where they are published, and a class for the lab's disks.

Upstream: kubernetes-csi/external-snapshotter/client/config/crd
"""

from collections.abc import Callable
from functools import partial

from simulator.api.client import Client
from simulator.machinery import yaml
from simulator.machinery.objects import Object

GROUP, VERSION = "snapshot.storage.k8s.io", "v1"
OPEN: Object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


PLACE = "https://raw.githubusercontent.com/kubernetes-csi/external-snapshotter/{}/client/config/crd/{}_{}.yaml"
RELEASES = ("master", "v8.2.0")


def documents() -> dict[str, Callable[[], str]]:
    """Where the project publishes its definitions: the text of each."""
    return {
        PLACE.format(release, GROUP, one["spec"]["names"]["plural"]): partial(yaml.dump, one)
        for release in RELEASES
        for one in DEFINITIONS
    }


def snapshot_kinds(client: Client) -> None:
    """Create the definitions; a class is for whoever wants snapshots to make."""
    for definition in DEFINITIONS:
        client.create("customresourcedefinitions.apiextensions.k8s.io", definition)


def column(name: str, path: str, kind: str = "string") -> Object:
    return {"name": name, "type": kind, "jsonPath": path}


AGE = column("Age", ".metadata.creationTimestamp", "date")


def definition(
    kind: str, plural: str, short: list[str], columns: list[Object], *, scope: str, status: bool, fields: Object
) -> Object:
    version: Object = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "additionalPrinterColumns": columns,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": fields}},
    }
    if status:
        version["subresources"] = {"status": {}}
    names = {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower(), "shortNames": short}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{plural}.{GROUP}",
            "annotations": {"api-approved.kubernetes.io": "https://github.com/kubernetes-csi/external-snapshotter/pull/814"},
        },
        "spec": {
            "group": GROUP,
            "names": names,
            "scope": scope,
            "versions": [version],
            "conversion": {"strategy": "None"},
        },
        "status": {},
    }  # fmt: skip


TEXT: Object = {"type": "string"}
SNAPSHOT = definition(
    "VolumeSnapshot",
    "volumesnapshots",
    ["vs"],
    [
        column("ReadyToUse", ".status.readyToUse", "boolean"),
        column("SourcePVC", ".spec.source.persistentVolumeClaimName"),
        column("SourceSnapshotContent", ".spec.source.volumeSnapshotContentName"),
        column("RestoreSize", ".status.restoreSize"),
        column("SnapshotClass", ".spec.volumeSnapshotClassName"),
        column("SnapshotContent", ".status.boundVolumeSnapshotContentName"),
        column("CreationTime", ".status.creationTime", "date"),
        AGE,
    ],
    scope="Namespaced",
    status=True,
    fields={
        "spec": {
            "type": "object",
            "required": ["source"],
            "properties": {
                "source": {
                    "type": "object",
                    "properties": {"persistentVolumeClaimName": TEXT, "volumeSnapshotContentName": TEXT},
                },
                "volumeSnapshotClassName": TEXT,
            },
        },
        "status": OPEN,
    },
)
CONTENT = definition(
    "VolumeSnapshotContent",
    "volumesnapshotcontents",
    ["vsc", "vscs"],
    [
        column("ReadyToUse", ".status.readyToUse", "boolean"),
        column("RestoreSize", ".status.restoreSize", "integer"),
        column("DeletionPolicy", ".spec.deletionPolicy"),
        column("Driver", ".spec.driver"),
        column("VolumeSnapshotClass", ".spec.volumeSnapshotClassName"),
        column("VolumeSnapshot", ".spec.volumeSnapshotRef.name"),
        column("VolumeSnapshotNamespace", ".spec.volumeSnapshotRef.namespace"),
        AGE,
    ],
    scope="Cluster",
    status=True,
    fields={"spec": OPEN, "status": OPEN},
)
CLASS = definition(
    "VolumeSnapshotClass",
    "volumesnapshotclasses",
    ["vsclass", "vsclasses"],
    [column("Driver", ".driver"), column("DeletionPolicy", ".deletionPolicy"), AGE],
    scope="Cluster",
    status=False,
    fields={
        "driver": TEXT,
        "deletionPolicy": {"type": "string", "enum": ["Delete", "Retain"]},
        "parameters": {"type": "object", "additionalProperties": TEXT},
    },
)
DEFINITIONS = (CLASS, CONTENT, SNAPSHOT)
DEFAULT_CLASS: Object = {
    "apiVersion": f"{GROUP}/{VERSION}",
    "kind": "VolumeSnapshotClass",
    "metadata": {"name": "standard", "annotations": {"snapshot.storage.kubernetes.io/is-default-class": "true"}},
    "driver": "disk.csi.lab",
    "deletionPolicy": "Delete",
}
