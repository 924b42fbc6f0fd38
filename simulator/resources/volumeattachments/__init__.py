"""VolumeAttachments: volumes that are to be at a node."""

from simulator.resources.resource import Resource, below, status

RESOURCE = Resource(
    "storage.k8s.io",
    "VolumeAttachment",
    "volumeattachments",
    namespaced=False,
    subresources=below(status("VolumeAttachment")),
    package=__name__,
    resets={"status": (("metadata",), ("spec",))},
)
