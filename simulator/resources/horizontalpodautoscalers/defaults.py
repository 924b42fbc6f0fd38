"""Defaults of a HorizontalPodAutoscaler. Upstream: pkg/apis/autoscaling/v2/defaults.go"""

from simulator.machinery.objects import Object

DOUBLE_OR_FOUR = [
    {"type": "Pods", "value": 4, "periodSeconds": 15},
    {"type": "Percent", "value": 100, "periodSeconds": 15},
]
ALL = [{"type": "Percent", "value": 100, "periodSeconds": 15}]


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("minReplicas") is None:
        spec["minReplicas"] = 1
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if behavior:
        behavior["scaleUp"] = rules(behavior.get("scaleUp"), DOUBLE_OR_FOUR, 0)
        behavior["scaleDown"] = rules(behavior.get("scaleDown"), ALL, None)


def rules(given: Object | None, policies: list[Object], window: int | None) -> Object:
    """Scaling rules with what was left out filled in; how long to look back stays open for scaling down."""
    filled = {**(given or {})}
    if filled.get("stabilizationWindowSeconds") is None and window is not None:
        filled["stabilizationWindowSeconds"] = window
    filled["selectPolicy"] = filled.get("selectPolicy") or "Max"
    filled["policies"] = filled.get("policies") or [dict(policy) for policy in policies]
    return filled
