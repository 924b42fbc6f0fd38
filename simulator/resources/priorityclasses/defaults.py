"""Defaults of a PriorityClass. Upstream: pkg/apis/scheduling/v1/defaults.go"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    obj["preemptionPolicy"] = obj.get("preemptionPolicy") or "PreemptLowerPriority"
    obj.setdefault("value", 0)
