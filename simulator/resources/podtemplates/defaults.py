"""Defaults of a PodTemplate. Upstream: pkg/apis/core/v1/zz_generated.defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_pod_template


def default(obj: Object) -> None:
    default_pod_template(obj.setdefault("template", {}))
