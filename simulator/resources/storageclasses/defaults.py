"""Defaults of a StorageClass. Upstream: pkg/apis/storage/v1/defaults.go"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    obj["reclaimPolicy"] = obj.get("reclaimPolicy") or "Delete"
    obj["volumeBindingMode"] = obj.get("volumeBindingMode") or "Immediate"
