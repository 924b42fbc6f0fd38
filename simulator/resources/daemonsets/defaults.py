"""Defaults of a DaemonSet. Upstream: pkg/apis/apps/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_pod_template
from simulator.resources.daemonsets.strategy import TEMPLATE_GENERATION


def default(obj: Object) -> None:
    metadata = obj.setdefault("metadata", {})
    annotations = metadata["annotations"] = metadata.get("annotations") or {}
    annotations.setdefault(TEMPLATE_GENERATION, "0")  # conversion writes it, whatever a client sends
    spec = obj.setdefault("spec", {})
    default_pod_template(spec.setdefault("template", {}))
    if spec.get("revisionHistoryLimit") is None:
        spec["revisionHistoryLimit"] = 10
    strategy = spec.get("updateStrategy") or {}
    spec["updateStrategy"] = strategy
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.get("rollingUpdate") or {}
        strategy["rollingUpdate"] = rolling
        for name, value in (("maxUnavailable", 1), ("maxSurge", 0)):
            if rolling.get(name) is None:
                rolling[name] = value
