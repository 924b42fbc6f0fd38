"""What a VolumeAttachment goes through on its way to the store.

Upstream: pkg/registry/storage/volumeattachment/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new object starts with the status of nothing done yet."""
    obj["status"] = {"attached": False}
