"""Defaults of a PersistentVolume. Upstream: SetDefaults_PersistentVolume"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import VOLUME_DEFAULTS, default_volume_source


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    spec["persistentVolumeReclaimPolicy"] = spec.get("persistentVolumeReclaimPolicy") or "Retain"
    spec["volumeMode"] = spec.get("volumeMode") or "Filesystem"
    for source in VOLUME_DEFAULTS:
        if spec.get(source) is not None:
            default_volume_source(source, spec[source])
    status = obj.get("status") or {}
    obj["status"] = status
    status["phase"] = status.get("phase") or "Pending"
