"""Defaults of a FlowSchema. Upstream: pkg/apis/flowcontrol/v1/defaults.go"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = 1000
