"""Defaults of a ReplicaSet. Upstream: pkg/apis/apps/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_pod_template


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    default_pod_template(spec.setdefault("template", {}))
    if spec.get("replicas") is None:
        spec["replicas"] = 1
