"""Volumes of Pods and sources of PersistentVolumes: each a type in words and a few fields.

Upstream: kubectl/pkg/describe/describe.go
"""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.kubectl.describe.page import Page, boolean, labels_text, shortened
from simulator.kubectl.describe.volumesources import OTHERS, rows_of
from simulator.machinery import quantities
from simulator.machinery.objects import Object

type Rows = list[tuple[str, Any]]


def host_path(source: Object) -> Rows:
    return [("Path", source["path"]), ("HostPathType", source.get("type", "<none>"))]


def empty_dir(source: Object) -> Rows:
    limit = source.get("sizeLimit")
    shown = limit if limit is not None and quantities.parse(limit) else "<unset>"
    return [("Medium", source.get("medium", "")), ("SizeLimit", shown)]


def secret(source: Object) -> Rows:
    return [("SecretName", source.get("secretName", "")), ("Optional", boolean(source.get("optional")))]


def config_map(source: Object) -> Rows:
    return [("Name", source.get("name", "")), ("Optional", boolean(source.get("optional")))]


def claim(source: Object) -> Rows:
    return [("ClaimName", source["claimName"]), ("ReadOnly", boolean(source.get("readOnly")))]


def nfs(source: Object) -> Rows:
    return [("Server", source["server"]), ("Path", source["path"]), ("ReadOnly", boolean(source.get("readOnly")))]


def local(source: Object) -> Rows:
    return [("Path", source["path"])]


def image(source: Object) -> Rows:
    return [("Reference", source.get("reference", "")), ("PullPolicy", source.get("pullPolicy", ""))]


def elastic_block_store(source: Object) -> Rows:
    return [
        ("VolumeID", source["volumeID"]),
        ("FSType", source.get("fsType", "")),
        ("Partition", source.get("partition", 0)),
        ("ReadOnly", boolean(source.get("readOnly"))),
    ]


def csi(source: Object) -> Rows:
    rows: Rows = [("Driver", source["driver"]), ("FSType", source.get("fsType", ""))]
    if "volumeHandle" in source:
        rows.append(("VolumeHandle", source["volumeHandle"]))
    return [*rows, ("ReadOnly", boolean(source.get("readOnly")))]


SOURCES: dict[str, tuple[str, Callable[[Object], Rows]]] = {
    "hostPath": ("HostPath (bare host directory volume)", host_path),
    "emptyDir": ("EmptyDir (a temporary directory that shares a pod's lifetime)", empty_dir),
    "awsElasticBlockStore": ("AWSElasticBlockStore (a Persistent Disk resource in AWS)", elastic_block_store),
    "secret": ("Secret (a volume populated by a Secret)", secret),
    "configMap": ("ConfigMap (a volume populated by a ConfigMap)", config_map),
    "nfs": ("NFS (an NFS mount that lasts the lifetime of a pod)", nfs),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        claim,
    ),
    "csi": ("CSI (a Container Storage Interface (CSI) volume source)", csi),
    "local": ("LocalVolume (a persistent volume backed by local storage on a node)", local),
    "image": ("Image (a container image or OCI artifact)", image),
}
PROJECTED = "Projected (a volume that contains injected data from multiple sources)"
DOWNWARD = "DownwardAPI (a volume populated by information about the pod)"
EPHEMERAL = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"


def describe_volumes(page: Page, volumes: Sequence[Object], space: str = "") -> None:
    if not volumes:
        page.field(0, f"{space}Volumes", "<none>")
        return
    page.line(0, f"{space}Volumes:")
    for volume in volumes:
        page.line(1, f"{' ' if space else ''}{volume['name']}:")
        describe_source(page, volume)


def describe_source(page: Page, holder: Object) -> None:
    """The one source among the fields of a volume or a PersistentVolume's spec."""
    for field, (words, rows) in SOURCES.items():
        if field in holder:
            page.field(2, "Type", words)
            for title, value in rows(holder[field]):
                page.field(2, title, value)
            if field == "csi":
                attributes(page, holder[field].get("volumeAttributes") or {})
            return
    for field, (words, _) in OTHERS.items():
        if field in holder:
            page.field(2, "Type", words)
            for title, value in rows_of(field, holder[field], persistent="capacity" in holder):
                page.field(2, title, value)
            return
    if "projected" in holder:
        projected(page, holder["projected"])
    elif "downwardAPI" in holder:
        page.field(2, "Type", DOWNWARD)
        page.line(2, "Items:")
        for item in holder["downwardAPI"].get("items") or ():
            reference = item.get("fieldRef") or {}
            shown = reference.get("fieldPath") or (item.get("resourceFieldRef") or {}).get("resource", "")
            page.line(3, f"{shown} -> {item['path']}")
    elif "ephemeral" in holder:
        ephemeral(page, holder["ephemeral"])
    else:
        page.line(1, "<unknown>")


def projected(page: Page, volume: Object) -> None:
    page.field(2, "Type", PROJECTED)
    for source in volume.get("sources") or ():
        if "secret" in source:
            page.field(2, "SecretName", source["secret"].get("name", ""))
            page.field(2, "Optional", boolean(source["secret"].get("optional")))
        elif "downwardAPI" in source:
            page.field(2, "DownwardAPI", "true")
        elif "configMap" in source:
            page.field(2, "ConfigMapName", source["configMap"].get("name", ""))
            page.field(2, "Optional", boolean(source["configMap"].get("optional")))
        elif "serviceAccountToken" in source:
            page.field(2, "TokenExpirationSeconds", source["serviceAccountToken"].get("expirationSeconds", 3600))


def ephemeral(page: Page, volume: Object) -> None:
    page.field(2, "Type", EPHEMERAL)
    template = volume.get("volumeClaimTemplate")
    if not template:
        return
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    page.field(2, "StorageClass", spec.get("storageClassName", ""))
    page.field(2, "Volume", spec.get("volumeName", ""))
    page.field(2, "Labels", labels_text(metadata.get("labels")))
    page.field(2, "Annotations", labels_text(metadata.get("annotations")))
    page.field(2, "Capacity", "")
    page.field(2, "Access Modes", "")
    if spec.get("volumeMode"):
        page.field(2, "VolumeMode", spec["volumeMode"])


def attributes(page: Page, pairs: Object) -> None:
    """The attributes of a CSI volume, one a line."""
    if not pairs:
        page.field(2, "VolumeAttributes", "<none>")
    for index, key in enumerate(sorted(pairs)):
        page.line(2, "VolumeAttributes:" if index == 0 else "", shortened(f"{key}={pairs[key]}", 140))
