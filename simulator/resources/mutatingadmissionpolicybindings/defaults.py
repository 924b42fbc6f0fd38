"""Defaults of a MutatingAdmissionPolicyBinding. Upstream: pkg/apis/admissionregistration/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.admission import default_match_resources


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("matchResources") is not None:
        default_match_resources(spec["matchResources"])
