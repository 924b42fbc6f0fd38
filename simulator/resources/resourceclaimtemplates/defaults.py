"""Defaults of a ResourceClaimTemplate. Upstream: pkg/apis/resource/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.resourceclaims.defaults import default_claim


def default(obj: Object) -> None:
    default_claim(obj.setdefault("spec", {}).setdefault("spec", {}))
