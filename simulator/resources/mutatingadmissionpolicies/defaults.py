"""Defaults of a MutatingAdmissionPolicy. Upstream: pkg/apis/admissionregistration/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.admission import default_match_resources


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    spec["failurePolicy"] = spec.get("failurePolicy") or "Fail"
    if spec.get("matchConstraints") is not None:
        default_match_resources(spec["matchConstraints"])
