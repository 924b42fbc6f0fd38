"""Defaults of a PersistentVolumeClaim. Upstream: SetDefaults_PersistentVolumeClaim"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_claim_spec


def default(obj: Object) -> None:
    default_claim_spec(obj.setdefault("spec", {}))
    status = obj.get("status") or {}
    obj["status"] = status
    status["phase"] = status.get("phase") or "Pending"
