"""Defaults of a Pod. Upstream: pkg/apis/core/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_pod, default_pod_spec


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    default_pod_spec(spec)
    default_pod(spec)
