"""The table of VolumeAttachments. Upstream: printVolumeAttachment"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, spec_of, status_of

SPEC = "storage.v1.VolumeAttachmentSpec"


def row(attachment: Object, now: int) -> Cells:
    spec = spec_of(attachment)
    return [
        attachment["metadata"]["name"],
        spec.get("attacher", ""),
        (spec.get("source") or {}).get("persistentVolumeName") or "",
        spec.get("nodeName", ""),
        bool(status_of(attachment).get("attached")),
        age(attachment, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Attacher", Field(SPEC, "attacher"), format="name"),
        Column("PV", Field("storage.v1.VolumeAttachmentSource", "persistentVolumeName")),
        Column("Node", Field(SPEC, "nodeName")),
        Column("Attached", Field("storage.v1.VolumeAttachmentStatus", "attached"), "boolean"),
        AGE,
    ),
    row,
)
